"""Flat OpenDocument workbooks (.fods): the content of an ODS workbook as one XML file, not packed."""

import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from muster.phases.data_import.format import Example
from muster.phases.data_import.formats.ods_workbook import survey
from muster.phases.data_import.limits import Limits
from muster.phases.data_import.text import encoding
from muster.phases.data_import.typed.sheet_survey import SheetSurvey
from muster.phases.data_import.typed.workbook_example import flat_ods
from muster.phases.data_import.typed.workbook_sheets import SheetCells, calamine_cells, workbook_format

MIME = "application/vnd.oasis.opendocument.spreadsheet"


def _recognise(_path: Path, head: bytes) -> float:
    found = encoding.of_head(head)
    text = head[found.mark :].decode(found.name, errors="replace").lstrip()
    return 0.99 if text.startswith("<") and MIME in text and "<office:document" in text else 0.0


@contextmanager
def _as_packed(path: Path) -> Iterator[Path]:
    """The same workbook as an ODS file, for as long as it is needed."""
    with TemporaryDirectory(prefix="muster-") as folder:
        packed = Path(folder, path.name)
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr("mimetype", MIME)
            archive.writestr("META-INF/manifest.xml", "<manifest/>")
            archive.write(path, "content.xml")
        yield packed


def _survey(path: Path, limits: Limits) -> tuple[SheetSurvey, ...]:
    with _as_packed(path) as packed:
        return survey(packed, limits)


def _opened(path: Path, about: Sequence[SheetSurvey]) -> Iterator[SheetCells]:
    with _as_packed(path) as packed:
        yield from calamine_cells(packed, about)


FORMAT = workbook_format(
    name="flat_ods_workbook",
    recognise=_recognise,
    survey=_survey,
    opened=_opened,
    example=Example(
        flat_ods(),
        (
            (
                "server",
                ("Hostname", "IP Address", "Memory GB"),
                (("web01", "10.0.0.1", "16"), ("db01", "10.0.0.2", "64")),
            ),
        ),
    ),
)
