"""What is computed for the records concerned by a change is what a computation of everything says of them."""

from collections.abc import Sequence
from uuid import UUID

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from inventory_builder import File, frames
from test_inventory_laws import decided

from muster.phases.asset_inventory.chosen import choose, with_placed
from muster.phases.asset_inventory.conditions import meeting
from muster.phases.asset_inventory.counted import Evidence, Plan, compute, counted, placed
from muster.phases.asset_inventory.decisions import InventoryDecision
from muster.phases.asset_inventory.statement import statements
from muster.store.claims import CountedBlock, LiveTable
from muster.store.frames import ORDINAL_BITS
from muster.store.inventory import LINK
from muster.store.packed_frames import packed


def evidence(
    files: Sequence[File],
    decisions: Sequence[InventoryDecision],
    live: set[int],
    linked: set[int],
    made: Sequence[InventoryDecision],
) -> Evidence:
    """An engagement of one block a file. `live`, `linked`: numbers of files; `made`: decisions that are new."""
    records, _ = frames(files)
    tables = [
        LiveTable(
            UUID(int=at),
            1,
            at,
            f"sha-{file.name}",
            file.table,
            file.source,
            file.precedence,
            file.as_of,
            file.record_kind,
            {},
        )
        for at, file in enumerate(files)
    ]
    blocks = []
    for at, file in enumerate(files):
        own = records.filter(pl.col("table_ref") == at)
        said = packed(statements(own, pl.repeat(file.record_kind, own.height, dtype=pl.String, eager=True)))
        blocks.append(CountedBlock(at + 1, UUID(int=at), 1, 1, own.height, at in live, at in linked, True, 1, "", said))
    return Evidence(
        version=1,
        live=[UUID(int=at) for at in sorted(live)],
        tables=tables,
        blocks=blocks,
        rejected=(),
        decisions=decisions,
        decision_ids=frozenset(),
        changed=frozenset(key for one in made for key in (*one.records, *one.others)),
        everything=not linked or any(one.where for one in made),
        met={one: _meeting(one, files) for one in decisions if one.where},
    )


def _meeting(made: InventoryDecision, files: Sequence[File]) -> list[int]:
    """Ids of the records that meet the decision's conditions."""
    records, tables = frames(files)
    places = records.select("table_ref", "record_id").join(tables, on="table_ref", how="left", maintain_order="left")
    rows = meeting(made.where, records, places.with_row_index("record_row"))
    return [_record_id(*divmod(int(records["record_id"][row]), 1000)) for row in rows]


def _record_id(file: int, ordinal: int) -> int:
    return (file + 1 << ORDINAL_BITS) + ordinal


def waiting(plan: Plan) -> set[int]:
    """The records about parts of things that no record names."""
    found = set(plan.waiting.to_list())
    if plan.placed is not None:
        places = plan.placed.places["record_id"]
        found |= set(places.gather(plan.placed.assigned.waiting["record_row"]).to_list())
    return found


def assets(plan: Plan) -> dict[int, tuple[frozenset[int], str]]:
    """Of each record of an asset: the records of its asset, and the rule it was joined by."""
    found = {record: (frozenset([record]), "new") for record in plan.alone.to_list()}
    if plan.placed is not None:
        claims = plan.placed.claims
        for records, rules in (
            claims.group_by("asset_no").agg("record_id", "rule").select("record_id", "rule").iter_rows()
        ):
            found |= {record: (frozenset(records), rule) for record, rule in zip(records, rules, strict=True)}
    return found


@settings(max_examples=20, deadline=None)
@given(decided(), st.data())
def test_a_change_concerns_whole_assets_and_computes_them_as_a_whole_computation_does(case, data):
    files, decisions = case
    numbers = set(range(len(files)))
    live = numbers - {data.draw(st.sampled_from([None, *numbers]))}
    linked = numbers - {data.draw(st.sampled_from([None, *numbers]))}
    made = data.draw(st.lists(st.sampled_from(decisions), max_size=2)) if decisions else []
    everything = compute(evidence(files, decisions, live, set(), ()))
    whole = assets(everything)
    plan = compute(evidence(files, decisions, live, linked, made))
    touched = set(plan.touched.to_list())
    assert assets(plan) == {record: asset for record, asset in whole.items() if record in touched}
    assert waiting(plan) == waiting(everything) & touched
    assert all(records <= touched or touched.isdisjoint(records) for records, _ in whole.values())
    came = {((at + 1) << ORDINAL_BITS) + 1 for at in live - linked}
    assert came <= touched


@settings(max_examples=20, deadline=None)
@given(decided(), st.data())
def test_what_a_change_does_not_concern_is_what_it_was(case, data):
    """The assets that a file's coming or going leaves alone are those that stood without it, or with it."""
    files, decisions = case
    numbers = set(range(len(files)))
    changing = data.draw(st.sampled_from(sorted(numbers)))
    without = assets(compute(evidence(files, decisions, numbers - {changing}, set(), ())))
    came = compute(evidence(files, decisions, numbers, numbers - {changing}, ()))
    after = assets(compute(evidence(files, decisions, numbers, set(), ())))
    kept = set(after) - set(came.touched.to_list())
    assert {record: after[record] for record in kept} == {record: without[record] for record in kept}
    went = compute(evidence(files, decisions, numbers - {changing}, numbers, ()))
    left = set(without) - set(went.touched.to_list())
    assert {record: without[record] for record in left} == {record: after[record] for record in left}


@settings(max_examples=20, deadline=None)
@given(decided())
def test_assets_have_the_ids_that_they_have_where_all_is_known_at_once(case):
    """Records that share keys may be placed while the others are written: what is written is the same."""
    files, decisions = case
    told = evidence(files, decisions, set(range(len(files))), set(), ())
    nothing = pl.DataFrame(schema=LINK)
    whole, plan = compute(told), counted(told)
    at_once, by_and_by = choose(whole, nothing, 7), choose(plan, nothing, 7)
    if plan.unplaced is not None:
        by_and_by = with_placed(by_and_by, placed(plan.unplaced))
    assert whole.together.equals(plan.together)
    assert whole.placed is None or whole.placed.places["record_id"].equals(plan.together)
    for name in ("alone", "standing", "gone"):
        assert getattr(by_and_by, name).equals(getattr(at_once, name))
    assert by_and_by.placed.rows() == at_once.placed.rows()
    assert by_and_by.next_id == at_once.next_id
