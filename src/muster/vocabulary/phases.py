"""The six phases of a discovery flow, their order, and every other name they have been called."""

from enum import StrEnum


class PhaseName(StrEnum):
    """Folder, database value, metric label, API word and heading."""

    DATA_IMPORT = "data_import"
    FIELD_MAPPING = "field_mapping"
    DATA_CLEANSING = "data_cleansing"
    ASSET_INVENTORY = "asset_inventory"
    DEPENDENCY_ANALYSIS = "dependency_analysis"
    TECH_DEBT_ASSESSMENT = "tech_debt_assessment"


PHASE_ORDER: tuple[PhaseName, ...] = tuple(PhaseName)

ALIASES: dict[str, PhaseName] = {
    "data_source_analysis": PhaseName.DATA_IMPORT,
    "data_validation": PhaseName.DATA_IMPORT,
    "attribute_mapping": PhaseName.FIELD_MAPPING,
    "inventory": PhaseName.ASSET_INVENTORY,
    "asset_classification": PhaseName.ASSET_INVENTORY,
    "database_integration": PhaseName.ASSET_INVENTORY,
    "dependencies": PhaseName.DEPENDENCY_ANALYSIS,
    "tech_debt": PhaseName.TECH_DEBT_ASSESSMENT,
    "tech_debt_analysis": PhaseName.TECH_DEBT_ASSESSMENT,
}


def phase_named(name: str) -> PhaseName:
    """The phase for a name or an alias; ValueError names what was given and what is allowed."""
    if name in ALIASES:
        return ALIASES[name]
    try:
        return PhaseName(name)
    except ValueError:
        raise ValueError(f"{name!r} is not a phase; allowed: {', '.join(PHASE_ORDER)}") from None
