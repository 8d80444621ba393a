"""A machine that is retired in one list and goes on in another is one machine, unless a second one has its name."""

from collections.abc import Iterator

import polars as pl

from muster.phases.asset_inventory.components import AWAY, GONE, NAMED, RETIRED, ROWS, SYSTEM, Components
from muster.phases.asset_inventory.lives import RUNS


def join_retired(nodes: pl.DataFrame, parts: Components, shared: pl.DataFrame, names: pl.DataFrame) -> None:
    """Join what one list calls retired and another goes on to have, where nothing else has any of their names.

    `shared` (no, key): what both must have in common; `names` (no, key): every name of every node. What is said to run,
    was seen long after, or has a number of its own and is not said to stand still, is a machine that came afterwards.
    """
    pairs = [pair for pair in _pairs(nodes, parts, shared) if _only_listed(*pair, parts)]
    within = pl.DataFrame(
        [(at, no) for at, pair in enumerate(pairs) for root in pair for no in parts.within(root)],
        schema={"pair": pl.Int64, "no": pl.Int64},
        orient="row",
    )
    own = within.join(names.select(pl.col("no").cast(pl.Int64), "key"), on="no").select("pair", "key").unique()
    bearers = own.join(names, on="key").group_by("pair").agg("no").rows()
    for at, bearing in sorted(bearers):
        gone, listed = pairs[at]
        if {parts.find(no) for no in bearing} == {parts.find(gone), parts.find(listed)}:
            parts.join_unless(gone, listed, "retired_in_one_list", NAMED & ~RETIRED | ROWS | SYSTEM | AWAY)


def _pairs(nodes: pl.DataFrame, parts: Components, shared: pl.DataFrame) -> Iterator[tuple[int, int]]:
    """What is retired wherever it says anything, and what is not, where no third has the key in common with both."""
    told = shared.unique().join(nodes.select("no", "retired_bits"), on="no")
    both = told.filter(pl.col("retired_bits").n_unique().over("key") > 1).sort("key", "no")
    found = set()
    for group in both.group_by("key", maintain_order=True).agg("no")["no"].to_list():
        roots = {parts.find(no) for no in group}
        gone = [root for root in roots if parts.retired[root] == GONE]
        if len(roots) == 2 and len(gone) == 1:
            found.add((gone[0], (roots - set(gone)).pop()))
    yield from sorted(found)


def _only_listed(gone: int, listed: int, parts: Components) -> bool:
    """True where nothing of the second says that it outlived the first.

    That it runs is what was known when it was seen: an account that is enabled still was often used years ago.
    """
    numbered = any(parts.facts[name][listed] not in (0, parts.facts[name][gone]) for name in ("uuid", "serial"))
    running = parts.lives.running[listed] & RUNS and not parts.lives.long_after(gone, listed)
    return (not numbered or parts.lives.stands(listed)) and not running and not parts.lives.long_after(listed, gone)
