"""What may become of an asset in a migration, and the rules that speak for and against each way.

Rules are data with weights and reasons; the weights are own judgement. The seven words are those of the field, with
`To be confirmed` where the rules do not settle it.
"""

from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from muster.phases.tech_debt_assessment.complexity import NOT_IN_CLOUDS
from muster.phases.tech_debt_assessment.terms import HOST, MACHINE
from muster.vocabulary.kinds import AssetType


class Strategy(StrEnum):
    """The ways to treat an asset, and that it is open."""

    RETIRE = "Retire"
    RETAIN = "Retain"
    RELOCATE = "Relocate"
    REHOST = "Rehost"
    REPURCHASE = "Repurchase"
    REPLATFORM = "Replatform"
    REFACTOR = "Refactor"
    TO_BE_CONFIRMED = "To be confirmed"


# How sources' words are kept by cleansing -> the strategy.
STATED = {str(one).lower(): one for one in Strategy if one is not Strategy.TO_BE_CONFIRMED}


@dataclass(frozen=True, slots=True)
class Rule:
    """Where `when` holds for an asset (scores.measured), `weight` points speak for the strategy, below 0 against it."""

    name: str
    strategy: Strategy
    weight: int
    reason: str
    when: pl.Expr


def _type(*kinds: AssetType) -> pl.Expr:
    return pl.col("asset_type").is_in([str(kind) for kind in kinds])


def _product(prefix: str, *names: str) -> pl.Expr:
    return pl.col(f"{prefix}_product").is_in(names).fill_null(False)


SUPPORTED = pl.col("os_best").is_in(["active", "security-only"])
OUT_OF_SUPPORT = pl.col("os_best").is_in(["ended", "paid-only"])
VIRTUAL = _type(AssetType.VIRTUAL_MACHINE) | pl.col("is_virtual").fill_null(False)
# Programs that their makers sell as a service under the same name or with a way across.
SOLD_AS_SERVICE = (
    "msexchange",
    "sharepoint",
    "skype-for-business-server",
    "lync-server",
    "domino",
    "jira-software",
    "confluence",
    "sap-erp",
    "peoplesoft",
    "oracle-ebs",
    "dynamics-ax",
    "dynamics-nav",
    "biztalk",
)
# Engines that clouds run as a managed service.
MANAGED = (
    "postgresql",
    "mysql",
    "mariadb",
    "mssqlserver",
    "oracle-database",
    "ibm-db2",
    "mongodb",
    "redis",
    "apache-cassandra",
    "elasticsearch",
    "opensearch",
    "memcached",
)

