"""Azure Migrate: the CSV template for servers that no appliance has discovered.

Source: Azure Migrate, "Assess servers using an imported CSV file" (fields, supported operating system names, 20,000
servers a file); header line as three public programs write it. Mandatory headers carry an asterisk.

- The operating system's name must contain one of OS_NAMES. Names that mean one of them in other words are rewritten
  by SPELLINGS and the report says so; a system that is not on the list (RHEL 8, Windows Server 2022, AIX) cannot be
  assessed: its row stands in the incomplete file, its system's name in the report.
- The server name is the key of every later update: of two assets of one name the second stands in the incomplete
  file.
- Disks that a list of disks names stand one by one, eight at the most (columns for disks 3 to 8 are added, as the
  source allows); where no list does, all storage stands as disk 1, and the report says so where the inventory counts
  several. Throughput and operations are kept as one figure here, and the template asks for reads and writes, in and
  out: they are reported.
- Lists are semicolon lists. No formula guard: a program reads the file.
"""

import polars as pl

from muster.exports.columns import blank, figure, joined, number, plain, whole, word
from muster.exports.csv_file import CSV
from muster.exports.machines import SERVERS, is_virtual, of_types, os_version, refusal
from muster.exports.target import Column, Example, Limits, Loss, Table, VendorTarget

