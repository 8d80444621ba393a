"""Every check proves itself by its own examples; the assessment is the same in any order of assets."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.phases.tech_debt_assessment.assess import FINDING_SCHEMA, all_checks, assess, gaps
from muster.phases.tech_debt_assessment.check import EXAMPLE_DAY, Check, Fact
from muster.phases.tech_debt_assessment.facts import ATTRIBUTES, DEGREES
from muster.phases.tech_debt_assessment.phase import Concerned, compute, piece_of

CHECKS = sorted(all_checks().items())


def _with_a_neighbour(check: Check, example: dict[str, Fact]) -> pl.DataFrame:
    """The example as asset 0, beside one that has the attributes, so that the sources are known to carry them."""
    something = {name: "something" if ATTRIBUTES[name] == pl.String else 50.0 for name in check.attributes[:1]}
    neighbour = {"asset_type": example["asset_type"], **something}
    return pl.DataFrame([{"asset_no": 0, **example}, {"asset_no": 1, **neighbour}])


def _found_on(check: Check, example: dict[str, Fact]) -> pl.DataFrame:
    degrees = pl.DataFrame({"asset_no": [0], **{name: [example.pop(name, 0)] for name in DEGREES}})
    found = assess(_with_a_neighbour(check, example), EXAMPLE_DAY, degrees)
    return found.filter(pl.col("asset_no") == 0)


@pytest.mark.parametrize(("name", "check"), CHECKS)
def test_a_check_fires_on_its_example_and_not_on_its_counterexample(name: str, check: Check) -> None:
    for example, fires in ((check.example, True), (check.counterexample, False)):
        assert (name in _found_on(check, dict(example))["check"].to_list()) is fires


@pytest.mark.parametrize(("name", "check"), CHECKS)
def test_a_check_says_what_it_means(name: str, check: Check) -> None:
    found = _found_on(check, dict(check.example))
    row = found.filter(pl.col("check") == name).row(0, named=True)
    assert row["severity"] == check.severity
    assert 0 < row["confidence"] <= 1
    assert row["message"].endswith(".")
    assert all((check.reason, check.threshold, check.remedy))


def test_the_findings_of_a_small_estate() -> None:
    assets = pl.DataFrame(
        {
            "asset_no": [1, 2, 3, 4, 5],
            "asset_type": ["server", "virtual_machine", "virtual_machine", "database", "application"],
            "os_name": ["CentOS 6", "Windows Server 2016 or later", "Ubuntu 22.04", None, None],
            "database_engine": [None, None, None, "Oracle 12c R1", None],
            "owner": ["Unix team", "Windows team", None, "DBA", "Sales"],
            "power_state": ["on", "off", "on", None, None],
        }
    )
    found = assess(assets, date(2026, 7, 1))
    assert found.schema == pl.Schema(FINDING_SCHEMA)
    assert set(found.select("asset_no", "check").iter_rows()) == {
        (1, "os_end_of_life"),
        (2, "powered_off"),
        (3, "no_owner"),
        (3, "os_end_of_life_soon"),
        (4, "database_end_of_life"),
    }


def test_the_day_of_the_assessment_decides() -> None:
    assets = pl.DataFrame({"asset_no": [1], "asset_type": ["server"], "os_name": ["Windows Server 2016"]})
    seen = [
        assess(assets, day)["check"].to_list()
        for day in (date(2025, 7, 1), date(2026, 7, 1), date(2027, 7, 1), date(2031, 7, 1))
    ]
    assert seen == [[], ["os_end_of_life_soon"], ["os_paid_support_only"], ["os_end_of_life"]]


def test_a_fact_that_no_source_carries_is_one_gap_and_no_finding() -> None:
    assets = pl.DataFrame({"asset_no": [1, 2], "asset_type": ["server", "server"], "os_name": ["Debian 13"] * 2})
    assert assess(assets, date(2026, 7, 1)).is_empty()
    assert [gap.rule for gap in gaps(assets, date(2026, 7, 1))] == [
        "backup_unknown",
        "disk_nearly_full",
        "no_application",
        "no_criticality",
        "no_environment",
        "no_owner",
        "over_sized",
        "under_sized",
    ]


def test_an_estate_without_assets_has_no_findings_and_no_gaps() -> None:
    assets = pl.DataFrame(schema={"asset_no": pl.Int64, "asset_type": pl.String})
    assert assess(assets, date(2026, 7, 1)).is_empty()
    assert gaps(assets, date(2026, 7, 1)) == ()


ASSET = st.fixed_dictionaries(
    {
        "asset_type": st.sampled_from(["server", "virtual_machine", "application", "database", "network"]),
        "os_name": st.sampled_from([None, "", "CentOS 7", "Windows 10", "SLES 12", "x"]),
        "owner": st.sampled_from([None, " ", "a"]),
        "lifecycle_status": st.sampled_from([None, "Retired", "live"]),
        "power_state": st.sampled_from([None, "Powered On", "off"]),
    }
)


@settings(max_examples=25, deadline=None)
@given(st.lists(ASSET, min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_assets_does_not_matter(assets: list[dict[str, str | None]], shuffler: object) -> None:
    schema = {"asset_no": pl.Int64} | dict.fromkeys(assets[0], pl.String)
    rows = [{"asset_no": number, **asset} for number, asset in enumerate(assets)]
    straight = assess(pl.DataFrame(rows, schema=schema), date(2026, 7, 1))
    shuffler.shuffle(rows)  # type: ignore[attr-defined]
    assert assess(pl.DataFrame(rows, schema=schema), date(2026, 7, 1)).equals(straight)


@pytest.mark.parametrize(
    ("told", "engine"),
    [
        ({"model": "Oracle Database 11.2.0.4"}, "Oracle Database 11.2.0.4"),
        ({"os_name": "IBM DB2 9.7"}, "IBM DB2 9.7"),
        ({"model": "Microsoft SQL Server 2012 SP4"}, "Microsoft SQL Server 2012 SP4"),
        ({"model": "SQL Server 2012 on Windows Server 2016"}, None),
        ({"model": "MySQL 5.5", "software_name": "MySQL Server 5.5 Community (GPL) nightly"}, "MySQL 5.5"),
        ({"model": "PostgreSQL 9.4", "os_name": "Red Hat Enterprise Linux 7"}, "PostgreSQL 9.4"),
        ({"model": "PostgreSQL 9.4", "os_name": "MySQL 5.5"}, None),  # which of the two is open
        ({"model": "Oracle Server X5-2"}, None),  # a machine
        ({"os_name": "Oracle Linux 7"}, None),
        ({"model": "ProLiant DL380"}, None),
        ({"model": "PostgreSQL 9.4", "asset_type": "server"}, None),
    ],
)
def test_a_database_is_known_by_its_model_too(told: dict[str, str], engine: str | None) -> None:
    assets = pl.DataFrame([{"asset_no": 0, "asset_type": "database", **told}])
    found = assess(assets, EXAMPLE_DAY).filter(pl.col("check").str.starts_with("database_"))
    details = found["detail"].str.replace("source says: ", "", literal=True).str.replace("; .*", "").to_list()
    assert set(details) == ({engine} if engine else set())


def test_an_engine_that_a_source_names_is_not_replaced() -> None:
    row = {"asset_no": 0, "asset_type": "database", "database_engine": "Oracle 19c", "model": "MySQL 5.5"}
    assert assess(pl.DataFrame([row]), EXAMPLE_DAY).filter(pl.col("detail").str.contains("MySQL")).is_empty()


def test_what_no_source_says_is_left_to_the_flow_once() -> None:
    assets = pl.DataFrame({"asset_no": [0, 1], "asset_type": ["server"] * 2, "os_name": ["CentOS 6"] * 2})
    pieces = tuple(piece_of(assets[at : at + 1].cast({"os_name": pl.Categorical})) for at in (0, 1))
    contents = assets.select("asset_no", content_hash=pl.lit(1))
    judged = compute(Concerned(pieces, None, EXAMPLE_DAY, contents, "0 0"))
    assert {"no_owner", "no_criticality", "no_environment"} <= {gap.rule for gap in judged.gaps}
    assert not {"no_owner", "no_criticality"} & set(judged.rows.texts["check_name"])