RULES = (
    Rule("recorded_as_retired", Strategy.RETIRE, 6, "It is recorded as retired.", pl.col("retired")),
    Rule("powered_off", Strategy.RETIRE, 3, "It is powered off.", MACHINE & pl.col("is_off")),
    Rule(
        "nobody_needs_it",
        Strategy.RETIRE,
        1,
        "No dependency joins it to another asset, though others have some.",
        MACHINE
        & (pl.sum_horizontal("dependents", "dependencies", "carried", ignore_nulls=False) == 0).fill_null(False),
    ),
    Rule(
        "others_need_it",
        Strategy.RETIRE,
        -4,
        "Others depend on it.",
        (pl.col("dependents") > 0).fill_null(False) & ~pl.col("retired"),
    ),
    Rule(
        "critical_to_the_business",
        Strategy.RETIRE,
        -3,
        "It is critical to the business.",
        pl.col("criticality").is_in(["high", "critical"]).fill_null(False) & ~pl.col("retired"),
    ),
    Rule(
        "mainframe_or_midrange",
        Strategy.RETAIN,
        4,
        "Its system runs on its maker's machines alone.",
        HOST & _product("os", "z-os", "ibm-i", "openvms"),
    ),
    Rule(
        "appliance",
        Strategy.RETAIN,
        4,
        "Networks, arrays and hosts of guests are replaced with the site, not moved.",
        _type(AssetType.NETWORK, AssetType.LOAD_BALANCER, AssetType.STORAGE, AssetType.HYPERVISOR, AssetType.CLUSTER),
    ),
    Rule("already_in_a_cloud", Strategy.RETAIN, 4, "It is in a cloud already.", _type(AssetType.CLOUD_RESOURCE)),
    Rule(
        "very_complex",
        Strategy.RETAIN,
        1,
        "It is very hard to move (complexity of 70 or more).",
        (pl.col("complexity_score") >= 70).fill_null(False),
    ),
    Rule(
        "virtual_on_vmware",
        Strategy.RELOCATE,
        2,
        "It runs on VMware, which clouds offer as it is.",
        VIRTUAL
        & pl.col("virtualization_platform").str.to_lowercase().str.contains("vmware|vsphere|esx").fill_null(False),
    ),
    Rule(
        "system_out_of_support_moves_along",
        Strategy.RELOCATE,
        1,
        "Its system has no support, and relocating does not change it.",
        VIRTUAL & OUT_OF_SUPPORT.fill_null(False),
    ),
    Rule(
        "physical",
        Strategy.RELOCATE,
        -4,
        "A machine of metal cannot be moved from one host of guests to another.",
        _type(AssetType.SERVER) & ~VIRTUAL,
    ),
    Rule(
        "supported_common_system",
        Strategy.REHOST,
        4,
        "It runs a supported system that clouds offer.",
        MACHINE & SUPPORTED.fill_null(False) & ~_product("os", *NOT_IN_CLOUDS),
    ),
    Rule(
        "simple",
        Strategy.REHOST,
        1,
        "It is easy to move (complexity below 40).",
        MACHINE & (pl.col("complexity_score") < 40).fill_null(False),
    ),
    Rule("not_in_clouds", Strategy.REHOST, -6, "No cloud runs its system.", HOST & _product("os", *NOT_IN_CLOUDS)),
    Rule(
        "out_of_support",
        Strategy.REHOST,
        -2,
        "Its system has no free security updates.",
        MACHINE & OUT_OF_SUPPORT.fill_null(False),
    ),
    Rule(
        "sold_as_a_service",
        Strategy.REPURCHASE,
        4,
        "Its maker sells it as a service.",
        _product("software", *SOLD_AS_SERVICE),
    ),
    Rule(
        "system_must_be_upgraded",
        Strategy.REPLATFORM,
        4,
        "Its system gets no free security updates; a newer release of it runs in clouds.",
        MACHINE & OUT_OF_SUPPORT.fill_null(False) & ~_product("os", *NOT_IN_CLOUDS),
    ),
    Rule(
        "unix_to_linux",
        Strategy.REPLATFORM,
        3,
        "Its UNIX runs in no cloud; its programs often run on Linux.",
        HOST & _product("os", "hp-ux", "ibm-aix", "oracle-solaris", "tru64", "irix", "sco-openserver", "unixware"),
    ),
    Rule(
        "managed_database",
        Strategy.REPLATFORM,
        4,
        "Clouds run this engine as a managed service.",
        _type(AssetType.DATABASE) & _product("database", *MANAGED),
    ),
    Rule("container", Strategy.REPLATFORM, 3, "A container moves to a managed platform.", _type(AssetType.CONTAINER)),
    Rule(
        "runtime_out_of_support",
        Strategy.REFACTOR,
        3,
        "Its runtime has no support; its code changes anyway.",
        (pl.col("stack_best") == "ended").fill_null(False),
    ),
    Rule(
        "foreign_and_critical",
        Strategy.REFACTOR,
        2,
        "No cloud runs its system, and the business needs it.",
        HOST & _product("os", *NOT_IN_CLOUDS) & pl.col("criticality").is_in(["high", "critical"]).fill_null(False),
    ),
)