OS_NAMES = (
    "Apple Mac OS X 10",
    "Asianux 3",
    "Asianux 4",
    "Asianux 5",
    "CentOS",
    "CoreOS Linux",
    "Debian GNU/Linux 4",
    "Debian GNU/Linux 5",
    "Debian GNU/Linux 6",
    "Debian GNU/Linux 7",
    "Debian GNU/Linux 8",
    "FreeBSD",
    "IBM OS/2",
    "MS-DOS",
    "Novell NetWare 5",
    "Novell NetWare 6",
    "Oracle Linux",
    "Oracle Solaris 10",
    "Oracle Solaris 11",
    "Red Hat Enterprise Linux 2",
    "Red Hat Enterprise Linux 3",
    "Red Hat Enterprise Linux 4",
    "Red Hat Enterprise Linux 5",
    "Red Hat Enterprise Linux 6",
    "Red Hat Enterprise Linux 7",
    "Red Hat Fedora",
    "SCO OpenServer 5",
    "SCO OpenServer 6",
    "SCO UnixWare 7",
    "Serenity Systems eComStation 1",
    "Sun Microsystems Solaris 8",
    "Sun Microsystems Solaris 9",
    "SUSE Linux Enterprise 8/9",
    "SUSE Linux Enterprise 10",
    "SUSE Linux Enterprise 11",
    "SUSE Linux Enterprise 12",
    "SUSE openSUSE",
    "Ubuntu Linux",
    "VMware ESXi 4",
    "VMware ESXi 5",
    "VMware ESXi 6",
    "Windows 10",
    "Windows 2000",
    "Windows 3",
    "Windows 7",
    "Windows 8",
    "Windows 95",
    "Windows 98",
    "Windows NT",
    "Windows Server (R) 2008",
    "Windows Server 2003",
    "Windows Server 2008",
    "Windows Server 2012",
    "Windows Server 2016",
    "Windows Server 2019",
    "Windows Server Threshold",
    "Windows Vista",
    "Windows Web Server 2008 R2",
    "Windows XP Professional",
)
# Other words for names of the list, tried in this order on a name that contains none of them; ${n} are the parts kept.
SPELLINGS = (
    (
        r"(?i)^(?:rhel|red ?hat(?: enterprise)?(?: linux)?(?: server)?)(?: release)?[ -]*v?([2-7](?:\.\d+)*)\b(.*)$",
        "Red Hat Enterprise Linux ${1}${2}",
    ),
    (
        r"(?i)^(?:sles|suse linux enterprise server|suse linux enterprise)[ -]*(10|11|12)\b(.*)$",
        "SUSE Linux Enterprise ${1}${2}",
    ),
    (r"(?i)^(?:sles|suse linux enterprise server|suse linux enterprise)[ -]*[89]\b.*$", "SUSE Linux Enterprise 8/9"),
    (r"(?i)^open ?suse\b(.*)$", "SUSE openSUSE${1}"),
    (r"(?i)^ubuntu(?: server| linux)?\b(.*)$", "Ubuntu Linux${1}"),
    (r"(?i)^debian(?: gnu/linux)?[ -]*([4-8])\b(.*)$", "Debian GNU/Linux ${1}${2}"),
    (r"(?i)^centos(?: linux)?\b(.*)$", "CentOS${1}"),
    (r"(?i)^(?:oracle (?:enterprise )?linux|oel|ol)[ -]*(\d.*)?$", "Oracle Linux ${1}"),
    (r"(?i)^(?:oracle |sun )?solaris (10|11)\b(.*)$", "Oracle Solaris ${1}${2}"),
    (r"(?i)^(?:oracle |sun )?solaris ([89])\b(.*)$", "Sun Microsystems Solaris ${1}${2}"),
    (r"(?i)^(?:vmware )?esxi?[ -]*([456])\b(.*)$", "VMware ESXi ${1}${2}"),
    (
        r"(?i)^(?:microsoft )?(?:win|windows)[ -]*(?:srv|server)?[ -]*(2003|2008|2012|2016|2019)\b(.*)$",
        "Windows Server ${1}${2}",
    ),
    (r"(?i)^(?:microsoft )?(?:win|windows)[ -]*(2000|nt|vista|10|7|8)\b(.*)$", "Windows ${1}${2}"),
    (r"(?i)^fedora\b(.*)$", "Red Hat Fedora${1}"),
)
_NAMES = "|".join(name.replace("(", r"\(").replace(")", r"\)").replace(".", r"\.") for name in OS_NAMES)
_LISTED = rf"(?:{_NAMES})(?:[^0-9]|$)"
_NAME = pl.col("os_name")
_OS = pl.coalesce(
    pl.when(_NAME.str.contains(_LISTED)).then(_NAME),
    *(
        pl.when(_NAME.str.contains(pattern)).then(_NAME.str.replace(pattern, put).str.strip_chars_end())
        for pattern, put in SPELLINGS
    ),
)
_OS = pl.when(_OS.str.contains(_LISTED)).then(_OS)
_OS_COLUMN = Column(
    "*OS name",
    _OS,
    ("os_name",),
    unsaid="it contains none of the names that Azure Migrate assesses",
    losses=(Loss("os_name", _OS != _NAME, pl.concat_str(pl.lit("written as "), _OS)),),
    required=True,
)
_KIND = pl.when(is_virtual()).then(pl.lit("Virtual")).when(~is_virtual()).then(pl.lit("Physical"))
_BOOT = pl.col("firmware").str.extract(r"(?i)\b(u?efi|bios)\b", 1).str.to_uppercase().replace({"EFI": "UEFI"})
MOST_DISKS = 8
_SIZES = pl.col("disk_sizes").str.split(";").list.eval(pl.element().cast(pl.Float64))
_STORAGE = pl.col("storage_total_gb")
_DISK_1 = Column(
    "Disk 1 size (In GB)",
    figure(pl.coalesce(_SIZES.list.get(0, null_on_oob=True), _STORAGE)),
    ("storage_total_gb",),
    losses=(
        Loss(
            "storage_total_gb",
            (pl.col("disk_count") > 1) & _SIZES.is_null() & _STORAGE.is_not_null(),
            "all disks together stand as disk 1",
        ),
        Loss(
            "storage_total_gb", (_SIZES.list.sum() - _STORAGE).abs() > 0.5, "the disks that are listed have another sum"
        ),
        Loss("storage_total_gb", _SIZES.list.len() > MOST_DISKS, f"a server has {MOST_DISKS} disks at the most"),
    ),
)
_DISK_FIGURES = (
    "read throughput (MB per second)",
    "write throughput (MB per second)",
    "read ops (operations per second)",
    "write ops (operations per second)",
)


def _further_disk(number: int) -> list[Column]:
    size = Column(f"Disk {number} size (In GB)", figure(_SIZES.list.get(number - 1, null_on_oob=True)))
    return [size, *(blank(f"Disk {number} {figures}") for figures in _DISK_FIGURES)]


