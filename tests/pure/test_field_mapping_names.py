"""Which column names the assets where no header says so, and what values add to a plausible header."""

from collections.abc import Sequence

import pytest

from muster.phases.field_mapping.mapping import entries
from muster.phases.field_mapping.suggest import suggest
from muster.vocabulary.table import ColumnProfile, Remembered, Suggestion

ACCEPTED = 0.6
HOSTS = ("kal-db-01", "kal-web-02", "KAL-FILE-1", "x7.kalender.example")
PLAIN = ("10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4")
PHRASES = ("Order book", "Payroll", "Door access", "Fleet")
IDS = ("CI-7", "CI-8", "CI-9", "CI-10")
PLACES = ("Ulm", "Ulm", "Bern", "Ulm")
PROSE = ("the old one behind the stairs", "to be replaced some day", "ask the plant before touching it", "-")


def profiles(*columns: tuple[str, Sequence[str]]) -> tuple[ColumnProfile, ...]:
    return tuple(
        ColumnProfile(position, header, len(values), sum(bool(value) for value in values), tuple(dict.fromkeys(values)))
        for position, (header, values) in enumerate(columns, start=1)
    )


def accepted(kind: str, *columns: tuple[str, Sequence[str]], **remembered: str) -> dict[str, str]:
    """What a mapping that nobody looks at makes of the columns."""
    found = profiles(*columns)
    decided = {header: Remembered(target, None, "before") for header, target in remembered.items()}
    return {entry.source: entry.target for entry in entries(suggest(found, kind, decided), found, ACCEPTED, False)}


@pytest.mark.parametrize(
    "header",
    ["Bezeichnung", "Bezeichner", "Objekt", "Titel", "Libellé", "Désignation", "Denominación", "CI-Bezeichnung"],
)
@pytest.mark.parametrize(("kind", "values"), [("server", HOSTS), ("application", PHRASES), ("other", PHRASES)])
def test_a_label_names_the_assets_where_no_other_column_does(header: str, kind: str, values: tuple[str, ...]) -> None:
    assert accepted(kind, ("CI-Nummer", IDS), (header, values), ("Standort", PLACES))[header] == "name"


def test_a_header_that_says_nothing_names_the_assets_when_its_values_are_host_names() -> None:
    assert accepted("server", ("Zug", HOSTS), ("Standort", PLACES)) == {"Zug": "name", "Standort": "location"}
    assert accepted("server", ("Beschreibung", HOSTS), ("Standort", PLACES))["Beschreibung"] == "name"


def test_the_clients_of_a_server_are_named_and_companies_are_not() -> None:
    assert accepted("server", ("Client Name", HOSTS), ("Client IP Address", PLAIN))["Client Name"] == "name"
    companies = ("Acme Ltd", "Brunn AG", "Cole Inc", "Dahl AS")
    assert accepted("server", ("Client Name", companies), ("IP Address", PLAIN))["Client Name"] == "company"


def test_a_label_beside_a_name_describes() -> None:
    for other in ("Name", "Hostname", "FQDN"):
        assert accepted("server", (other, HOSTS), ("Bezeichnung", PROSE)).get("Bezeichnung") != "name"


def test_an_application_or_a_machine_that_carries_it_is_no_name_of_the_other() -> None:
    assert accepted("server", ("Objekt", HOSTS), ("Anwendung", PHRASES))["Objekt"] == "name"
    assert accepted("database", ("Objekt", ("ORD", "PAY", "DOOR", "FLT")), ("Hostname", HOSTS))["Objekt"] == "name"


@pytest.mark.parametrize("header", ["Serveur", "Servidor", "Nom du serveur", "Server"])
def test_the_machine_of_an_application_is_not_its_name(header: str) -> None:
    assert accepted("application", ("Libellé", PHRASES), (header, HOSTS)) == {"Libellé": "name", header: "depends_on"}


@pytest.mark.parametrize("header", ["Serveur", "Servidor", "Server"])
def test_where_a_virtual_machine_runs_is_its_name_only_if_nothing_else_is(header: str) -> None:
    assert accepted("virtual_machine", (header, HOSTS), ("Standort", PLACES))[header] == "name"
    assert accepted("virtual_machine", ("Name", PHRASES), (header, HOSTS))[header] == "depends_on"


def test_hosts_named_after_their_hypervisor_are_no_operating_systems() -> None:
    assert accepted("server", ("Zug", ("ulm-esx-01", "ulm-esx-02", "ulm-esx-03"))) == {"Zug": "name"}


@pytest.mark.parametrize(
    ("kind", "header", "values"),
    [
        ("server", "Bemerkung", PROSE),
        ("server", "Bezeichnung", PLACES * 3),  # says the same of many
        ("server", "Bezeichnung", ("kal-db-01", "", "", "")),  # says nothing of most
        ("server", "Ticketnummer", IDS),
        ("server", "Ticket", ("INC-1", "INC-2", "INC-3", "INC-4")),
        ("server", "Titel", ("2024-01-01", "2024-01-02", "2024-01-03", "2024-01-04")),
        ("server", "Objekt", ("Linux", "Windows Server 2019", "AIX", "Ubuntu")),
        ("relation", "Objekt", HOSTS),
        ("license", "Bezeichnung", HOSTS),
    ],
)
def test_a_column_without_the_look_of_names_stays_none(kind: str, header: str, values: tuple[str, ...]) -> None:
    assert accepted(kind, (header, values), ("Standort", PLACES)).get(header) != "name"


def test_what_the_client_approved_goes_before_the_look_of_values() -> None:
    assert "name" not in accepted("server", ("Objekt", HOSTS), objekt="notes").values()
    both = accepted("server", ("Objekt", HOSTS), ("Rufname", PHRASES), rufname="name")
    assert [source for source, target in both.items() if target == "name"] == ["Rufname"]


def test_a_name_found_by_its_look_is_asked_about() -> None:
    assert [one.accept for one in suggest(profiles(("Objekt", HOSTS)), "server")] == ["ask"]


def one(header: str, *values: str, kind: str = "server") -> Suggestion:
    return suggest(profiles((header, values)), kind)[0]


SYSTEMS = ("SLES 12 SP3", "Ubuntu 22.04 LTS", "Windows Server 2016", "CentOS Linux 7")


@pytest.mark.parametrize(
    ("header", "values", "target"),
    [
        ("Gast-OS", SYSTEMS, "os_name"),
        ("Guest OS", SYSTEMS, "os_name"),
        ("Zielbild OS", SYSTEMS, "os_name"),
        ("OS Werk Nord", SYSTEMS, "os_name"),
        ("In Betrieb seit", ("18/12/2018", "02/07/2016"), "install_date"),
        ("Im Einsatz seit", ("2018", "2016"), "install_date"),  # a question: years are no dates
        ("CPU", ("2x16", "2x12", "4 x 8", "2*10"), "cpu_cores"),
        ("Prozessor", ("2 x 8 cores", "2x12 cores"), "cpu_cores"),
    ],
)
def test_values_lift_a_plausible_header(header: str, values: tuple[str, ...], target: str | None) -> None:
    found = one(header, *values)
    assert (found.target if found.score >= ACCEPTED else None) == target


def test_values_lift_no_header_that_says_nothing() -> None:
    assert one("Zug", *SYSTEMS).score < one("Zielbild OS", *SYSTEMS).score
    assert one("Zielbild OS", "a", "b").score < one("Zielbild OS", *SYSTEMS).score


def test_a_lifted_header_is_asked_about() -> None:
    assert one("Zielbild OS", *SYSTEMS).accept == "ask"
