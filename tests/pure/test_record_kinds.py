"""What a row is about: exports that everybody knows by their columns, and tables that people keep by hand."""

from pathlib import Path

import pytest

from muster.packs.known_tables import known_tables
from muster.phases.data_import.kinds.record_kind import Kind, record_kind
from muster.vocabulary.kinds import RECORD_KINDS, RecordRole

EXPORTS = Path(__file__).parent.parent / "fixtures" / "record_kinds_of_exports.txt"


def kind_of(text: str, title: str = "records") -> Kind:
    """Of a table in a text: the columns in the first line, then records; cells end at a bar."""
    columns, *body = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    return record_kind(columns, body, title)


def exports() -> list[tuple[str, str, str, list[str]]]:
    lines = EXPORTS.read_text(encoding="utf-8").splitlines()
    return [
        (kind, name, title, columns.split("; ")) for kind, name, title, columns in (ln.split(" | ") for ln in lines)
    ]


@pytest.mark.parametrize(("kind", "name", "title", "columns"), exports(), ids=lambda part: str(part)[:40])
def test_a_known_export_is_told_by_its_columns(kind: str, name: str, title: str, columns: list[str]) -> None:
    empty = record_kind(columns, [], title)
    filled = record_kind(columns, [["a b"] * len(columns), ["c d"] * len(columns)], title)
    assert (empty.name, filled.name) == (kind, kind)
    assert empty.reason and 0 < empty.confidence <= 1


