"""How well the inventory finds the things of an invented estate again, without a person, and what it misses why.

    python bench/identity.py MACHINES [SEED ...]

Beside it stands the recall of a reader who does not guess: of the pairs of which the columns tell at all that they are
one thing (bound.py). Records of which they do not are open.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from bound import keys_of, reachable
from estate_things import build
from estate_tools import Written, written
from muster.phases.asset_inventory.inventory import Inventory, inventory
from muster.vocabulary.attributes import attributes

LISTS = ("ip", "mac", "list")
OF_TYPE: Mapping[str, pl.DataType] = {
    "number": pl.Float64(), "boolean": pl.Boolean(), "datetime": pl.Datetime("us"),
}  # fmt: skip


@dataclass(frozen=True)
class Score:
    """Figures of one estate: shares of pairs, numbers of clusters and records, lost pairs by cause."""

    records: int
    precision: float
    recall: float
    bound: float
    open_records: float
    wrong: int
    queue: float
    lost: Mapping[str, float]
    joined: Mapping[str, int]


def frames(rows: Sequence[Written]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Records and tables as the inventory reads them; record_id is the place in `rows`."""
    lists = list(dict.fromkeys((row.tool, row.table, row.record_kind) for row in sorted(rows, key=_place)))
    numbers: Counter[tuple[str, str, str]] = Counter()
    records: list[dict[str, object]] = []
    for at, row in enumerate(rows):
        place = (row.tool, row.table, row.record_kind)
        numbers[place] += 1
        records.append({"record_id": at, "table_ref": lists.index(place), "row_number": numbers[place], **row.values})
    used = sorted({name for row in rows for name in row.values})
    schema: dict[str, pl.DataType] = {"record_id": pl.Int64(), "table_ref": pl.Int32(), "row_number": pl.Int64()}
    schema |= {name: _type(name) for name in used}
    tools = sorted({tool for tool, _, _ in lists})
    tables = [
        {
            "table_ref": ref, "import_ref": tools.index(tool) + 1, "file_sha256": f"sha-{tool}",
            "table_name": f"{table} {kind}", "source": tool, "precedence": tools.index(tool), "as_of": None,
            "record_kind": kind, "role": "asset",
        }
        for ref, (tool, table, kind) in enumerate(lists)
    ]  # fmt: skip
    types = {"table_ref": pl.Int32(), "import_ref": pl.Int32(), "precedence": pl.Int32(), "as_of": pl.Date()}
    return pl.DataFrame(records, schema=schema), pl.DataFrame(tables, schema_overrides=types)


def _place(row: Written) -> tuple[str, str, str]:
    return row.tool, row.table, row.record_kind


def _type(name: str) -> pl.DataType:
    if attributes()[name].type in LISTS:
        return pl.List(pl.String)
    return OF_TYPE.get(attributes()[name].type, pl.String())


def _pairs(frame: pl.DataFrame, *by: str) -> int:
    return int(frame.group_by(by).len().select((pl.col("len") * (pl.col("len") - 1) // 2).sum()).item())


def score(rows: Sequence[Written], found: Inventory) -> Score:
    """What was joined against what is one thing."""
    open_rows, bound = reachable(rows)
    truth = pl.DataFrame({"record_id": range(len(rows)), "thing": [row.thing for row in rows]})
    both = truth.join(found.links.select("record_id", "asset_no", "rule"), on="record_id", maintain_order="left")
    alone = -pl.col("record_id") - 1
    both = both.with_columns(pl.col("asset_no").fill_null(alone), clear=~pl.col("record_id").is_in(list(open_rows)))
    right, owed = _pairs(both, "thing", "asset_no"), _pairs(both, "thing")
    mixed = both.group_by("asset_no").agg(pl.col("thing").n_unique(), "record_id", "rule").filter(pl.col("thing") > 1)
    return Score(
        records=len(rows),
        precision=right / max(1, _pairs(both, "asset_no")),
        recall=right / max(1, owed),
        bound=bound,
        open_records=len(open_rows) / len(rows),
        wrong=mixed.height,
        queue=found.reviews["record_id"].n_unique() / len(rows),
        lost={cause: count / owed for cause, count in _lost(both, rows, found).most_common()},
        joined=Counter(rule for rules in mixed["rule"].to_list() for rule in set(rules) if rule != "new"),
    )


def _lost(both: pl.DataFrame, rows: Sequence[Written], found: Inventory) -> "Counter[str]":
    """Pairs of one thing that stand in two assets, by what the two sides have in common."""
    queued = set(found.reviews["record_id"].to_list())
    lost: Counter[str] = Counter()
    split = both.group_by("thing").agg("record_id", "asset_no", "clear").filter(pl.col("asset_no").list.n_unique() > 1)
    for records, assets, clear in split.select("record_id", "asset_no", "clear").iter_rows():
        known = list(zip(records, assets, clear, strict=True))
        for place, (one, asset, sure) in enumerate(known):
            for other, another, certain in known[place + 1 :]:
                if asset != another:
                    lost[_cause(rows[one], rows[other], {one, other} & queued, sure and certain)] += 1
    return lost


def _cause(one: Written, other: Written, queued: Iterable[int], clear: bool) -> str:
    shared = sorted({key.split()[0] for key in keys_of(one) & keys_of(other)})
    words = "+".join(shared) or "nothing in common"
    return f"{words}{', in the queue' if queued else ''}{'' if clear else ', open'}"


def main(made_up: Callable[[int, int], Sequence[Written]], count: int, seeds: Sequence[int]) -> None:
    """Print the figures of the rows that `made_up` writes of so many machines, for every seed."""
    for seed in seeds:
        rows = made_up(count, seed)
        records, tables = frames(rows)
        made = score(rows, inventory(records, tables, []))
        line = f"seed {seed} records {made.records} precision {made.precision:.4f} recall {made.recall:.4f}"
        line += f" recall of who does not guess {made.bound:.4f} open records {made.open_records:.4f}"
        sys.stdout.write(f"{line} wrong clusters {made.wrong} queue {made.queue:.4f}\n")
        for cause, share in list(made.lost.items())[:12]:
            sys.stdout.write(f"  lost {share:.4f} {cause}\n")
        sys.stdout.write(f"  rules in wrong clusters: {dict(made.joined)}\n")


if __name__ == "__main__":
    main(
        lambda count, seed: written(build(count, seed)),
        int(sys.argv[1]),
        [int(seed) for seed in sys.argv[2:]] or [1, 2, 3],
    )