TARGET = VendorTarget(
    title="Azure Migrate import",
    source="Azure Migrate, Assess servers using an imported CSV file; template header from public programs",
    encoding=CSV,
    with_disks=True,
    tables=(
        Table(
            "azure_migrate_import",
            (
                plain("*Server name", "name", required=True),
                joined("IP addresses", "ip_address", ";"),
                plain("*Cores", "cpu_cores", required=True),
                whole("*Memory (In MB)", "memory_mb", required=True),
                _OS_COLUMN,
                os_version("OS version"),
                word("OS architecture", "os_architecture", {"x86_64": "x64", "x86": "x86"}),
                Column("Server type", _KIND, ("is_virtual",)),
                plain("Hypervisor", "virtualization_platform"),
                number("CPU utilization percentage", "cpu_utilization_pct"),
                number("Memory utilization percentage", "memory_utilization_pct"),
                plain("Network adapters", "nic_count"),
                blank("Network In throughput"),
                blank("Network Out throughput"),
                Column(
                    "Boot type",
                    _BOOT,
                    ("firmware",),
                    unsaid="Boot type takes BIOS and UEFI",
                    losses=(
                        Loss("firmware", pl.col("firmware") != _BOOT, pl.concat_str(pl.lit("written as "), _BOOT)),
                    ),
                ),
                plain("Number of disks", "disk_count"),
                number("Storage in use (In GB)", "storage_used_gb"),
                _DISK_1,
                *(blank(f"Disk 1 {figures}") for figures in _DISK_FIGURES),
                *(column for number in range(2, MOST_DISKS + 1) for column in _further_disk(number)),
            ),
            takes=of_types(SERVERS),
            refusal=refusal(SERVERS),
            unique="*Server name",
            limits=Limits(rows=20_000),
        ),
    ),
    implied={
        "asset_type": (pl.col("asset_type") == "server") & ~is_virtual().fill_null(False)
        | (pl.col("asset_type") == "virtual_machine") & is_virtual(),
    },
    examples=(
        Example(
            {
                "name": "web01",
                "asset_type": "virtual_machine",
                "cpu_cores": 4,
                "memory_mb": 8192.5,
                "os_name": "RHEL 7.9",
                "os_architecture": "x86_64",
                "ip_address": ["10.1.2.3", "10.1.2.4"],
                "storage_total_gb": 120.0,
                "disk_count": 2,
            },
            {
                "azure_migrate_import": {
                    "*Server name": "web01",
                    "IP addresses": "10.1.2.3;10.1.2.4",
                    "*Memory (In MB)": "8193",
                    "*OS name": "Red Hat Enterprise Linux 7.9",
                    "OS architecture": "x64",
                    "Server type": "Virtual",
                    "Disk 1 size (In GB)": "120",
                    "Number of disks": "2",
                }
            },
            reported=("memory_mb", "os_name", "storage_total_gb"),
        ),
        Example(
            {
                "name": "db01",
                "asset_type": "server",
                "cpu_cores": 2,
                "memory_mb": 1.0,
                "os_name": "CentOS 7",
                "storage_total_gb": 300.0,
                "disk_count": 2,
                "disk_sizes": "100;200",
            },
            {"azure_migrate_import": {"Disk 1 size (In GB)": "100", "Disk 2 size (In GB)": "200"}},
            reported=(),
        ),
        Example(
            {
                "name": "w",
                "asset_type": "server",
                "cpu_cores": 2,
                "memory_mb": 1.0,
                "os_name": "Microsoft Windows Server 2012 R2 Standard",
            },
            {"azure_migrate_import": {"*OS name": "Microsoft Windows Server 2012 R2 Standard"}},
            reported=(),
        ),
        Example(
            {"name": "u", "asset_type": "server", "cpu_cores": 2, "memory_mb": 1.0, "os_name": "Ubuntu 22.04.3 LTS"},
            {"azure_migrate_import": {"*OS name": "Ubuntu Linux 22.04.3 LTS"}},
            reported=("os_name",),
        ),
        Example(
            {
                "name": "new",
                "asset_type": "server",
                "cpu_cores": 2,
                "memory_mb": 1.0,
                "os_name": "Red Hat Enterprise Linux 8",
            },
            incomplete=("azure_migrate_import",),
        ),
        Example(
            {"name": "d", "asset_type": "server", "cpu_cores": 2, "memory_mb": 1.0, "os_name": "Debian GNU/Linux 41"},
            incomplete=("azure_migrate_import",),
        ),
        Example({"name": "bare", "asset_type": "server", "os_name": "CentOS 7"}, incomplete=("azure_migrate_import",)),
    ),
)
