"""The six phases in their order."""

from muster.flow.phase import Phase, in_order
from muster.phases.asset_inventory import phase as asset_inventory
from muster.phases.data_cleansing import phase as data_cleansing
from muster.phases.data_import import phase as data_import
from muster.phases.dependency_analysis import phase as dependency_analysis
from muster.phases.field_mapping import phase as field_mapping
from muster.phases.tech_debt_assessment import phase as tech_debt_assessment

ROOMS = (data_import, field_mapping, asset_inventory, dependency_analysis, tech_debt_assessment)


def pipeline() -> dict[str, Phase]:
    """Every phase by name, first to last; what is cleansed is heard by those that want to."""
    phases = [room.PHASE for room in ROOMS]
    listeners = [phase.listener for phase in phases if phase.listener is not None]
    return in_order([*phases, data_cleansing.phase(listeners)])
