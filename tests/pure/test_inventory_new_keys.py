"""The laws over estates of mistyped names, names told twice and versions of one list: keys that few records have."""

from dataclasses import replace
from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st
from inventory_builder import File, content
from test_inventory_concerned import assets, evidence

from muster.phases.asset_inventory.counted import compute

NAMES = [
    "londocweb1_BI",
    "londocweb1",
    "londcweb1",
    "londocwebb1",
    "lnodocweb1",
    "londocwebt1",
    "LONDOCWEB1",
    "londocweb1.a.example",
]
NAMES += ["londocweb1.b.example", "lon-doc-web1", "londocweb01"]
ROW = st.fixed_dictionaries(
    {"name": st.sampled_from([None, None, *NAMES])},
    optional={
        "source_id": st.sampled_from(["A-1", "A-2"]),
        "model": st.sampled_from(["R740", "R740", "R750"]),
        "assigned_user": st.sampled_from(["Ann", "Bob"]),
        "location": st.just("London"),
        "manufacturer": st.sampled_from(["Dell Inc.", "QEMU"]),
        "power_state": st.sampled_from(["on", "off"]),
        "lifecycle_status": st.sampled_from(["operational", "retired"]),
        "last_seen_at": st.sampled_from([datetime.fromisoformat("2024-02-01"), datetime.fromisoformat("2026-05-01")]),
        "environment": st.sampled_from(["production", "test"]),
        "os_name": st.sampled_from(["Windows Server 2019", "Ubuntu 22.04", "Linux"]),
        "ip_address": st.lists(st.sampled_from(["10.0.0.1", "10.0.0.2"]), max_size=1),
        "mac_address": st.lists(st.sampled_from(["00:50:56:00:00:01", "00:50:56:00:00:02"]), max_size=1),
    },
)


@st.composite
def lists(draw: st.DrawFn) -> list[File]:
    """Two to four lists, each of a tool of its own or of one tool."""
    return [
        File(f"f{number}", draw(st.lists(ROW, min_size=1, max_size=4)), source=draw(st.sampled_from(["s", "t", ""])))
        for number in range(draw(st.integers(2, 4)))
    ]


@settings(max_examples=40, deadline=None)
@given(lists(), st.randoms(use_true_random=False))
def test_the_order_of_files_changes_nothing(files, random):
    shuffled = random.sample(files, len(files))
    assert content(shuffled, []) == content(files, [])


@settings(max_examples=40, deadline=None)
@given(lists(), st.data())
def test_a_file_that_comes_or_goes_concerns_whole_assets_and_no_others(files, data):
    numbers = set(range(len(files)))
    changing = data.draw(st.sampled_from(sorted(numbers)))
    after, without = (assets(compute(evidence(files, [], live, set(), ()))) for live in (numbers, numbers - {changing}))
    came = compute(evidence(files, [], numbers, numbers - {changing}, ()))
    went = compute(evidence(files, [], numbers - {changing}, numbers, ()))
    for plan, now, before in ((came, after, without), (went, without, after)):
        touched = set(plan.touched.to_list())
        assert assets(plan) == {record: asset for record, asset in now.items() if record in touched}
        kept = set(now) - touched
        assert {record: now[record] for record in kept} == {record: before[record] for record in kept}


@settings(max_examples=20, deadline=None)
@given(lists())
def test_the_same_bytes_of_another_import_change_nothing(files):
    assert content([*files, replace(files[0])], []) == content(files, [])
