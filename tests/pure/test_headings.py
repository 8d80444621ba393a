"""Which row names the columns: tables of many domains and languages, disfigured the way people disfigure them."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.phases.data_import.tables.heading import find_heading

Rows = list[list[str]]
Disfigured = tuple[Rows, int | None, int]  # the rows, the index of the header among them, the index of the first record


def table(text: str) -> Rows:
    return [line.split("|") for line in text.strip().splitlines()]


TABLES = {
    "servers": """Hostname|IP Address|OS|CPU|Memory GB|Location
kal-web-01|10.20.0.11|Ubuntu 22.04|4|16|Oslo
kal-web-02|10.20.0.12|Ubuntu 22.04|4|16|Oslo
kal-db-01|10.20.0.21|Windows Server 2019|16|128|Bergen
kal-app-07|10.20.0.37|RHEL 8.6|8|32|Bergen""",
    "applications, all in words": """Application|Owner|Business Unit|Criticality|Vendor|Status
Ledger Desk|Ann Moor|Finance|High|Contoso|Production
Quote Builder|Bo Lind|Sales|Medium|Fabrikam|Production
Shift Planner|Cy Vance|Plants|Low|in house|Retired
Parts Counter|Di Ross|Plants|High|Northwind|Production""",
    "machines of a cloud": """vm_name|power_state|num_cpu|ram_mb|created|cluster
nrd-app01|poweredOn|4|8192|2021-03-04|CL-PROD
nrd-app02|poweredOff|2|4096|2022-11-30|CL-PROD
nrd-db01|poweredOn|8|65536|2019-07-15|CL-DB""",
    "networks": """VLAN ID|Name|Subnet|Gateway|Site
110|Office|10.1.10.0/24|10.1.10.1|Leeds
120|Voice|10.1.20.0/24|10.1.20.1|Leeds
210|Plant|10.2.10.0/24|10.2.10.1|York""",
    "databases": """DB Name|Engine|Version|Size GB|Server
LEDGER|Oracle|19.3|412.5|kal-db-01
QUOTES|PostgreSQL|14.2|38|kal-db-02
SHIFTS|SQL Server|2019|77.25|kal-db-03""",
    "hardware": """Asset Tag|Serial Number|Model|Manufacturer|Purchase Date|Assigned To
A-00171|CZJ1234K2B|ProLiant DL380 Gen10|HPE|12/03/2019|Ann Moor
A-00172|CZJ1234K2C|ProLiant DL380 Gen10|HPE|12/03/2019|Bo Lind
A-00190|7GKX1R3|PowerEdge R740|Dell|01/09/2020|""",
    "shouting": """SERVER NAME|ENVIRONMENT|OPERATING SYSTEM|NUMBER OF CPUS|RAM
WEB01|PROD|LINUX|4|16 GB
WEB02|TEST|LINUX|2|8 GB
DB01|PROD|AIX|16|256 GB""",
    "pairs": """source_app|target_app|protocol|port
Ledger Desk|Quote Builder|HTTPS|443
Quote Builder|Shift Planner|SFTP|22
Shift Planner|Ledger Desk|MQ|1414""",
    "German": """Rechnername|IP-Adresse|Betriebssystem|Arbeitsspeicher (GB)|Standort|Verantwortlich
srv-ulm-01|10.3.0.1|Windows Server 2016|32|Ulm|Frau Graf
srv-ulm-02|10.3.0.2|SLES 15|64|Ulm|Herr Beck
srv-bonn-01|10.4.0.1|SLES 15|64|Bonn|Herr Beck""",
    "French": """Nom du serveur|Adresse IP|Système d'exploitation|Mémoire (Go)|Lieu|Responsable
srv-lyon-1|10.5.0.1|Debian 11|16|Lyon|M. Petit
srv-lyon-2|10.5.0.2|Debian 11|16|Lyon|Mme Roux
srv-metz-1|10.6.0.1|Windows 2019|64|Metz|Mme Roux""",
    "Spanish": """Nombre del servidor|Dirección IP|Sistema operativo|Memoria|Ubicación
mad-app-1|10.7.0.1|Linux|16|Madrid
mad-app-2|10.7.0.2|Linux|32|Madrid
bcn-db-1|10.8.0.1|Windows|64|Barcelona""",
    "Portuguese": """Nome do servidor|Endereço IP|Sistema operacional|Memória|Localização
lis-app-1|10.7.0.1|Linux|16|Lisboa
lis-app-2|10.7.0.2|Linux|32|Lisboa""",
    "Italian": """Nome macchina|Indirizzo IP|Sistema operativo|Memoria|Sede
mi-app-1|10.7.0.1|Linux|16|Milano
mi-app-2|10.7.0.2|Linux|32|Milano""",
    "Dutch": """Servernaam|IP-adres|Besturingssysteem|Geheugen|Locatie|Eigenaar
