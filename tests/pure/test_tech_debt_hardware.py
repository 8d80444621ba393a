"""Models of machines: the line and its generation, and the end of the maker's support where a source tells it."""

from datetime import date

import pytest

from muster.phases.tech_debt_assessment.hardware import hardware


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("ProLiant DL380 Gen9", "HPE ProLiant Gen9"),
        ("DL380p G8", "HPE ProLiant Gen8"),
        ("HPE ProLiant BL460c Gen10", "HPE ProLiant Gen10"),
        ("PowerEdge R720", "Dell PowerEdge R720 (generation 12)"),
        ("Dell Inc. PowerEdge R6415", "Dell PowerEdge R6415 (generation 14)"),
        ("PowerEdge M620", "Dell PowerEdge M620 (generation 12)"),
        ("System x3650 M4 -[7915AC1]-", "System x M4"),
        ("UCSB-B200-M4", "Cisco UCS M4"),
        ("UCS C220 M5SX", "Cisco UCS M5"),
        ("IBM,8286-42A", "IBM Power8 8286 42A"),
        ("Power 740 (8205-E6C)", "IBM Power7 740"),
        ("VMware Virtual Platform", ""),
        ("S822", ""),
        ("Latitude E7450", ""),
    ],
)
def test_a_model_is_a_line_and_its_generation(model: str, name: str) -> None:
    assert hardware(model).name == name


def test_only_what_a_source_dates_has_an_end() -> None:
    def ends(model: str) -> list[date | bool | None]:
        return [cycle.eol for cycle in hardware(model).cycles]

    assert ends("IBM Power S824 (8286-42A)") == [date(2024, 3, 31)]
    assert ends("IBM Power System S812 8284-21A") == [date(2025, 7, 31)]
    assert ends("Power 750") == [True]
    assert ends("ProLiant DL380 Gen9") == []
    assert hardware("ProLiant DL380 Gen9").settle == "the maker's page for this model: https://support.hpe.com/"
