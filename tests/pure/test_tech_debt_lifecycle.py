"""Names of products, as sources write them, and the releases they stand for."""

from datetime import date

import pytest

from muster.phases.tech_debt_assessment.cycle import Cycle, Status, products, snapshot_day
from muster.phases.tech_debt_assessment.lifecycle import database, product, software

# name, version -> product, cycles
EXACT = [
    ("Windows Server 2008 Enterprise", "", "windows-server", ["2008-sp2"]),
    ("Windows Server 2008 R2 Enterprise", "", "windows-server", ["2008-r2-sp1"]),
    ("WINDOWS SERVER 2012R2", "", "windows-server", ["2012-r2"]),
    ("Microsoft® Windows Server® 2003 SP2", "", "windows-server", ["2003-sp2"]),
    ("Microsoft Windows Server Datacenter", "10.0.20348", "windows-server", ["2022"]),
    ("Windows Server, version 20H2", "", "windows-server", ["20h2-sac"]),
    ("Windows_2019_Std", "", "windows-server", ["2019"]),
    ("w2k16", "", "windows-server", ["2016"]),
    ("windows", "windows server 2025", "windows-server", ["2025"]),
    ("Windows 7 Professional SP1", "", "windows", ["7-sp1"]),
    ("Windows 10 Pro", "10.0.19045", "windows", ["10-22h2"]),
    ("Windows 11 Enterprise 23H2", "", "windows", ["11-23h2-e"]),
    ("Windows 10 Enterprise LTSC 1809", "", "windows", ["10-1809-e-lts"]),
    ("RHEL7.9", "", "rhel", ["7"]),
    ("linux", "Red Hat Enterprise Linux 6", "rhel", ["6"]),
    ("Red Hat Enterprise Linux", "kernel 4.18.0-513.el8.x86_64", "rhel", ["8"]),
    ("CentOS Stream 9", "", "centos-stream", ["9"]),
    ("CentOS 9 (64-bit)", "", "centos-stream", ["9"]),
    ("OL8", "", "oracle-linux", ["8"]),
    ("Oracle Linux Server 9.2", "", "oracle-linux", ["9"]),
    ("Rocky Linux 8.10 (Green Obsidian)", "", "rocky-linux", ["8"]),
    ("SLES15SP4", "", "sles", ["15.4"]),
    ("SUSE Linux Enterprise Server 12 SP5", "", "sles", ["12.5"]),
    ("openSUSE Leap 15.6", "", "opensuse", ["15.6"]),
    ("ubuntu", "18.04.6 LTS (Bionic Beaver)", "ubuntu", ["18.04"]),
    ("Ubuntu jammy", "5.15.0-91-generic", "ubuntu", ["22.04"]),
    ("Debian GNU/Linux 10.13", "", "debian", ["10"]),
    ("Debian bookworm", "", "debian", ["12"]),
    ("Amazon Linux 2", "", "amazon-linux", ["2"]),
    ("Amazon Linux 2023.4", "", "amazon-linux", ["2023"]),
    ("VMware ESXi 7.0.3 build-21930508", "", "esxi", ["7.0"]),
    ("AIX 7200-05-03", "", "ibm-aix", ["7.2.5"]),
    ("SunOS 5.10", "", "oracle-solaris", ["10"]),
    ("Solaris 11.4", "", "oracle-solaris", ["11.4"]),
    ("HP-UX B.11.31", "", "hp-ux", ["11.31"]),
    ("HP-UX 11i v2", "", "hp-ux", ["11.23"]),
    ("FreeBSD 12.4-RELEASE", "", "freebsd", ["12.4"]),
]
# What is left open stays open: every release that fits, and what would settle it.
SEVERAL = [
    ("Windows Server 2019 or later", ["2019", "2022", "2025"]),
    ("SLES 12", ["12.0", "12.1", "12.2", "12.3", "12.4", "12.5"]),
    ("Red Hat Enterprise Linux 5/6/7", ["5", "6", "7"]),
    ("VMware ESXi 6.x", ["6.0", "6.5", "6.7"]),
    ("Windows Server 2003", ["2003", "2003-sp1", "2003-sp2"]),
    ("Solaris 11", ["11", "11.1", "11.2", "11.3", "11.4"]),
    ("CentOS 4/5", ["4", "5"]),
    ("Debian 11 or later", ["11", "12", "13"]),
]
DATABASES = [
    ("Microsoft SQL Server 2008 R2 SP3", "", "mssqlserver", ["10.50-sp3"]),
    ("Microsoft SQL Server 2008 SP4", "", "mssqlserver", ["10.0-sp4"]),
    ("MSSQL", "15.0.2000.5", "mssqlserver", ["15.0"]),
    ("SQL Server", "13.0.5026.0", "mssqlserver", ["13.0-sp2"]),
    ("SQL Server 2017 Standard", "", "mssqlserver", ["14.0"]),
    ("Oracle Database 19c Enterprise Edition", "", "oracle-database", ["19"]),
    ("Oracle", "11.2.0.4.0", "oracle-database", ["11.2"]),
    ("Oracle 11g R2", "", "oracle-database", ["11.2"]),
    ("oracle 12c", "", "oracle-database", ["12.1", "12.2"]),
    ("PostgreSQL 9.6.24", "", "postgresql", ["9.6"]),
    ("postgres", "14.5", "postgresql", ["14"]),
    ("MySQL", "5.7.44-log", "mysql", ["5.7"]),
    ("MySQL", "8.0.36-0ubuntu0.22.04.1", "mysql", ["8.0"]),
    ("MySQL", "10.6.16-MariaDB", "mariadb", ["10.6"]),
    ("IBM DB2", "v10.5.0.8", "ibm-db2", ["10.5"]),
    ("DB2 11.5", "", "ibm-db2", ["11.5"]),
]
NOTHING = ["", "Other (64-bit)", "unknown", "n/a", "VM OS", "firmware 2016", "lab-2012"]
KNOWN_BY_NAME_ONLY = ["Ubuntu Linux (64-bit)", "Linux", "Red Hat Linux", "Other 5.x or later Linux (64-bit)", "Solaris"]