ams-app-1|10.7.0.1|Linux|16|Amsterdam|Jansen
ams-app-2|10.7.0.2|Windows|32|Utrecht|De Vries""",
    "Swedish": """Servernamn|IP-adress|Operativsystem|Minne|Plats|Ägare
sto-app-1|10.7.0.1|Linux|16|Stockholm|Berg
sto-app-2|10.7.0.2|Windows|32|Malmö|Lund""",
    "Czech": """Název serveru|Adresa IP|Operační systém|Paměť|Umístění|Výrobce
brno-1|10.7.0.1|Linux|16|Brno|Dell
brno-2|10.7.0.2|Windows|32|Praha|HPE""",
    "Polish": """Nazwa serwera|Adres IP|System operacyjny|Pamięć|Lokalizacja|Właściciel
waw-1|10.7.0.1|Linux|16|Warszawa|Nowak
waw-2|10.7.0.2|Windows|32|Łódź|Kowal""",
    "Turkish": """Sunucu adı|IP adresi|İşletim sistemi|Bellek|Konum|Sahibi
ist-1|10.7.0.1|Linux|16|İstanbul|Yılmaz
ist-2|10.7.0.2|Windows|32|Ankara|Demir""",
    "Russian": """Имя сервера|IP-адрес|Операционная система|Память|Расположение|Владелец
msk-1|10.7.0.1|Linux|16|Москва|Иванов
msk-2|10.7.0.2|Windows|32|Тула|Петров""",
    "Japanese": """サーバ名|IPアドレス|OS|メモリ|設置場所|担当者
tyo-1|10.7.0.1|Linux|16|東京|田中
tyo-2|10.7.0.2|Windows|32|大阪|鈴木""",
    "Chinese": """服务器名称|IP地址|操作系统|内存|位置|负责人
bj-1|10.7.0.1|Linux|16|北京|王伟
bj-2|10.7.0.2|Windows|32|上海|李娜""",
    "Korean": """서버명|IP 주소|운영체제|메모리|위치|담당자
