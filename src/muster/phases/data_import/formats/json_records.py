"""JSON documents: an array of objects, arrays inside an envelope, one nested object, or several such in a row."""

import json
from collections.abc import Sequence
from pathlib import Path

from muster.phases.data_import.format import Example
from muster.phases.data_import.nested import json_text
from muster.phases.data_import.nested.documents import document_format, merged_lists
from muster.phases.data_import.nested.json_cuts import json_cuts
from muster.phases.data_import.nested.record_lists import RecordList
from muster.phases.data_import.text import encoding
from muster.vocabulary.errors import FileDamaged


def _recognise(_path: Path, head: bytes) -> float:
    found = encoding.of_head(head)
    text = head[found.mark :].decode(found.name, errors="replace").lstrip()
    if json_text.CALL.match(text) or json_text.GUARD.match(text):
        return 0.9
    text = text.lstrip("\x1e \r\n\t")
    inside = text[1:].lstrip()[:1]
    return (
        0.9
        if text.startswith("{") and inside in ('"', "}") or text.startswith("[") and inside in ("{", "]", "[")
        else 0.0
    )


def _document(path: Path) -> Sequence[RecordList]:
    content = path.read_bytes()
    found = encoding.detect(path, content[: encoding.HEAD])
    try:
        return merged_lists(json_text.documents(content[found.mark :].decode(found.name)))
    except UnicodeError as error:
        raise FileDamaged(f"{path.name} is JSON with a character that is not {found.name}: {error}.") from error
    except json.JSONDecodeError as error:
        raise FileDamaged(
            f"{path.name} is JSON that cannot be read to its end: {error}.", hint=_advice(error)
        ) from error
    except RecursionError as error:
        raise FileDamaged(f"{path.name} is JSON nested too deeply to be read.") from error


def _advice(error: json.JSONDecodeError) -> str:
    before, after = error.doc[: error.pos].rstrip()[-1:], error.doc[error.pos : error.pos + 2]
    if before == "," or after[:1] in ("]", "}"):
        return "JSON allows no comma behind the last entry; remove it or export the data again."
    if after[:1] == "'":
        return "JSON writes texts in double quotes; export the data as JSON, not as a program's printout."
    if after in ("//", "/*"):
        return "JSON allows no comments; remove them."
    return "Look at that place of the file, or export the data again."


FORMAT = document_format(
    name="json_records",
    recognise=_recognise,
    parse=_document,
    cut=json_cuts,
    example=Example(
        b'{"count": 2, "results": [{"hostname": "web01", "os": {"name": "Debian"}, "nics":'
        b' [{"ip": "10.0.0.1"}, {"ip": "10.0.0.2"}]},'
        b' {"hostname": "db01", "os": {"name": "AIX"}}]}',
        (
            (
                "server",
                ("hostname", "os.name", "nics[].ip"),
                (("web01", "Debian", "10.0.0.1;10.0.0.2"), ("db01", "AIX", "")),
            ),
        ),
    ),
)