BY_HAND = [
    ("server", "records", "Name|IP|RAM\nweb01|10.0.0.1|8\nweb02|10.0.0.2|8\ndb01|10.0.0.3|64"),
    ("server", "records", "Display Name|IP|OS\nzeus|10.0.0.1|RHEL 8\nhera|10.0.0.2|RHEL 8\nares|10.0.0.3|AIX"),
    ("software", "records", "Display Name|Display Version|Publisher\n7-Zip|19.0|Igor\nGit|2.4|Git team"),
    ("server", "records", "DNS Name|Environment\nzeus|Production\nhera|Test\nares|Test"),
    ("server", "records", "Host|OS|Patch level\nkal-1|AIX|7.2\nkal-2|AIX|7.3"),
    ("server", "Tabelle1", "Rechner|Betriebssystem|Standort\nulm01|SLES 15|Ulm\nulm02|SLES 15|Ulm"),
    ("server", "Feuil1", "Nom du serveur|Système d'exploitation|Mémoire\nlyo1|Debian|8\nlyo2|Debian|16"),
    ("server", "Hoja1", "Nombre del servidor|Sistema operativo|Memoria\nmad1|Linux|8\nmad2|Linux|16"),
    ("server", "Planilha1", "Nome do servidor|Sistema operacional|Memória\nsp1|Linux|8\nsp2|Linux|16"),
    ("server", "Foglio1", "Nome macchina|Sistema operativo|RAM\nmi1|Linux|8\nmi2|Linux|16"),
    ("server", "Blad1", "Servernaam|Besturingssysteem|Geheugen\nams1|Linux|8\nams2|Linux|16"),
    ("server", "Blad1", "Servernamn|Operativsystem|Minne\nsto1|Linux|8\nsto2|Linux|16"),
    ("server", "List1", "Název serveru|Operační systém|Paměť\nbrno1|Linux|8\nbrno2|Linux|16"),
    ("server", "Arkusz1", "Nazwa serwera|System operacyjny|Pamięć\nwaw1|Linux|8\nwaw2|Linux|16"),
    ("server", "Sayfa1", "Sunucu adı|İşletim sistemi|Bellek\nist1|Linux|8\nist2|Linux|16"),
    ("server", "Лист1", "Имя сервера|Операционная система|Память\nmsk1|Linux|8\nmsk2|Linux|16"),
    ("server", "Sheet1", "ホスト名|用途|設置場所\ntyo01|業務|東京\ntyo02|開発|大阪"),
    ("server", "Sheet1", "主机名|操作系统|内存\nbj01|Linux|8\nsh01|Linux|16"),
    ("server", "Sheet1", "서버명|운영체제|메모리\nsel01|Linux|8\nbus01|Linux|16"),
    ("server", "records", "#1|#2|#3\nweb01|Linux|Oslo\nweb02|Linux|Oslo\ndb001|AIX|Bergen"),
    ("server", "records", "name|lastSeen\nkal0001|2024-01-02\nkal0002|2024-01-03\nkal0003|2024-02-03"),
    ("server", "records", "Computer Name|Operating System|Last Logon|Enabled\nPC-1|Windows 11|2024-01-02|True"),
    ("virtual_machine", "records", "VM|Powerstate|CPUs|Memory\napp1|poweredOn|4|8192"),
    ("virtual_machine", "VMs", "Name|State|Size\napp1|running|large"),
    ("virtual_machine", "records", "Instance ID|Instance type|AMI ID|VPC ID\ni-1|m5.large|ami-1|vpc-1"),
    ("virtual_machine", "records", "Virtuelle Maschine|vCPU|Datastore\napp1|4|ds1"),
    ("virtual_machine", "records", "name|flavor|image|status\nweb1|m1.small|ubuntu|ACTIVE"),
    ("virtual_machine", "records", "VMID|NAME|STATUS|MEM(MB)|BOOTDISK(GB)|PID\n100|dc01|running|4096|32.00|1234"),
    ("virtual_machine", "records", "Node|VMID|Name|CPUs|Memory|Disk Size|IP\npve1|100|dc01|4|8192|100G|10.0.0.5"),
    ("virtual_machine", "records", "uuid|name-label|power-state\n1f0e|web01|running\n2f0e|dc02|halted"),
    ("virtual_machine", "records", "实例ID|实例名称|实例状态|内存(GB)\ni-bp1|web01|运行中|16\ni-bp2|web02|已停止|16"),
    (
        "server",
        "records",
        "IPv4 Address|FQDN|MAC Address|OS|Last Seen\n10.0.0.1|a1.x.example|00:50:56:00:00:01|AIX|2026-05-01",
    ),
    (
        "server",
        "records",
        "IPv4 Address|MAC Address|DHCP|Host\n10.0.0.1|00:50:56:00:00:01|yes|ulm1\n10.0.0.2|00:50:56:00:00:02|no|ulm2",
    ),
    ("server", "records", "Device|Host|Status\nA1|a1.x.example|up\nA2|10.0.0.2|up\nA3|10.0.0.3|up\nA4|a4.x.example|up"),
    ("server", "records", "Device|Status|Group\nulmapp01|up|a\nulmapp02|up|a\nulmsql03|up|b"),
    ("server", "records", "Endpoint|Status|Tags\na1.x.example|up|a\na2.x.example|up|a\nb1.x.example|up|b"),
    ("server", "records", "Name|Interface|Status\nulm1|10.0.0.1:161|up\nulm2|10.0.0.2:161|up"),
    (
        "virtual_machine",
        "records",
        "id|vmid|name|node|type|status|maxcpu|maxmem|maxdisk|cpu|mem|disk|diskread\n"
        + "\n".join(
            f"vm/{at}|{at}|ulmapp{at:02d}|pve1|vm|running|4|8589934592|9|0.2|8|0|{at}99" for at in range(10, 16)
        ),
    ),
    (
        "virtual_machine",
        "records",
        "Name|VMHost|State|OperatingSystem|CPUUsage|Memory|CreationTime|ModifiedTime\n"
        + "\n".join(
            f"ulmapp{at}|hv0{at % 2}.x.example|on|AIX|{at}|{at}96|2026-0{at}-01|2026-0{at}-02" for at in range(1, 7)
        ),
    ),
    (
        "server",
        "records",
        "Equipo|Aplicación|Estado|SO\nulm1|CRM|Activo|Win 2019\nulm2|ERP|Baja|AIX\nulm3|ERP|Baja|AIX",
    ),
    (
        "virtual_machine",
        "records",
        "VM Name|Guest OS|Backup Server|Job Name|Restore Points\n"
        + "\n".join(f"ulmapp{at}|AIX|bak1|J{at % 2}|7" for at in range(1, 7)),
    ),
    (
        "virtual_machine",
        "records",
        "VM Name|IP Address|Backup Server|Job Name|Restore Points|Last Job State\n"
        + "\n".join(f"ulmapp{at}|10.0.0.{at}|bak1|J{at % 2}|7|Success" for at in range(1, 7)),
    ),
    (
        "backup",
        "records",
        "VM Name|Job Name|Restore Points|Last Backup\nulmapp1|J1|7|2026-06-01\nulmapp2|J1|7|2026-06-01",
    ),
    (
        "other",
        "records",
        "Name|Client|Domain|Resource ID|SMBIOS GUID|Site Code|IP Addresses|Serial Number|Last Online Time\n"
        + "\n".join(
            f"ULMAPP{at}|Yes|LAB|1681{at}|ee96434{at}-596e|P01|10.0.0.{at}|J10Y{at}|2026-05-0{at}" for at in "123456"
        ),
    ),
    (
        "network_interface",
        "records",
        "IPAddress|ScopeId|AddressState|ClientId|HostName|LeaseExpiryTime\n"
        + "\n".join(f"10.0.0.{at}|10.0.0.0|Active|00-50-56-00-00-0{at}|ulm{at}|2026-06-04" for at in range(1, 7)),
    ),
    (
        "server",
        "records",
        "Label|Host|Interface\n"
        + "\n".join(f"app {number}|ulmapp{min(number, 19):02d}|10.0.0.{number}:10050" for number in range(1, 21)),
    ),
    ("server", "records", "Name|Site Code|Operating System|Client\nULM1|P01|AIX|Yes\nULM2|P02|AIX|No"),
    (
        "network_interface",
        "records",
        "Host|Interface|MAC|IPv4 Address\nu1|en0|00:50:56:00:00:01|10.0.0.1\nu1|en1|00:50:56:00:00:02|10.0.0.2",
    ),
    ("disk", "records", "VM|Disk|Capacity (GB)\napp01|Hard disk 1|60\napp01|Hard disk 2|200\nsql01|Hard disk 1|100"),
    ("license", "records", "Logiciel|Éditeur|Type de licence|Quantité achetée\nOffice|Microsoft|Volume|250"),
    ("price", "records", "Artículo|Código|Precio unitario|Moneda\nDisco SSD|A-200|310,00|EUR"),
    ("address", "records", "IP地址|子网|是否占用|申请人\n10.5.1.1|10.5.1.0/24|空闲|\n10.5.1.2|10.5.1.0/24|已用|张三"),
    ("relation", "records", "Sistema origen|Sistema destino|Tipo de interfaz|Frecuencia\nERP|BI|Fichero|Diaria"),
    ("relation", "records", "Quellsystem|Zielsystem|Schnittstellentyp\nSAP|BW|RFC\nShop|SAP|IDoc"),
    ("relation", "records", "連携元システム|連携先システム|連携方式|連携頻度\n販売管理|会計|ファイル|日次"),
    ("relation", "records", "Application|Depends On|Dependency Type|Criticality\nHR|LDAP|Authentication|High"),
    ("connection", "records", "源地址|源端口|目的地址|目的端口\n10.0.1.5|51522|10.0.9.1|3306"),
    ("connection", "records", "IP de origem|IP de destino|Porta de destino\n10.1.1.1|10.2.2.1|5432"),
    ("rule", "records", "No|送信元IPアドレス|宛先IPアドレス|宛先ポート|許可/拒否\n1|10.1.1.0/24|10.9.9.10|443|許可"),
    (
        "virtual_machine",
        "records",
        "Name|Status|Host|Memory (MB)|OS\nerp|Running|hv1|4096|SLES 15\nweb|Off|hv2|4096|SLES 15\ndb|Off|hv1|8|AIX",
    ),
    (
        "server",
        "records",
        "Servidor|IP|Sistema Operativo|Tipo|Anfitrión\na|10.0.0.1|Linux|Virtual|esx1\nb|10.0.0.2|Linux|Físico|",
    ),
    (
        "network",
        "records",
        "Device Name|IP Address|Device Family|Platform\na|10.0.0.1|Switches|C9300\nb|10.0.0.2|Router|X",
    ),
    (
        "network",
        "records",
        "Vendor|OS Version|Model|Hostname|FQDN\nCisco|16.12|X|sw1|sw1.x.y\nJuniper|18|mx204|rt1|rt1.x.y",
    ),
    (
        "application",
        "records",
        "Ref|System|Purpose|Business Domain|Owner|Importance\nS-1|LoanDesk|Loans|Lending|H|High",
    ),
    ("other", "records", "資産番号|所属|資産名|場所|担当\n0001|CS|ラック|413|田中\n0002|EE|ドローン|413|森"),
    ("other", "records", "Gerät|Typ|Benutzer\nN1|Notebook|x\nN2|Arbeitsplatzrechner|y\nN3|Bildschirm|z"),
    ("other", "records", "Asset|Type|User|Serial\nA1|Laptop|x|S1\nA2|Monitor|y|S2\nA3|Printer|z|S3"),
    ("hypervisor", "records", "Hypervisor|Cluster|VM count|Vendor\nesx1|CL1|40|Dell"),
    ("hypervisor", "ESX hosts", "Name|Model|Cores\nesx1|R740|40"),
    ("cluster", "Clusters", "Name|NumHosts|HA enabled\nCL1|4|True"),
    ("application", "records", "Application|Owner|Criticality\nLedger|Ann|High\nQuotes|Bo|Low"),
    ("application", "records", "Anwendung|Verantwortlicher|Kritikalität\nLedger|Ann|hoch"),
    ("application", "records", "Nom de l'application|Responsable|Criticité\nLedger|Ann|haute"),
    ("application", "records", "アプリケーション名|担当|重要度\n会計|田中|高"),
    ("application", "records", "App ID|App Name|RTO|RPO\nA1|Ledger|4|1"),
    ("database", "records", "Database Name|Engine|Version|Size GB\nLEDGER|Oracle|19|400"),
    ("database", "records", "Datenbank|Version|Server\nLEDGER|19|kal-db-1"),
    ("database", "records", "Instance name|DB version|Edition|Collation\nSQL01|2019|Standard|Latin1"),
    ("network", "records", "VLAN|Name|Subnet|Gateway\n110|Office|10.1.10.0/24|10.1.10.1"),
    ("network", "Switches", "Name|Model|Firmware|Ports\nsw1|C9300|17.3|48"),
    (
        "network",
        "records",
        "hostname|ip|device_type\nr1|10.0.0.1|cisco_ios\nr2|10.0.0.2|cisco_nxos\ns1|10.0.0.3|arista_eos",
    ),
    ("network", "records", "hostname|vendor|model|os\nfw1|Fortinet|FortiGate 100F|FortiOS\nsw1|Cisco|C9300|ios"),
    ("load_balancer", "records", "Virtual Server|VIP|Pool members\nvs1|10.0.0.9|web1, web2"),
    ("storage", "records", "Datastore|Capacity GB|NumVM|Type\nds1|4096|40|VMFS"),
    ("storage", "records", "Array|Raw capacity|Usable capacity|RAID\nA1|100|80|6"),
    ("container", "records", "Namespace|Pod|Image|Restarts\nshop|web-1|nginx|0"),
    ("cloud_resource", "records", "Resource ID|Resource type|Subscription|Region\n/s/1|Microsoft.Web/sites|s1|west"),
    ("disk", "records", "VM|Disk|Capacity GB|Disk Path|Disk Mode\napp1|Hard disk 1|40|[ds1] a.vmdk|persistent"),
    ("disk", "records", "name|size|type|mountpoint|fstype|kname\nsda|40G|disk|||sda\nsda1|40G|part|/|ext4|sda1"),
    (
        "partition",
        "records",
        "Server|Mount point|Filesystem|Free GB\nkal1|/|ext4|4\nkal1|/var|ext4|9\nkal1|/opt|ext4|9",
    ),
    (
        "network_interface",
        "records",
        "VM|NIC label|Adapter|Mac Address|Connected\napp1|Nic 1|vmxnet3|00:11:22:33:44:55|yes",
    ),
    (
        "software",
        "records",
        "Host|Software|Version|Publisher\nkal1|7-Zip|19|Igor\nkal1|Java|8|Oracle\nkal2|Java|8|Oracle",
    ),
    (
        "software",
        "records",
        "Rechnername|Softwarename|Version|Hersteller\nulm1|7-Zip|19|Igor\nulm1|Java|8|Oracle\nulm2|Java|8|Oracle\nulm2|7-Zip|19|Igor",
    ),
    ("finding", "records", "Host|Plugin ID|CVE|CVSS|Severity\nkal1|101|CVE-2020-1|9.8|High\nkal1|102|CVE-2020-2|5|Low"),
    (
        "finding",
        "records",
        "IP|QID|Title|Vuln Status|Severity\n10.0.0.1|1|SSL weak|Active|3\n10.0.0.1|2|Old TLS|Active|2",
    ),
    (
        "metric",
        "records",
        "Host|Timestamp|CPU utilization|Memory utilization\nk1|10:00|4|5\nk1|10:05|4|5\nk2|10:00|1|2",
    ),
    ("relation", "records", "Source application|Target application|Protocol\nLedger|Quotes|HTTPS"),
    ("relation", "records", "Parent|Child|Type\nLedger|kal1|Runs on"),
    ("relation", "records", "link_id|app_id|server_id|status\nL1|A1|S1|ok\nL2|A1|S2|ok"),
    ("relation", "records", "Device A|Port A|Device B|Port B|Link type\nsw1|1|sw2|1|trunk"),
    ("connection", "records", "Source IP|Destination IP|Port|Bytes\n10.0.0.1|10.0.0.2|443|99"),
    ("connection", "records", "Local Address|Foreign Address|State\n10.0.0.1:80|10.0.0.2:4444|ESTABLISHED"),
    ("connection", "records", "送信元IP|宛先IP|ポート\n10.0.0.1|10.0.0.2|443"),
    ("rule", "records", "Rule ID|Source zone|Destination zone|Port|Action\nR1|DMZ|LAN|443|allow\nR2|LAN|DMZ|22|deny"),
    ("license", "records", "License key|Product|Seats|Expiration date\nX-1|Office|40|2026-01-01"),
    ("license", "Lizenzen", "Name|Lizenztyp|Anzahl\nOffice|Named user|40"),
    ("price", "records", "SKU|Description|Unit price|Currency\nA1|small machine|0.12|USD"),
    ("price", "Preisliste", "Artikel|Listenpreis\nServer klein|99"),
    ("address", "IP plan", "IP address|IP status|Reserved\n10.0.0.1|free|no"),
    ("person", "records", "First name|Last name|Email|Department\nAnn|Moor|a@example.org|IT"),
    ("person", "Users", "Username|Full name|Email|Last logon\nann|Ann Moor|a@example.org|2024"),
    ("ticket", "records", "Incident ID|Opened at|Affected CI|Priority|Resolution\nINC001|2024|kal1|2|restart"),
    ("ticket", "records", "Ticketnummer|Bearbeiter|Priorität\nT-1|Ann|hoch\nT-2|Bo|hoch"),
    (
        "ticket",
        "records",
        "incident_id|device_id|date|problem|technician\nI001|D1|2024|no power|Ann\nI002|D2|2024|fan|Bo",
    ),
    ("contract", "records", "Contract number|Supplier|Start date|End date|Notice period\nC1|HPE|2020|2025|3 months"),
    ("location", "records", "Site name|Street|City|Country|Latitude\nOslo DC|Karl 1|Oslo|NO|59.9"),
    ("location", "Standorte", "Name|PLZ|Stadt\nUlm|89073|Ulm"),
    ("snapshot", "records", "VM|Snapshot name|Snapshot size|Created\napp1|before patch|4|2024"),
    ("backup", "records", "Job name|Backup type|Last backup|Retention\nnightly|full|2024|30 days"),
    ("process", "records", "USER|PID|TTY|STAT|COMMAND\nroot|1|?|Ss|init"),
    ("lookup", "Instructions", "Field|Description|Required|Example\nHostname|the name|yes|web01"),
    ("lookup", "Environment Type", "Name|Description\nProduction|what earns money"),
    ("lookup", "records", "Code|Description\nA|active\nR|retired"),
    ("other", "records", "Asset Tag|Type|Model|Serial\nA1|Laptop|X1|1\nA2|Server|R740|2\nA3|Printer|M404|3"),
    ("other", "records", "Inventarnummer|Gerät|Raum\n100|Monitor|1.04\n101|Drucker|1.05"),
    ("other", "records", "Místnost|Název zařízení|Inventární číslo\n107|Počítač|Š4857\n107|Monitor|Š4851"),
    ("other", "records", "Numéro de série|Modèle|Utilisateur\nX1|M404|Ann"),
    ("other", "records", "资产编号|设备名称|使用人\n1|打印机|王伟"),
    (
        "other",
        "records",
        "Equipo_ID|Nombre_Equipo|Marca|Modelo|Serie\nEQ-001|Monitor|Dell|P24|S1\nEQ-002|Monitor|Dell|P24|S2",
    ),
    ("other", "records", "Name|Email|Model|Serial number|Asset tag\nAnn|a@example.org|X1|S1|T1"),
    ("other", "records", "name|price|serial|model|ip address\nkal-x|100|S1|R740|10.0.0.1\nkal-y|100|S2|R740|10.0.0.2"),
]


