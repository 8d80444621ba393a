"""Waves: what must go together does, pins hold, scores say what is broken, and the same estate gives the same plan."""

import random
from collections.abc import Collection
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.vocabulary.errors import UsageError
from muster.wave_planning.capacity import Capacity
from muster.wave_planning.constraints import Constraints, calendar
from muster.wave_planning.estate import Estate, estate
from muster.wave_planning.plan import CONDITIONS, Plan, judge, plan
from muster.wave_planning.units import units

EDGE_SCHEMA = {
    "source_no": pl.Int64, "target_no": pl.Int64, "kind": pl.String, "count": pl.Int64, "confidence": pl.Float64,
}  # fmt: skip


def of(assets: list[dict[str, Any]], *edges: tuple[int, int, str, int], pinned: Collection[int] = ()) -> Estate:
    rows = [{"asset_no": at, "name": f"a{at}", "asset_type": "server", **asset} for at, asset in enumerate(assets)]
    told = [(source, target, kind, count, 0.9) for source, target, kind, count in edges]
    return estate(pl.DataFrame(rows), pl.DataFrame(told, schema=EDGE_SCHEMA, orient="row"), pinned)


def waves(found: Plan) -> dict[int, int]:
    return dict(found.assets.select("asset_no", "wave").iter_rows())


def broken(found: Plan) -> set[tuple[str, int, int | None]]:
    return set(found.broken.select("condition", "asset_no", "other_no").iter_rows())


SMALL = Constraints(smallest=1, largest=2)


def test_an_application_moves_in_one_wave_but_its_test_system_first() -> None:
    crm = [{"application_name": "CRM", "environment": stage} for stage in ("production", "test", "production")]
    found = waves(plan(of([*crm, {"application_name": "ERP"}]), SMALL))
    assert found[1] < found[0] == found[2] != found[3]


def test_what_is_needed_moves_in_the_same_wave_or_an_earlier_one() -> None:
    needs = [(at, at + 1, "depends_on", 1) for at in range(5)]
    found = waves(plan(of([{}] * 6, *needs), SMALL))
    assert all(found[at] >= found[at + 1] for at in range(5))
    assert len(set(found.values())) == 3


def test_a_cycle_is_one_unit_and_one_too_large_is_named() -> None:
    ring = [(at, (at + 1) % 3, "uses", 1) for at in range(3)]
    whole = plan(of([{}] * 3, *ring), Constraints(smallest=1, largest=3))
    assert (len(set(waves(whole).values())), whole.cut, set(whole.assets["why"])) == (1, (), {"cycle"})
    split = plan(of([{}] * 3, *ring), SMALL)
    assert split.cut == ((0, 1, 2),)
    assert {condition for condition, _, _ in broken(split)} == {"target_not_later"}


def test_pairs_that_talk_all_day_move_together() -> None:
    quiet = [(at, 30 + at, "connection", 1) for at in range(19)]
    found = plan(of([{}] * 60, (58, 59, "connection", 100_000), *quiet), SMALL)
    assert waves(found)[58] == waves(found)[59]
    assert "chatty" in found.assets.filter(pl.col("asset_no") == 58)["why"].to_list()


def test_high_criticality_and_complexity_move_late() -> None:
    assets = [{"criticality": "critical"}, {"complexity": 95.0}, {"criticality": "low"}, {"criticality": "low"}]
    found = waves(plan(of(assets), SMALL))
    assert max(found[2], found[3]) < min(found[0], found[1])


def test_a_pin_holds_and_what_it_breaks_is_said() -> None:
    asked = Constraints(smallest=1, largest=2, pins={0: 1})
    assets = [{"criticality": "critical"}, *[{"criticality": "low"}] * 5]
    needs = ((1, 0, "uses", 1), (0, 5, "uses", 1))
    found = plan(of(assets, *needs), asked)
    assert waves(found)[0] == waves(found)[5] == 1
    assert plan(of(assets, *needs), SMALL).score >= found.score
    late = plan(of([{}, {}, {}], (0, 1, "uses", 1)), Constraints(smallest=1, largest=2, pins={1: 4, 0: 1}))
    assert ("target_not_later", 0, 1) in broken(late)


def test_what_stays_is_in_no_wave_and_what_runs_on_a_machine_goes_with_it() -> None:
    kinds = ["hypervisor", "server", "database", "cluster", "network"]
    assets = [{"asset_type": kind} for kind in kinds] + [{"lifecycle_status": "retired"}]
    found = plan(of(assets, (1, 0, "runs_on", 1), (2, 1, "runs_on", 1)), SMALL)
    assert set(waves(found)) == {1, 2}
    assert waves(found)[1] == waves(found)[2]
    assert found.waves["machines"].to_list() == [1]