sel-1|10.7.0.1|Linux|16|서울|김민수
sel-2|10.7.0.2|Windows|32|부산|이영희""",
}


def plain(rows: Rows) -> Disfigured:
    return rows, 0, 1


def caption(rows: Rows) -> Disfigured:
    return [["Inventory of the data centre"], *rows], 1, 2


def caption_and_date(rows: Rows) -> Disfigured:
    return [["Inventory 2025 (all sites)"], ["Exported", "2025-03-04 10:11"], [], *rows], 3, 4


def report_properties(rows: Rows) -> Disfigured:
    return [["Report:", "Inventory"], ["Owner:", "Ann Moor"], ["Date:", "04.03.2025"], ["Rows:", "7"], *rows], 4, 5


def bands(rows: Rows) -> Disfigured:
    return [["General", *[""] * (len(rows[0]) - 3), "Details", ""], *rows], 1, 2


def repeated_bands(rows: Rows) -> Disfigured:
    return [["General"] * 2 + ["Details"] * (len(rows[0]) - 2), *rows], 1, 2


def types_below(rows: Rows) -> Disfigured:
    return [rows[0], ["String"] * len(rows[0]), *rows[1:]], 0, 2


def keys_above(rows: Rows) -> Disfigured:
    keys = [f"u_attr_{chr(97 + at)}" for at in range(len(rows[0]))]
    return [keys, rows[0], ["string"] * len(keys), *rows[1:]], 1, 3


def units_below(rows: Rows) -> Disfigured:
    return [rows[0], ["", "", "", *["GB"] * (len(rows[0]) - 3)], *rows[1:]], 0, 2


def rule_below(rows: Rows) -> Disfigured:
    return [rows[0], ["-" * max(len(cell), 3) for cell in rows[0]], *rows[1:]], 0, 2


def numbers_below(rows: Rows) -> Disfigured:
    return [rows[0], [str(at) for at in range(1, len(rows[0]) + 1)], *rows[1:]], 0, 2


def broken_lines(rows: Rows) -> Disfigured:
    return [[cell.replace(" ", "\n") for cell in rows[0]], *rows[1:]], 0, 1


def blank_first_column(rows: Rows) -> Disfigured:
    return [["", *row] for row in rows], 0, 1


def blank_rows_first(rows: Rows) -> Disfigured:
    return [[], [], *rows], 2, 3


def counted_rows(rows: Rows) -> Disfigured:
    return [["", *rows[0]], *([str(at), *row] for at, row in enumerate(rows[1:], 1))], 0, 1


def unnamed_last_columns(rows: Rows) -> Disfigured:
    return [[*rows[0], "", ""], *([*row, "x", ""] for row in rows[1:])], 0, 1


def half_filled_records(rows: Rows) -> Disfigured:
    return [rows[0], *([*row[:2], *[""] * (len(row) - 2)] for row in rows[1:])], 0, 1


def blank_row_below_the_header(rows: Rows) -> Disfigured:
    return [rows[0], [], *rows[1:]], 0, 1


def one_record(rows: Rows) -> Disfigured:
    return rows[:2], 0, 1


def total_below(rows: Rows) -> Disfigured:
    return [*rows, ["Total", str(len(rows) - 1)]], 0, 1


DISFIGUREMENTS: Sequence[Callable[[Rows], Disfigured]] = (
    plain,
    caption,
    caption_and_date,
    report_properties,
    bands,
    repeated_bands,
    types_below,
    keys_above,
    units_below,
    rule_below,
    numbers_below,
    broken_lines,
    blank_first_column,
    blank_rows_first,
    counted_rows,
    unnamed_last_columns,
    half_filled_records,
    blank_row_below_the_header,
    one_record,
    total_below,
)


@pytest.mark.parametrize("disfigure", DISFIGUREMENTS, ids=lambda disfigure: disfigure.__name__)
@pytest.mark.parametrize("name", TABLES)
def test_the_row_with_the_names_is_found(name: str, disfigure: Callable[[Rows], Disfigured]) -> None:
    rows, header, first = disfigure(table(TABLES[name]))
    found = find_heading(rows)
    assert (found.row, next(at for at in range(found.first, len(rows)) if any(rows[at]))) == (
        header,
        next(at for at in range(first, len(rows)) if any(rows[at])),
    )


@pytest.mark.parametrize("name", TABLES)
def test_where_no_row_names_the_columns_the_first_is_a_record(name: str) -> None:
    rows = table(TABLES[name])[1:]
    rows = [*rows, *([*row[:-1], row[-1] + " 2"] for row in rows)]
    assert find_heading(rows).row is None


@pytest.mark.parametrize(
    ("text", "row", "names"),
    [
        (  # one Name under the server, another under the application
            "Server|||Application||\nName|Owner|OS|Name|Owner|Criticality\nweb1|Ann|Linux|Ledger|Bo|High",
            1,
            ("Server Name", "Server Owner", "OS", "Application Name", "Application Owner", "Criticality"),
        ),
        (  # the same with the merged cells written out
            "Server|Server|Application|Application\nName|IP|Name|Users\nweb1|10.0.0.1|Ledger|4\nweb2|10.0.0.2|Quotes|5",
            1,
            ("Server Name", "IP", "Application Name", "Users"),
        ),
        (  # names that span both lines of the header
            "Hostname|IP|Hardware|||Network|\n||CPU|RAM|Disk|VLAN|Gateway\nweb1|10.0.0.1|4|8|9|20|10.0.0.254\n"
            "web2|10.0.0.2|4|8|9|20|10.0.0.254",
            1,
            ("Hostname", "IP", "CPU", "RAM", "Disk", "VLAN", "Gateway"),
        ),
        ("Server\nweb01\nweb02\ndb01", 0, ("Server",)),
        ("web01\nweb02\ndb01", None, ("#1",)),
        ("Name|IP|CPU\nweb1|10.0.0.1|4\nName|IP|CPU\nweb2|10.0.0.2|4", 0, ("Name", "IP", "CPU")),  # pages of a report
    ],
)
def test_the_names_are_those_of_the_header_and_told_apart(text: str, row: int | None, names: tuple[str, ...]) -> None:
    found = find_heading(table(text))
    assert (found.row, found.names) == (row, names)


def test_sentences_below_one_another_are_no_table() -> None:
    prose = [
        ["Instructions"],
        ["Please fill in the next sheet with one row for each server."],
        ["Leave cells blank where you do not know the value."],
        ["Send the file back by Friday."],
    ]
    assert find_heading(prose).names == ()


ABOVE = (caption, caption_and_date, report_properties, bands, repeated_bands, blank_rows_first)
BELOW = (types_below, rule_below, numbers_below, broken_lines, counted_rows, half_filled_records, total_below)


@settings(deadline=None)
@given(
    name=st.sampled_from(sorted(TABLES)),
    above=st.lists(st.sampled_from(ABOVE), max_size=2),
    below=st.sampled_from(BELOW),
)
def test_disfigurements_add_up_and_the_header_is_still_found(
    name: str, above: list[Callable[[Rows], Disfigured]], below: Callable[[Rows], Disfigured]
) -> None:
    rows, header, first = below(table(TABLES[name]))
    for disfigure in above:
        rows, more, _ = disfigure(rows)
        header, first = (header or 0) + (more or 0), first + (more or 0)
    found = find_heading(rows)
    assert (found.row, found.first) == (header, first)