@pytest.mark.parametrize(("kind", "title", "text"), BY_HAND)
def test_a_table_kept_by_hand_is_told_by_its_columns_and_values(kind: str, title: str, text: str) -> None:
    found = kind_of(text, title)
    assert found.name == kind, found.reason


def test_a_machine_of_one_class_is_of_that_kind_and_of_many_is_told_row_by_row() -> None:
    printers = "Name|Type\np1|Printer\np2|Printer"
    mixed = "Name|Type\np1|Printer\nk1|Server\ns1|Switch\ns2|Switch"
    switches = "Name|Type\ns1|Switch\ns2|Switch"
    assert [kind_of(text).name for text in (printers, mixed, switches)] == ["other", "other", "network"]


def test_numbered_codes_of_other_things_are_no_host_names() -> None:
    codes = "#1|#2\nM003|monitor\nM004|monitor\nD001|printer\nD002|printer"
    hosts = "#1|#2\nweb-003|Oslo\nweb-004|Oslo\ndbs-001|Bergen\ndbs-002|Bergen"
    assert (kind_of(codes).name, kind_of(hosts).name) == ("other", "server")


def test_a_sample_repeats_its_host_and_a_summary_does_not() -> None:
    summary = "Host|CPU utilization|Memory utilization|OS\n" + "\n".join(f"kal{at:02}|4|5|AIX" for at in range(9))
    assert kind_of(summary).name == "server"


