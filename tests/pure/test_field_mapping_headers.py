"""Hard headers: languages, abbreviations, nested records, lists inside records, tags, and kinds of rows."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.phases.field_mapping.calibration import curves, measured
from muster.phases.field_mapping.suggest import suggest
from muster.vocabulary.attributes import Attribute
from muster.vocabulary.table import ColumnProfile, Suggestion


def profiles(*described: tuple[str, Sequence[str]]) -> tuple[ColumnProfile, ...]:
    return tuple(
        ColumnProfile(place, header, 10, len(values), tuple(values))
        for place, (header, values) in enumerate(described, 1)
    )


def one(header: str, values: Sequence[str] = (), kind: str = "server") -> Suggestion:
    return suggest(profiles((header, values)), kind)[0]


LANGUAGES = {
    "de": {
        "Anzahl CPU-Kerne": "cpu_cores", "Gerätename": "name", "Garantieende": "warranty_end_date",
        "Kostenstelle": "cost_center", "Verantwortlicher": "owner", "Standort": "location",
        "Hersteller": "manufacturer",
    },
    "fr": {
        "N° de série": "serial_number", "Mémoire (Go)": "memory_mb", "Fabricant": "manufacturer",
        "Date d'achat": "purchase_date", "Adresse IP": "ip_address", "Lieu": "location", "Modèle": "model",
    },
    "pt": {
        "Número de série": "serial_number", "Localização": "location", "Fabricante": "manufacturer",
        "Nome do servidor": "name", "Memória RAM": "memory_mb", "Número de patrimônio": "asset_tag",
    },
    "es": {
        "Nº de serie": "serial_number", "Ubicación": "location", "Sistema operativo": "os_name",
        "Nombre del equipo": "name", "Fabricante": "manufacturer", "Fecha de adquisición": "purchase_date",
    },
    "it": {
        "Numero di serie": "serial_number", "Produttore": "manufacturer", "Indirizzo IP": "ip_address",
        "Reparto": "department", "Ubicazione": "location", "Data acquisto": "purchase_date",
    },
    "nl": {
        "Serienummer": "serial_number", "Fabrikant": "manufacturer", "Besturingssysteem": "os_name",
        "Afdeling": "department", "Locatie": "location", "Leverancier": "vendor",
    },
    "pl": {
        "Numer seryjny": "serial_number", "Producent": "manufacturer", "System operacyjny": "os_name",
        "Nazwa serwera": "name", "Lokalizacja": "location", "Adres IP": "ip_address",
    },
    "cs": {
        "Sériové číslo": "serial_number", "Výrobce": "manufacturer", "Operační systém": "os_name",
        "Umístění": "location", "Inventární číslo": "asset_tag", "Datum pořízení": "purchase_date",
    },
    "sv": {
        "Tillverkare": "manufacturer", "Operativsystem": "os_name", "Modell": "model", "Avdelning": "department",
        "Inköpsdatum": "purchase_date", "IP-adress": "ip_address",
    },
    "tr": {
        "Seri numarası": "serial_number", "Üretici": "manufacturer", "İşletim sistemi": "os_name",
        "Sunucu adı": "name", "Konum": "location", "IP adresi": "ip_address",
    },
    "ru": {
        "Серийный номер": "serial_number", "Производитель": "manufacturer", "Операционная система": "os_name",
        "Имя сервера": "name", "Местоположение": "location", "IP-адрес": "ip_address", "Модель": "model",
    },
    "ko": {
        "일련번호": "serial_number", "제조사": "manufacturer", "운영체제": "os_name", "서버명": "name",
        "설치 위치": "location", "IP 주소": "ip_address", "모델명": "model",
    },
    "ja": {
        "シリアル": "serial_number", "メーカー": "manufacturer", "ホスト名": "hostname", "設置場所": "location",
        "メモリ容量": "memory_mb", "管理LAN": "management_ip", "OSバージョン": "os_version",
    },
    "zh": {
        "序列号": "serial_number", "厂商": "manufacturer", "操作系统": "os_name", "主机名": "hostname",
        "过保时间": "warranty_end_date", "机房": "datacenter", "责任人": "owner",
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("header", "target"), [pair for words in LANGUAGES.values() for pair in words.items()], ids=lambda text: text
)
def test_a_header_is_read_in_fourteen_languages(header: str, target: str) -> None:
    assert one(header).target == target


@pytest.mark.parametrize(
    ("header", "values", "target"),
    [
        ("content.hardware.memory", ("4096", "8192"), "memory_mb"),
        ("content.operatingsystem.name", ("Ubuntu 22.04", "Debian 12"), "os_name"),
        ("metadata.name", ("node-1", "node-2"), "name"),
        ("values.operatingsystemrelease", ("22.04", "8.9"), "os_version"),
        ("Tags[Key=Name].Value", ("web01", "db01"), "name"),
        ("Tags[Key=Owner].Value", ("Ada", "Jo Li"), "owner"),
        ("Tags[Key=Environment].Value", ("prod", "test"), "environment"),
        ("BlockDeviceMappings[].DeviceName", ("/dev/sda1", "/dev/sdb"), None),
        ("disks[].name", ("os", "data"), "disk_name"),
        ("Interfaces[].Status", ("in-use", "available"), None),
        ("NetworkInterfaces[].MacAddress", ("00:50:56:01:02:03", "00:50:56:01:02:04"), "mac_address"),
        ("interfaces[].ip_address", ("10.0.0.1", "10.0.0.2"), "ip_address"),
        ("Serial_No", ("MXQ51906YF", "CZ3047ABCD"), "serial_number"),
        ("mem_mb", ("4096", "8192"), "memory_mb"),
        ("OSVer", ("8.9", "22.04"), "os_version"),
        ("hddsize", ("100", "500"), "storage_total_gb"),
        ("model_str", ("PowerEdge R640", "DL380"), "model"),
        ("Number of vCPUs", ("2.00", "4.00"), "cpu_cores"),
        ("id", ("/subscriptions/1/vm/web-windows", "/subscriptions/1/vm/db"), "source_id"),
    ],
)
def test_nested_and_shortened_headers_are_read(header: str, values: Sequence[str], target: str | None) -> None:
    assert one(header, values).target == target


@pytest.mark.parametrize("header", ["Impact", "Solution", "Title", "Description", "Category", "Status"])
def test_words_about_a_finding_are_none_about_an_asset(header: str) -> None:
    assert one(header, kind="finding").target is None


CLIENTS = (
    Attribute("plant_code", "client", "string", "", "Code of the plant", "extended"),
    Attribute("custom_green_rating", "client", "string", "", "Energy class", "extended"),
)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Plant Code", ("plant_code", "auto")),
        ("plantcode", ("plant_code", "auto")),
        ("Green rating", ("custom_green_rating", "auto")),
        ("rating green", ("custom_green_rating", "ask")),
        ("Energy class", ("custom_green_rating", "ask")),
        ("Serial number", ("serial_number", "auto")),
    ],
)
def test_a_clients_own_attribute_is_found_by_its_words(header: str, expected: tuple[str, str]) -> None:
    found = suggest(profiles((header, ())), "server", custom=CLIENTS)[0]
    assert (found.target, found.accept) == expected


@pytest.mark.parametrize(
    ("kind", "header", "values", "question"),
    [
        ("server", "CPUs", ("2", "4", "8"), "CPUs holds 2, 4, 8: cores or sockets?"),
        ("server", "Site", ("Ulm", "Bern"), None),
        ("server", "Memory", ("plenty", "some"), "Memory holds plenty, some: in which unit?"),
        ("server", "Server", ("kal-1", "kal-2", "kal-3"), None),
        ("server", "Serial number", ("MXQ51906YF", "CZ3047ABCD"), None),
    ],
)
def test_what_only_a_person_can_tell_is_one_question(
    kind: str, header: str, values: Sequence[str], question: str | None
) -> None:
    assert one(header, values, kind).question == question


def test_two_columns_for_one_fact_are_asked_about_together() -> None:
    found = suggest(profiles(("Serial number", ("A17", "B23")), ("Chassis serial", ("X99", "Y88"))), "server")
    assert [each.question for each in found] == [
        "Serial number and Chassis serial both look like serial_number: which of them is it?",
        "Chassis serial and Serial number both look like serial_number: which of them is it?",
    ]


def test_the_next_readings_come_with_their_measured_scores() -> None:
    found = one("CPUs", ("2", "4"))
    assert found.accept == "ask"
    assert {target for target, _ in found.alternatives} <= {"cpu_sockets"}
    assert all(0.0 <= score < found.score for _, score in found.alternatives)


ORDINARY = st.sampled_from(
    [
        ("CPUs", ("2", "4")), ("CPU cores", ("8", "16")), ("Memory", ("4096", "8192")),
        ("IP", ("10.0.0.1", "10.0.0.2")),
        ("Status", ("In use", "Retired")), ("Owner", ("Ada King", "Jo Li")), ("Region", ("eu", "us")),
        ("Wave", ("1", "2")), ("Disk 1 size GB", ("40", "80")), ("OS", ("Debian 12", "Ubuntu 22.04")),
        ("Serial number", ("MXQ51906YF", "CZ3047ABCD")), ("Site", ("Ulm", "Bern")), ("zz", ("a", "b")),
        ("Vendor", ("Dell", "HP")), ("Manufacturer", ("Dell", "HP")), ("Created", ("2021-03-04", "2020-01-09")),
        ("Hostname", ("kal-1", "kal-2")), ("Cluster", ("c1", "c2")),
    ]
)  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(st.lists(ORDINARY, unique_by=lambda column: column[0], max_size=9), st.randoms(use_true_random=False))
def test_what_a_column_means_does_not_depend_on_its_place(table: list[tuple[str, Sequence[str]]], dice: object) -> None:
    """Only between equally strong names does the place decide, and no two of these headers are."""
    shuffled = list(table)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    meanings = [
        {each.source: (each.target, each.score, each.accept, each.unit, each.alternatives, each.also) for each in found}
        for found in (suggest(profiles(*table), "server"), suggest(profiles(*shuffled), "server"))
    ]
    assert meanings[0] == meanings[1]


def test_of_two_equal_names_the_first_keeps_the_name() -> None:
    left, right = ("Device name", ("kal-1", "kal-2")), ("Machine name", ("kal-1", "kal-2"))
    for first, second in ((left, right), (right, left)):
        found = suggest(profiles(first, second), "server")
        assert found[0].target == "name"


@pytest.mark.parametrize("kind", sorted(curves()))
def test_a_stronger_reading_never_scores_less(kind: str) -> None:
    strengths = [step / 100 for step in range(101)]
    scores = [measured(kind, strength) for strength in strengths]
    assert scores == sorted(scores)
    assert 0.0 < scores[0] <= scores[-1] < 1.0


def test_a_kind_of_evidence_that_was_not_measured_keeps_its_strength() -> None:
    assert measured("look", 0.74) == 0.74
