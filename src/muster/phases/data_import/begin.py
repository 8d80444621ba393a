"""Take a file in: keep its bytes, and create import, flow and first work in one transaction."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from uuid import UUID

import zstandard

from muster.flow.advance import advance_phase
from muster.store import flows, imports, work
from muster.store.flows import FlowKey
from muster.store.imports import ImportRow
from muster.store.transaction import Tx
from muster.vocabulary import clock
from muster.vocabulary.errors import FileMissing, FileTooLarge, SpoolUnavailable
from muster.vocabulary.phases import PHASE_ORDER
from muster.vocabulary.scope import Scope

PART_BYTES = 4 << 20


@dataclass(frozen=True, slots=True)
class Offer:
    """A file that somebody wants imported. `sha256` is that of its bytes; `criteria` those its mapping must meet."""

    path: Path
    sha256: str
    size: int
    source: str
    precedence: int
    as_of: date | None
    approve: str
    criteria: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Begun:
    """The import that an offer led to. `known`: the very same file had been imported before and nothing was written."""

    import_id: UUID
    flow: FlowKey
    known: bool


def offer(path: Path, source: str, precedence: int, as_of: date | None, approve: str, most_bytes: int) -> Offer:
    """Look at a file without reading it in. Raises FileMissing or FileTooLarge."""
    if not path.is_file():
        raise FileMissing(f"{path} is a folder." if path.is_dir() else f"There is no file {path}.")
    size = path.stat().st_size
    if size > most_bytes:
        raise FileTooLarge(f"{path.name} has {size} bytes; MUSTER_MAX_FILE_BYTES allows {most_bytes}.")
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return Offer(path, sha256, size, source, precedence, as_of, approve)


async def begin(tx: Tx, scope: Scope, offered: Offer) -> Begun:
    """Create import, flow and work for a file, or find those of the very same file from the same source and day."""
    known = await imports.find_live(tx, scope, offered.sha256, offered.source, offered.as_of)
    if known is not None:
        return Begun(known.id, FlowKey(scope, known.master_flow_id), True)
    import_id = clock.new_id()
    flow = FlowKey(scope, clock.new_id())
    configuration = {
        "source": offered.source,
        "import_id": str(import_id),
        "filename": offered.path.name,
        "import_timestamp": clock.now().isoformat(),
        "approve": offered.approve,
        **({"criteria": dict(offered.criteria)} if offered.criteria else {}),
    }
    name = f"Discovery Import {import_id}"
    await flows.create(
        tx, flow, name, configuration, [p.value for p in PHASE_ORDER], {"data_import_id": str(import_id)}
    )
    await imports.create(tx, flow, _row(import_id, name, offered))
    await imports.add_parts(tx, scope, import_id, _parts(offered.path))
    await advance_phase(tx, flow, "data_import")
    await work.add(tx, flow, "data_import", "start", {})
    return Begun(import_id, flow, False)


def _row(import_id: UUID, name: str, offered: Offer) -> dict[str, object]:
    return {
        "id": import_id,
        "name": name,
        "filename": offered.path.name,
        "file_sha256": offered.sha256,
        "file_bytes": offered.size,
        "source": offered.source,
        "precedence": offered.precedence,
        "as_of": offered.as_of,
    }


def _parts(path: Path) -> Iterator[bytes]:
    compressor = zstandard.ZstdCompressor(level=1)
    with path.open("rb") as file:
        while part := file.read(PART_BYTES):
            yield compressor.compress(part)


async def materialise(tx: Tx, spool: Path, row: ImportRow, scope: Scope) -> Path:
    """The import's file on this machine's disk, under its own name; written once, then found."""
    folder = spool / row.file_sha256
    path = folder / (Path(row.filename).name or "file")
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f".{clock.new_id()}"
    decompressor = zstandard.ZstdDecompressor()
    try:
        with unfinished.open("wb") as file:
            async for part in imports.parts(tx, scope, row.id):
                file.write(decompressor.decompress(part))
        unfinished.replace(path)
    except OSError as error:
        raise SpoolUnavailable(f"{folder} cannot be written: {error}") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return path


def scratch_of(path: Path) -> Path:
    """Where what a materialised file holds is kept unpacked: beside it, in a folder that is made when needed."""
    return path.parent.with_name(f"{path.parent.name}.unpacked")
