"""Complexity, debt and strategy of assets: the stated formula, what is not known, and the rules for and against."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.assessment.applications import by_application
from muster.assessment.exploited import catalogued, matched, read_catalogue
from muster.phases.tech_debt_assessment.facts import DEGREES, facts
from muster.phases.tech_debt_assessment.scores import FACTORS, SCORES, explained, measured, scores
from muster.phases.tech_debt_assessment.strategy import RULES, Strategy
from muster.vocabulary.errors import UsageError

DAY = date(2026, 7, 1)
Asset = dict[str, object]


def _scored(*assets: Asset, degrees: bool = False) -> list[dict[str, object]]:
    frame = pl.DataFrame([{"asset_no": number, **asset} for number, asset in enumerate(assets)])
    joined = pl.DataFrame(schema={"asset_no": pl.Int64, **DEGREES}) if degrees else None
    return scores(frame, DAY, joined).to_dicts()


def _strategy(asset: Asset, *, degrees: bool = False) -> tuple[object, object]:
    found = _scored({"owner": "a", **asset}, degrees=degrees)[0]
    return found["strategy"], found["strategy_by"]


def test_weights_and_reasons_are_data() -> None:
    for factors in FACTORS.values():
        assert sum(factor.weight for factor in factors) == 110
        assert all(factor.weight > 0 and factor.reason.endswith(".") for factor in factors)
        assert len({factor.name for factor in factors}) == len(factors)
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert all(rule.weight and rule.reason.endswith(".") for rule in RULES)
    assert {rule.strategy for rule in RULES} == set(Strategy) - {Strategy.TO_BE_CONFIRMED}


def test_a_score_is_the_weighted_share_of_what_is_known_and_tells_the_range_of_the_rest() -> None:
    found = _scored(
        {
            "asset_type": "virtual_machine",
            "os_name": "Windows Server 2008 R2",  # ended: 0.8 of 15
            "criticality": "critical",  # 15
            "environment": "test",  # 0.1 of 10
            "memory_mb": 8192,  # 0 of 5
        }
    )[0]
    # Not known: dependencies 20, storage 10, data protection 10, carried 5 (there is no edge); hardware is 0 of 5.
    assert found["complexity_score"] == round(100 * (12 + 15 + 1) / 50, 1)
    assert found["complexity_low"] == round(100 * 28 / 95, 1)
    assert found["complexity_high"] == round(100 * (28 + 45) / 95, 1)
    assert found["complexity_known"] == round(50 / 95, 3)


def test_what_is_not_known_is_told_and_never_counts_as_nothing() -> None:
    found = _scored({"asset_type": "server"})[0]
    assert (found["complexity_score"], found["debt_score"]) == (None, None)
    assert (found["debt_low"], found["debt_high"], found["debt_known"]) == (0.0, 100.0, 0.0)
    known = measured(facts(pl.DataFrame({"asset_no": [0], "asset_type": ["server"]}), DAY), DAY)
    told = explained(known, DAY)
    assert {entry["level"] for kind in FACTORS for entry in told[kind]} == {None}


def test_nobody_is_blamed_for_what_no_source_carries() -> None:
    alone = _scored({"asset_type": "server", "os_name": "Debian 13"})[0]
    beside = _scored({"asset_type": "server", "os_name": "Debian 13"}, {"asset_type": "server", "owner": "a"})[0]
    assert (alone["debt_score"], beside["debt_score"]) == (0.0, 25.0)  # an owner is known of the neighbour


def test_parts_add_up_to_the_score() -> None:
    assets = pl.DataFrame(
        [{"asset_no": 7, "asset_type": "server", "os_name": "HP-UX B.11.31", "criticality": "high", "owner": None}]
    )
    known = measured(facts(assets, DAY), DAY)
    for kind, entries in explained(known, DAY).items():
        if kind != "rules":
            points = sum(float(str(entry["points"])) for entry in entries if entry["points"] is not None)
            assert points == pytest.approx(known[f"{kind}_score"].item(), abs=0.5)


@pytest.mark.parametrize(
    ("asset", "strategy"),
    [
        ({"asset_type": "virtual_machine", "os_name": "Ubuntu 24.04"}, "Rehost"),
        ({"asset_type": "server", "os_name": "Windows Server 2012 R2"}, "Replatform"),
        ({"asset_type": "server", "os_name": "HP-UX B.11.31", "criticality": "low"}, "Replatform"),
        ({"asset_type": "server", "os_name": "z/OS 2.5"}, "Retain"),
        ({"asset_type": "database", "database_engine": "PostgreSQL 14"}, "Replatform"),
        (
            {"asset_type": "application", "software_name": "Microsoft Exchange 2016"},
            "Repurchase",
        ),
        ({"asset_type": "application", "technology_stack": ["PHP 5.6", "nginx 1.29"]}, "Refactor"),
        ({"asset_type": "server", "lifecycle_status": "retired"}, "Retire"),
        ({"asset_type": "network"}, "Retain"),
        ({"asset_type": "server"}, "To be confirmed"),
        ({"asset_type": "application"}, "To be confirmed"),
    ],
)
def test_rules_propose_a_strategy(asset: Asset, strategy: str) -> None:
    assert _strategy(asset) == (strategy, "rules")


def test_what_a_source_states_is_shown_as_such_beside_what_the_rules_propose() -> None:
    stated = {"asset_type": "virtual_machine", "os_name": "Ubuntu 24.04", "migration_strategy": "retain"}
    found = _scored(stated)[0]
    assert (found["strategy"], found["strategy_by"], found["proposed"]) == ("Retain", "source", "Rehost")


def test_two_ways_with_as_many_points_are_left_to_a_person() -> None:
    even = _scored(
        {"asset_type": "database", "database_engine": "PostgreSQL 14", "software_name": "Microsoft Exchange"}
    )
    assert (even[0]["proposed"], even[0]["confidence"]) == ("To be confirmed", None)
    vmware = {"asset_type": "virtual_machine", "os_name": "Debian 7", "virtualization_platform": "VMware"}
    close = _scored(vmware)[0]
    assert (close["proposed"], close["confidence"]) == ("Replatform", 0.44)  # relocation is one point behind


ASSET = st.fixed_dictionaries(
    {
        "asset_type": st.sampled_from(["server", "virtual_machine", "application", "database", "network"]),
        "os_name": st.sampled_from([None, "CentOS 7", "SLES 12", "HP-UX 11.11", "x"]),
        "criticality": st.sampled_from([None, "low", "critical"]),
        "owner": st.sampled_from([None, "a"]),
        "memory_mb": st.sampled_from([None, 1.0, 1e7]),
        "cpu_utilization_pct": st.sampled_from([None, 1.0, 99.0]),
        "power_state": st.sampled_from([None, "on", "off"]),
    }
)


@settings(max_examples=40, deadline=None)
@given(st.lists(ASSET, min_size=1, max_size=6), st.booleans())
def test_scores_stay_within_their_range_and_do_not_depend_on_order(assets: list[Asset], edges: bool) -> None:
    schema = {"memory_mb": pl.Float64, "cpu_utilization_pct": pl.Float64}
    types = {"asset_no": pl.Int64, **dict.fromkeys(assets[0], pl.String), **schema}
    frame = pl.DataFrame([{"asset_no": number, **asset} for number, asset in enumerate(assets)], schema=types)
    degrees = pl.DataFrame(schema={"asset_no": pl.Int64, **DEGREES}) if edges else None
    found = scores(frame, DAY, degrees)
    assert found.schema == pl.Schema(SCORES)
    assert scores(frame.reverse(), DAY, degrees).reverse().equals(found)
    for kind in FACTORS:
        score, low, high = (pl.col(f"{kind}_{part}") for part in ("score", "low", "high"))
        assert found.filter((low < 0) | (high > 100) | (score < low - 0.1) | (score > high + 0.1)).is_empty()


def test_an_application_is_about_as_hard_as_its_hardest_part() -> None:
    members = pl.DataFrame(
        {
            "application": ["Shop", "Shop", "ERP", None],
            "complexity_score": [80.0, 20.0, None, 50.0],
            "debt_score": [10.0, 30.0, None, 50.0],
            "strategy": ["Rehost", "Rehost", "Retain", "Rehost"],
        }
    )
    rows = {row["application"]: row for row in by_application(members).to_dicts()}
    assert set(rows) == {"Shop", "ERP"}
    assert (rows["Shop"]["complexity"], rows["Shop"]["debt"], rows["Shop"]["strategy"]) == (68.0, 26.0, "Rehost")
    assert (rows["ERP"]["complexity"], rows["ERP"]["complexity_scored"], rows["ERP"]["strategy"]) == (None, 0, "Retain")


FEED = b"""{"vulnerabilities": [
 {"cveID": "CVE-2020-1472", "vendorProject": "Microsoft", "product": "Windows", "vulnerabilityName": "n",
  "dateAdded": "2021-11-03", "dueDate": "2021-11-17", "knownRansomwareCampaignUse": "Known"},
 {"cveID": "CVE-2030-0001", "vendorProject": "Microsoft", "product": "Windows", "dateAdded": "2030-01-01"},
 {"cveID": "CVE-2023-21839", "vendorProject": "Oracle", "product": "WebLogic Server", "dateAdded": "2023-05-01"}]}"""
SAME_AS_CSV = b"""cveID,vendorProject,product,vulnerabilityName,dateAdded,dueDate,knownRansomwareCampaignUse
CVE-2020-1472,Microsoft,Windows,n,2021-11-03,2021-11-17,Known
CVE-2030-0001,Microsoft,Windows,,2030-01-01,,
CVE-2023-21839,Oracle,WebLogic Server,,2023-05-01,,
"""


@pytest.mark.parametrize(
    ("vendor", "named", "products"),
    [
        ("Microsoft", "Windows", ("windows", "windows-server", "hyper-v-server")),
        ("Oracle", "WebLogic Server", ("weblogic",)),
        ("VMware", "ESXi", ("esxi",)),
        ("Apache", "HTTP Server", ("apache-http-server",)),
        ("Microsoft", "SQL Server", ("mssqlserver",)),
        ("Oracle", "Java SE", ()),  # the maker's name alone is no database
        ("Red Hat", "Polkit", ()),
        ("Multiple Products", "Multiple Products", ()),
        ("Apache", "Tomcat", ("tomcat",)),
        ("PHP Group", "PHP", ("php",)),
        ("Somebody Else", "Tomcat", ()),  # another maker's product of that name
    ],
)
def test_an_exploited_product_is_read_as_a_source_would_name_it(
    vendor: str, named: str, products: tuple[str, ...]
) -> None:
    assert catalogued(vendor, named) == products


def test_exploited_products_are_matched_without_a_version_and_say_how_sure_that_is() -> None:
    assert read_catalogue(FEED) == read_catalogue(SAME_AS_CSV)
    assets = pl.DataFrame(
        {
            "asset_no": [1, 2, 3],
            "asset_type": ["server"] * 3,
            "os_name": ["Windows Server 2022", "Windows Server 2008 R2", "Debian 12"],
        }
    )
    found = matched(facts(assets, DAY), read_catalogue(FEED), DAY)
    assert found.select("says", "assets", "entries", "ransomware", "confidence").rows() == [
        ("Microsoft Windows Server 2008 R2", 1, 1, 1, 0.6),  # its updates had ended when the entry was made
        ("Microsoft Windows Server 2022", 1, 1, 1, 0.3),
    ]
    assert set(found["not_known"]) == {"which releases the entries mean"}
    unsure = matched(facts(assets.with_columns(os_name=pl.lit("Windows Server")), DAY), read_catalogue(FEED), DAY)
    assert unsure["not_known"].to_list() == ["which release runs, and which releases the entries mean"]


@pytest.mark.parametrize("content", [b"", b"{}", b"cveID\nCVE-1\n", b'{"vulnerabilities": [{"cveID": "x"}]}'])
def test_a_file_that_is_no_such_catalogue_is_refused(content: bytes) -> None:
    with pytest.raises(UsageError):
        read_catalogue(content)