def test_what_is_close_between_an_asset_and_none_says_so() -> None:
    unsure = kind_of("Alpha|Beta|Gamma|Delta\na|b|c|d\ne|f|g|h")
    assert (unsure.name, unsure.rival) == ("other", "lookup")
    sure = kind_of("Hostname|IP|OS|RAM\nkal1|10.0.0.1|AIX|8")
    assert sure.rival is None and sure.confidence > unsure.confidence


def test_the_order_of_the_records_makes_no_difference() -> None:
    rows = "web01|10.0.0.1\nweb02|10.0.0.2\ndb01|10.0.0.3".splitlines()
    kinds = {kind_of("\n".join(["Name|Address", *order])) for order in (rows, rows[::-1], rows[1:] + rows[:1])}
    assert len(kinds) == 1


def test_every_kind_that_is_told_has_a_role() -> None:
    told = {kind for kind, _, _ in BY_HAND} | {kind for kind, *_ in exports()}
    assert told <= set(RECORD_KINDS)
    assert {RECORD_KINDS[kind] for kind in told} == set(RecordRole)


def test_computers_of_a_directory_are_no_people() -> None:
    told = kind_of("Name|samAccountName|ParentOU|Enabled\nPH-DC02|PH-DC02|OU=DC|true\nT1DB|T1DB|OU=Database|true")
    assert RECORD_KINDS[told.name] is RecordRole.ASSET
    assert kind_of("GivenName|Surname|SamAccountName\nAda|King|aking\nMei|Lin|mlin").name == "person"


