"""What the records of a table tell as a whole: which occur again, which share an id, which were refused.

All records count, whatever the blocks are that they come in.
"""

from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from muster.phases.data_import.format import Block, Rejected
from muster.phases.data_import.profiles.shared_ids import SharedIds, shared_ids, together
from muster.phases.data_import.profiles.value_hashes import HASH_BITS, SEED
from muster.phases.data_import.tables.words import fold

ROWS = 1_024  # different records that are counted: those with the least hashes

NAMES = (
    "vm", "vm name", "virtual machine", "host name", "hostname", "server name", "servername", "computer name",
    "machine name", "node name", "display name", "name", "host", "server", "computer", "fqdn", "dns name",
)  # fmt: skip
CENTRES = (
    "vi sdk server",
    "vcenter",
    "vcenter server",
    "vcenter name",
    "vcenter fqdn",
    "vi sdk uuid",
    "virtual center",
)
# What is shared -> headers of the id, headers of what must be one for it.
PAIRS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "uuid": (
        ("vm uuid", "uuid", "bios uuid", "smbios uuid", "smbios bios uuid", "system uuid", "instance uuid",
         "vm instance uuid", "machine uuid", "host uuid", "server uuid"),
        NAMES,
    ),
    "vm_id": (("vm id", "vmid", "moref", "mo ref", "vm moref", "vm object id", "moid", "managed object id"), CENTRES),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RecordProfile:
    """`rows` counts records by hash, `shared` has what stands beside an id by kind of pair, `rejected` and `noted`
    count codes: of records that could not be read, and of such that were mended.

    `torn_end` is True where the last record is refused as too short, or as a quote that never closes.
    """

    rows: Mapping[int, int] = field(default_factory=dict)
    shared: Mapping[str, SharedIds] = field(default_factory=dict)
    rejected: Mapping[str, int] = field(default_factory=dict)
    torn_end: bool = False
    noted: Mapping[str, int] = field(default_factory=dict)


def profile_records(block: Block, columns: Sequence[str]) -> RecordProfile:
    """The profile of the records of one block."""
    width = len(columns)
    torn = [entry for entry in block.rejected if entry.ordinal == block.frame.height - 1 and _is_torn(entry, width)]
    return RecordProfile(
        rows=_rows(block.frame),
        shared={kind: found for kind in PAIRS if (found := _shared(kind, block.frame, columns)).pairs},
        rejected=dict(sorted(Counter(entry.issue.code for entry in block.rejected).items())),
        torn_end=bool(torn),
        noted=dict(block.noted),
    )


def _is_torn(entry: Rejected, width: int) -> bool:
    return entry.issue.code == "stray_quote" or (entry.issue.code == "ragged_row" and len(entry.values) < width)


def merge_records(parts: Sequence[RecordProfile]) -> RecordProfile:
    """The profile of all blocks from those of each, in order."""
    rows: Counter[int] = Counter()
    rejected: Counter[str] = Counter()
    noted: Counter[str] = Counter()
    for part in parts:
        noted.update(part.noted)
        rows.update(part.rows)
        rejected.update(part.rejected)
    kinds = sorted({kind for part in parts for kind in part.shared})
    return RecordProfile(
        rows={row: rows[row] for row in sorted(rows)[:ROWS]},
        shared={kind: together([part.shared[kind] for part in parts if kind in part.shared]) for kind in kinds},
        rejected=dict(sorted(rejected.items())),
        torn_end=parts[-1].torn_end if parts else False,
        noted=dict(sorted(noted.items())),
    )


def _rows(frame: pl.DataFrame) -> dict[int, int]:
    if not frame.width:
        return {}
    hashes, counts = np.unique(frame.hash_rows(SEED).to_numpy() >> np.uint64(64 - HASH_BITS), return_counts=True)
    return dict(zip(hashes[:ROWS].tolist(), counts[:ROWS].tolist(), strict=True))


def _shared(kind: str, frame: pl.DataFrame, columns: Sequence[str]) -> SharedIds:
    folded = [" ".join(fold(name).replace("_", " ").replace("-", " ").split()) for name in columns]
    places = [next((folded.index(name) + 1 for name in names if name in folded), None) for names in PAIRS[kind]]
    if None in places or not frame.height:
        return SharedIds()
    ids, names = (frame.get_column(str(place)) for place in places)
    return shared_ids(ids, names)


def records_as_json(records: RecordProfile) -> dict[str, Any]:
    """What is kept of it until all blocks are in."""
    kept = {
        "rows": list(records.rows.items()),
        "shared": {
            kind: {"pairs": b64encode(found.pairs).decode(), "texts": list(found.texts.items())}
            for kind, found in records.shared.items()
        },
        "rejected": records.rejected,
        "torn_end": records.torn_end,
        "noted": dict(records.noted),
    }
    return {name: value for name, value in kept.items() if value}


def records_of_json(kept: Mapping[str, Any]) -> RecordProfile:
    """The profile that kept JSON tells of."""
    return RecordProfile(
        rows=dict(kept.get("rows", ())),
        shared={
            kind: SharedIds(b64decode(found["pairs"]), {key: tuple(others) for key, others in found["texts"]})
            for kind, found in kept.get("shared", {}).items()
        },
        rejected=kept.get("rejected", {}),
        torn_end=kept.get("torn_end", False),
        noted=kept.get("noted", {}),
    )