@pytest.mark.parametrize(("name", "version", "wanted", "cycles"), EXACT)
def test_an_operating_system_is_read_to_its_release(name: str, version: str, wanted: str, cycles: list[str]) -> None:
    found = product(name, version)
    assert (found.product, [cycle.name for cycle in found.cycles], found.settle) == (wanted, cycles, "")


@pytest.mark.parametrize(("name", "cycles"), SEVERAL)
def test_a_name_that_fits_several_releases_stands_for_all_of_them(name: str, cycles: list[str]) -> None:
    found = product(name)
    assert sorted(cycle.name for cycle in found.cycles) == sorted(cycles)
    assert found.settle


@pytest.mark.parametrize(("engine", "version", "wanted", "cycles"), DATABASES)
def test_a_database_is_read_to_its_release(engine: str, version: str, wanted: str, cycles: list[str]) -> None:
    found = database(engine, version)
    assert (found.product, sorted(cycle.name for cycle in found.cycles)) == (wanted, cycles)


@pytest.mark.parametrize("name", NOTHING)
def test_what_names_no_product_is_not_guessed(name: str) -> None:
    assert product(name).product is None


@pytest.mark.parametrize("name", KNOWN_BY_NAME_ONLY)
def test_a_product_without_a_release_has_no_known_support(name: str) -> None:
    found = product(name)
    assert found.product is not None
    assert found.statuses(date(2026, 7, 1)) == (Status.UNKNOWN,)
    assert found.settle


def test_a_release_older_than_the_catalogue_has_ended() -> None:
    found = product("Solaris 2.6")
    assert (found.status(date(2026, 7, 1)), found.confidence < 0.9) == (Status.ENDED, True)


def test_a_release_newer_than_the_catalogue_is_unknown() -> None:
    assert product("Debian 99").statuses(date(2026, 7, 1)) == (Status.UNKNOWN,)


@pytest.mark.parametrize(
    ("day", "status"),
    [
        (date(2019, 8, 6), Status.ACTIVE),
        (date(2019, 8, 7), Status.SECURITY_ONLY),
        (date(2024, 6, 30), Status.SECURITY_ONLY),
        (date(2024, 7, 1), Status.PAID_ONLY),
        (date(2029, 6, 1), Status.ENDED),
    ],
)
def test_the_status_follows_the_day_and_the_last_day_still_counts(day: date, status: Status) -> None:
    assert product("RHEL 7").status(day) == status


def test_free_long_term_support_is_not_called_paid() -> None:
    assert product("Debian 12").status(date(2026, 12, 1)) == Status.SECURITY_ONLY


def test_a_range_gives_every_status_it_may_have() -> None:
    found = product("SLES 15")
    assert found.statuses(date(2026, 7, 1)) == (Status.ACTIVE, Status.PAID_ONLY, Status.ENDED)
    assert found.status(date(2026, 7, 1)) == Status.UNKNOWN
    assert found.last_free_days() == (date(2019, 12, 31), date(2031, 7, 31))


@pytest.mark.parametrize(
    ("name", "version", "wanted"),
    [
        ("Apache Tomcat 9.0.65", "", "tomcat"),
        ("nginx", "1.18.0", "nginx"),
        ("Node.js", "18.2.0", "nodejs"),
        ("PHP 7.4", "", "php"),
        ("MySQL", "5.6.51", "mysql"),
        ("Tomcat connector for our shop", "2", None),
        ("go", "", "go"),
        ("", "", None),
    ],
)
def test_software_counts_only_by_a_whole_title(name: str, version: str, wanted: str | None) -> None:
    assert software(name, version).product == wanted


def test_end_without_a_day_counts_as_ended() -> None:
    assert Cycle("1", "1", None, None, True, None).status(date(2000, 1, 1)) == Status.ENDED
    assert Cycle("1", "1", None, None, None, None).status(date(2000, 1, 1)) == Status.UNKNOWN


def test_the_catalogue_carries_its_snapshot_day_and_every_family_names_a_product() -> None:
    assert snapshot_day() == date(2026, 8, 22)
    assert len(products()) > 460


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("Win Srv 2012 R2 Std", "Microsoft Windows Server 2012 R2"),
        ("Windows Server 2008R2 SP1", "Microsoft Windows Server 2008 R2"),
        ("Windows Server 20H2", "Microsoft Windows Server 20H2"),
        ("Windows 10 22H2", "Microsoft Windows 10 22H2"),
        ("windows xp", "Microsoft Windows XP"),
        ("SLES 12 SP3", "SUSE Linux Enterprise Server 12 SP3"),
        ("SUSE Linux Enterprise Server 15", "SUSE Linux Enterprise Server 15"),
        ("AIX 7200-05-01", "IBM AIX 7.2 TL5"),
        ("RHEL 6.10", "Red Hat Enterprise Linux 6.10"),
        ("Ubuntu 18.04.6 LTS", "Ubuntu 18.04.6"),
    ],
)
def test_a_system_is_called_as_people_write_it(told: str, said: str) -> None:
    assert product(told).name == said


def test_a_database_is_called_as_people_write_it() -> None:
    assert database("SQL Server", "13.0.4001").name == "Microsoft SQL Server 2016 (13.0)"
    assert database("SQL Server 2008 R2").name == "Microsoft SQL Server 2008 R2"