def test_only_what_moves_counts_and_the_rest_is_told_with_a_reason() -> None:
    kinds = {
        "desk": {"asset_type": "other", "os_name": "Windows 10"},
        "unknown": {"asset_type": "other", "unsure": True},
        "app": {"asset_type": "application"},
        "server": {},
        "pod": {"asset_type": "container", "memory_mb": 512.0},
        "front": {"asset_type": "container"},
        "ec2": {"asset_type": "cloud_resource", "cpu_cores": 2},
        "bucket": {"asset_type": "cloud_resource"},
        "pinned": {"asset_type": "other"},
        "reader": {"asset_type": "other", "application_name": "Till"},
    }
    at = {name: number for number, name in enumerate(kinds)}
    assets = [{"name": name, **told} for name, told in kinds.items()]
    edges = ((at["pod"], at["server"], "runs_on", 1), (at["front"], at["pod"], "relation", 1))
    asked = Constraints(smallest=1, largest=9, pins={at["pinned"]: 2})
    found = plan(of(assets, *edges, pinned=asked.pins), asked)
    moved = dict(found.assets.select("name", "machine").iter_rows())
    counted = {"unknown", "server", "ec2"}
    assert moved == {name: name in counted for name in kinds if name not in ("desk", "bucket")}
    assert found.waves.select("wave", "machines").rows() == [(1, 4), (2, 0)]  # the application stands for a machine
    told = {row["asset_type"]: (row["assets"], row["planned"]) for row in found.uncounted.to_dicts()}
    assert told == {"other": (3, 2), "container": (2, 2), "application": (1, 1), "cloud_resource": (1, 0)}
    assert found.uncounted["why"].null_count() == 0


def test_services_that_everybody_uses_order_nothing() -> None:
    everybody = [(at, 0, "connection", 500) for at in range(1, 120)]
    found = plan(of([{}] * 120, *everybody, (1, 2, "connection", 1)), Constraints(smallest=5, largest=40))
    assert found.assets.filter("shared")["asset_no"].to_list() == [0]
    assert found.score == 100.0


def test_waves_run_one_after_the_other_and_never_in_a_blackout() -> None:
    asked = Constraints(start=date(2027, 1, 4), days=7, blackouts=((date(2027, 1, 13), date(2027, 1, 20)),))
    assert calendar(3, asked) == [
        (date(2027, 1, 4), date(2027, 1, 10)),
        (date(2027, 1, 21), date(2027, 1, 27)),
        (date(2027, 1, 28), date(2027, 2, 3)),
    ]


@pytest.mark.parametrize(
    "asked", [{"smallest": 0}, {"smallest": 9, "largest": 3}, {"days": 0}, {"pins": {1: 0}},
              {"blackouts": ((date(2027, 1, 2), date(2027, 1, 1)),)}],
)  # fmt: skip
def test_what_no_plan_can_meet_is_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        Constraints(**asked)


def test_an_empty_estate_has_an_empty_plan() -> None:
    found = plan(of([{"asset_type": "cluster"}]), SMALL)
    assert (found.waves.height, found.score) == (0, 100.0)


def test_risks_are_counted_and_say_what_to_do() -> None:
    found = plan(of([{}, {"environment": "production", "criticality": "low"}], (0, 1, "uses", 1)), SMALL)
    told = {(risk, assets) for risk, assets in found.risks.select("risk", "assets").iter_rows()}
    assert ("environment unknown, counted as production", 1) in told
    assert found.risks["mitigation"].str.len_chars().min() > 20  # type: ignore[operator]


