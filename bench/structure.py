"""How well planted applications are found again, how fast that is, and how fast waves are planned; all on one machine.

    python bench/structure.py [--applications 30 300 1500] [--seeds 1 2 3] [--json FILE]

Seconds are those of the groups alone and of the waves alone, from frames in memory.

For each estate: the adjusted Rand index of the groups against what was planted, with the application of half of the
servers stated; that by connections alone; that where every tenth of the stated names is of another application; and the
highest that any grouping by connections could reach (what was planted, where it hangs together). Then waves over the
largest reference estate.
"""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import polars as pl

from muster.phases.dependency_analysis.groups import groups, hubs
from muster.wave_planning.constraints import Constraints
from muster.wave_planning.estate import estate
from muster.wave_planning.plan import plan
from planted_estate import Planted, Shape, planted

Made = TypeVar("Made")


def shapes(applications: int) -> list[Shape]:
    """`reference` has the density of an estate that was measured before: 2.8 connections per server besides hubs."""
    return [
        Shape("reference", applications, servers=14, callees=(2, 5)),
        Shape("half seen", applications, callees=(2, 5), seen=0.5),
        Shape("thin", applications),
        Shape("noisy", applications, integrations=8.0, strays=0.3),
        Shape("small applications, no hubs", applications, servers=6, hubs=0),
        Shape("sparse", applications, callees=(1, 1), seen=0.95, strays=0.02, integrations=1.0),
    ]


def adjusted_rand(truth: Mapping[int, Hashable], found: Mapping[int, Hashable]) -> float:
    """Hubert and Arabie 1985 over the assets of `truth`; an asset in no group is a group of its own."""
    said = {number: found.get(number, ("alone", number)) for number in truth}
    both = _pairs((truth[number], said[number]) for number in truth)
    left, right = _pairs(truth.values()), _pairs(said.values())
    expected = left * right / (len(truth) * (len(truth) - 1) / 2)
    return (both - expected) / ((left + right) / 2 - expected)


def _pairs(keys: Iterable[Hashable]) -> float:
    return sum(size * (size - 1) / 2 for size in Counter(keys).values())


def reachable(made: Planted) -> dict[int, int]:
    """What was planted, in the pieces in which it hangs together: no connection tells that two pieces are one."""
    head = {number: number for number in made.truth}

    def find(one: int) -> int:
        while head[one] != one:
            head[one] = head[head[one]]
            one = head[one]
        return one

    for one, other in made.edges.select("source_no", "target_no").iter_rows():
        if made.truth.get(one, -1) == made.truth.get(other, -2):
            head[find(one)] = find(other)
    return {number: find(number) for number in head}


def timed(act: Callable[[], Made]) -> tuple[Made, dict[str, float]]:
    """What was made, and the seconds by the clock and of the processor that it took."""
    began, used = time.perf_counter(), time.process_time()
    made = act()
    spent = {"seconds": time.perf_counter() - began, "cpu_seconds": time.process_time() - used}
    return made, {name: round(value, 2) for name, value in spent.items()}


def measure_groups(shape: Shape, seed: int) -> dict[str, object]:
    made = planted(shape, seed)
    found, seconds = timed(lambda: groups(made.edges, made.assets))
    again = groups(made.edges.sample(fraction=1, shuffle=True, seed=seed), made.assets.reverse())
    alone = groups(made.edges, made.assets.drop("application_name"))
    misled = groups(made.edges, _misstated(made.assets, seed))
    marked = set(hubs(made.edges, made.assets)["asset_no"].to_list())
    return {
        "estate": shape.name,
        "applications": shape.applications,
        "seed": seed,
        "servers": made.assets.height,
        "edges": made.edges.height,
        "groups": found["group_no"].n_unique(),
        "adjusted_rand": round(adjusted_rand(made.truth, dict(found.iter_rows())), 3),
        "by_connections": round(adjusted_rand(made.truth, dict(alone.iter_rows())), 3),
        "misstated": round(adjusted_rand(made.truth, dict(misled.iter_rows())), 3),
        "reachable": round(adjusted_rand(made.truth, reachable(made)), 3),
        "hubs_found": f"{len(marked & set(made.roles))} of {len(made.roles)}",
        "wrong_hubs": len(marked - set(made.roles)),
        **seconds,
        "same_again": again.equals(found),
    }


def _misstated(assets: pl.DataFrame, seed: int) -> pl.DataFrame:
    """The assets, every tenth of those of which an application is stated with that of some other one."""
    stated = assets.filter(pl.col("application_name").is_not_null()).sample(fraction=0.1, seed=seed)
    wrong = stated.select("asset_no", wrong=pl.col("application_name").shuffle(seed))
    joined = assets.join(wrong, on="asset_no", how="left", maintain_order="left")
    return joined.with_columns(application_name=pl.coalesce("wrong", "application_name")).drop("wrong")


def measure_waves(applications: int, seed: int) -> dict[str, object]:
    made = planted(shapes(applications)[0], seed)
    asked = Constraints(largest=150)
    first, seconds = timed(lambda: plan(estate(made.assets, made.edges), asked))
    again = plan(estate(made.assets.reverse(), made.edges.reverse()), asked)
    return {
        "servers": made.assets.height,
        "waves": first.waves.height,
        "score": first.score,
        **seconds,
        "same_again": again.assets.equals(first.assets) and again.score == first.score,
    }


def _tell(what: str, figures: Mapping[str, object]) -> None:
    sys.stdout.write("  ".join([what, *(f"{name} {value}" for name, value in figures.items())]) + "\n")
    sys.stdout.flush()


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--applications", type=int, nargs="+", default=[30, 300, 1500])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args(arguments)
    grouped = []
    for applications in asked.applications:
        for shape in shapes(applications):
            for seed in asked.seeds:
                grouped.append(measure_groups(shape, seed))
                _tell("groups", grouped[-1])
    waves = measure_waves(max(asked.applications), asked.seeds[0])
    _tell("waves", waves)
    if asked.json:
        asked.json.write_text(json.dumps({"groups": grouped, "waves": waves}, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