@pytest.mark.parametrize("columns", ["Device|Time|CPU|Memory|Errors", "hostname|timestamp|type|latency_ms|packet_loss"])
def test_the_same_things_measured_at_several_times_are_samples(columns: str) -> None:
    rows = [f"sw{thing}|2024-05-02 10:0{time}|1{time}|4{time}|{time}" for thing in (1, 2) for time in (0, 5)]
    assert kind_of("\n".join((columns, *rows))).name == "metric"


def test_machines_that_are_listed_every_month_are_no_samples() -> None:
    rows = [f"web0{thing}|2024-0{month}-01|4|16|Linux" for thing in (1, 2) for month in (1, 2)]
    assert kind_of("\n".join(("Hostname|Date|CPU|Memory|OS", *rows))).name == "server"


def test_the_columns_of_a_known_export_say_what_its_rows_are() -> None:
    for table in known_tables():
        told, said = record_kind(table.plain, [], "").name, table.record_kind
        both = {RECORD_KINDS[told], RECORD_KINDS[said]}
        assert told == said or both == {RecordRole.RELATION} or (said == "other" and both == {RecordRole.ASSET}), table


def test_rows_named_like_parts_of_machines_are_parts() -> None:
    cards = kind_of("Name|MAC Address|IP Address\neth0|00:50:56:aa:bb:01|10.1.1.1\neth1|00:50:56:aa:bb:02|10.1.1.2")
    disks = kind_of("Name|Model|Serial Number\nsda|PM893|S6A1|\nnvme0n1|PM9A3|S6A2")
    assert (cards.name, disks.name) == ("network_interface", "disk")


def test_an_id_of_another_list_says_nothing_of_the_rows() -> None:
    servers = kind_of("id|name|location_id|brand_id|org_id|serialnumber|cpu|ram\n1|srv-a|1|3|2|SN1|4|16")
    assert RECORD_KINDS[servers.name] is RecordRole.ASSET


def test_a_service_is_a_part_of_the_device_that_offers_it() -> None:
    services = kind_of("id|device|virtual_machine|name|protocol|ports|description\n1|edge-fw01||https|tcp|443|")
    assert services.name == "service"