def random_estate(seed: int, size: int) -> tuple[list[dict[str, Any]], list[tuple[int, int, str, int]]]:
    dice = random.Random(seed)
    assets = [
        {
            "application_name": dice.choice([None, "one", "two", "three"]),
            "environment": dice.choice([None, "production", "test", "development"]),
            "criticality": dice.choice([None, "low", "high", "critical"]),
            "complexity": dice.choice([None, 10.0, 90.0]),
            "asset_type": dice.choice(["server", "server", "virtual_machine", "application", "database", "hypervisor"]),
        }
        for _ in range(size)
    ]
    edges = [
        (
            dice.randrange(size),
            dice.randrange(size),
            dice.choice(["uses", "connection", "runs_on"]),
            dice.choice([1, 500]),
        )
        for _ in range(size)
    ]
    return assets, edges


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 10_000), st.integers(1, 40), st.dictionaries(st.integers(0, 39), st.integers(1, 6), max_size=4))
def test_every_asset_has_one_wave_pins_hold_and_the_order_of_rows_changes_nothing(
    seed: int, size: int, pins: dict[int, int]
) -> None:
    assets, edges = random_estate(seed, size)
    asked = Constraints(smallest=1, largest=6, pins=pins)
    told = of(assets, *edges)
    found = plan(told, asked)
    assert sorted(waves(found)) == sorted(told.assets["asset_no"].to_list())
    unit_pins: dict[int, set[int]] = {}
    for asset, unit, wave in found.assets.select("asset_no", "unit", "wave").iter_rows():
        if asset in pins:
            unit_pins.setdefault(unit, set()).add(pins[asset])
        assert wave >= 1
    for unit, wanted in unit_pins.items():
        assert set(found.assets.filter(pl.col("unit") == unit)["wave"]) == {min(wanted)}
    shuffled = of(assets, *random.Random(seed + 1).sample(edges, len(edges)))
    again = plan(shuffled, asked)
    assert (waves(again), again.score, broken(again)) == (waves(found), found.score, broken(found))


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.integers(0, 10_000), st.integers(2, 30))
def test_the_score_after_an_edit_is_the_score_from_scratch(seed: int, size: int) -> None:
    told = of(*(lambda made: (made[0], *made[1]))(random_estate(seed, size)))  # type: ignore[arg-type]
    asked = Constraints(smallest=1, largest=6)
    if not told.assets.height:
        return
    moved = told.assets["asset_no"][0]
    pinned = Constraints(smallest=1, largest=6, pins={moved: 2})
    edited = plan(told, pinned)
    found = units(told, pinned)
    placed = found.members.join(edited.assets.select("asset_no", "wave"), on="asset_no", maintain_order="left")
    assert judge(told, found, placed, pinned).score == edited.score
    assert plan(told, asked).score == plan(told, asked).score


def test_every_condition_can_break() -> None:
    """A plan made by hand that breaks all of them: a condition that cannot is no condition."""
    assets = [
        {"application_name": "CRM", "criticality": "critical"},
        {"application_name": "CRM", "criticality": "low"},
        {"environment": "test", "criticality": "low"},
        {"criticality": "low", "complexity": 95.0},
        {"criticality": "low", "complexity": 10.0},
    ]
    pairs = [(at, 40 + at, "connection", 1) for at in range(5, 25)]
    assets += [{"criticality": "low", "complexity": 10.0}] * 60
    told = of(assets, (3, 4, "connection", 100_000), *pairs)
    asked = Constraints(smallest=2, largest=3, capacity=Capacity(machines=3))
    found = units(told, asked)
    hand = {0: 1, 3: 1, 4: 2, 1: 2, 2: 4}
    placed = found.members.with_columns(wave=pl.col("asset_no").replace_strict(hand, default=4, return_dtype=pl.Int64))
    judged = judge(told, found, placed, asked)
    assert {condition for condition, _, _ in broken(judged)} == set(CONDITIONS)
    assert 0 <= judged.score < 100


def test_capacity_is_kept_per_wave_and_per_window_and_what_is_too_large_is_told() -> None:
    assets = [{"application_name": f"app{at}", "storage_used_gb": 600.0} for at in range(7)]
    assets.append({"application_name": "huge", "storage_used_gb": 9000.0})
    asked = Constraints(
        smallest=1, largest=10, capacity=Capacity(applications=3), windows=2, window=Capacity(terabytes=1.2)
    )
    found = plan(of(assets), asked)
    apps = found.assets.group_by("wave").agg(pl.col("application").n_unique(), pl.col("name"))
    assert apps["application"].max() == 3
    held = {(row["wave"], row["window"]): row for row in found.loads.iter_rows(named=True)}
    full = {key for key, row in held.items() if row["over"]}
    alone = found.assets.filter(pl.col("application") == "huge")["wave"].item()
    assert {wave for wave, _ in full} == {alone}
    assert all(row["terabytes"] <= 1.2 for key, row in held.items() if key[1] and key[0] != alone)
    assert [name for name, *_ in broken(found)] == ["within_capacity"]
    assert found.waves.filter(pl.col("wave") == alone)["terabytes"].item() == 9.0


def test_a_size_that_nobody_knows_is_told_and_not_invented() -> None:
    found = plan(of([{"storage_total_gb": 500.0}, {}]), Constraints(smallest=1, largest=10))
    [wave] = found.waves.iter_rows(named=True)
    assert (wave["terabytes"], wave["confidence_size"]) == (0.5, 0.5)
    assert "size on disk unknown, counted as nothing" in found.risks["risk"].to_list()
    assert plan(of([{}]), Constraints(smallest=1, largest=10)).waves["terabytes"].to_list() == [None]


def test_within_a_wave_what_is_needed_moves_in_the_same_window_or_an_earlier_one() -> None:
    needs = [(at, at + 1, "depends_on", 1) for at in range(5)]
    asked = Constraints(smallest=1, largest=6, windows=3, window=Capacity(machines=2))
    found = dict(plan(of([{}] * 6, *needs), asked).assets.select("asset_no", "window").iter_rows())
    assert all(found[at] >= found[at + 1] for at in range(5))
    assert set(found.values()) == {1, 2, 3}
