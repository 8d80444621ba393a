"""AWS Migration Hub import: the template of AWS Application Discovery Service.

Source: AWS Application Discovery Service User Guide, "Importing data into Migration Hub" (fields, required marks)
and "Quotas" (10 MB a file, 25,000 imported records an account). Unknown columns are ignored there, so none is added.

- One of ExternalId, IPAddress, MACAddress, HostName, or both VMware columns identifies a record; an equal ExternalId
  wins over everything. A machine that none of them identifies gets Muster's own id as ExternalId.
- HostName is the full name where that agrees with the host name. VMware.VMName is filled for virtual machines, and
  wherever the name would otherwise be lost.
- Lists are comma lists inside quotes. A tag is name:value; key=value is written so, a word alone is no tag there.
- Muster has one figure for reads and writes together; the template asks for each, so that figure is reported.
- A use in per cent goes to the columns of the average. Used memory is computed from it; Muster does not read it
  back.
- OS.Version is told by the system's name where no source states it.
- No formula guard: a program reads the file, and an apostrophe would become part of a name.
"""

import polars as pl

from muster.exports.columns import blank, figure, joined, number, plain
from muster.exports.csv_file import CSV
from muster.exports.machines import SERVERS, first_label, host_name, is_virtual, of_types, os_version, refusal
from muster.exports.target import Column, Example, Limits, Loss, Table, VendorTarget

MOST_TAGS = 30
_NOTHING_ELSE = pl.all_horizontal(
    pl.col("hostname").is_null(),
    pl.col("fqdn").is_null(),
    pl.col("ip_address").list.len().fill_null(0) == 0,
    pl.col("mac_address").list.len().fill_null(0) == 0,
)
_CALLED = pl.coalesce(pl.col("hostname"), first_label())
_EXTERNAL_ID = Column(
    "ExternalId",
    pl.coalesce(pl.col("source_id"), pl.when(_NOTHING_ELSE).then(pl.col("id"))),
    ("source_id",),
)
_VM_NAME = Column(
    "VMware.VMName",
    pl.when(is_virtual().fill_null(False) | pl.col("name").ne_missing(_CALLED)).then(pl.col("name")),
    ("name",),
)
_USED_MEMORY = Column(
    "RAM.UsedSizeInMB.Avg",
    figure((pl.col("memory_mb") * pl.col("memory_utilization_pct") / 100).round(2)),
    ("memory_utilization_pct",),
    unsaid="it is written as an amount, and the memory in all is not known",
)
_PAIRS = (
    pl.col("tags")
    .list.eval(
        pl.element().filter(pl.element().str.contains(r"^[^=:,]+[=:][^,]+$")).str.replace(r"^([^=:]+)=", "${1}:")
    )
    .list.head(MOST_TAGS)
)
_TAGS = Column(
    "Tags",
    pl.when(_PAIRS.list.len() > 0).then(_PAIRS.list.join(", ")),
    ("tags",),
    unsaid=f"a tag is written name:value, without commas, {MOST_TAGS} at most",
    losses=(
        Loss(
            "tags",
            (pl.col("tags") != _PAIRS) & (_PAIRS.list.len() > 0),
            f"a tag is written name:value, {MOST_TAGS} at most",
        ),
    ),
)
_APPLICATION = Column(
    "Applications",
    pl.when(~pl.col("application_name").str.contains(",", literal=True)).then("application_name"),
    ("application_name",),
    unsaid="Applications parts its members by commas",
)
TARGET = VendorTarget(
    title="AWS Migration Hub import",
    source="AWS Application Discovery Service User Guide, Importing data into Migration Hub; Quotas",
    encoding=CSV,
    tables=(
        Table(
            "aws_migration_hub_import",
            (
                _EXTERNAL_ID,
                plain("SMBiosId", "uuid"),
                joined("IPAddress", "ip_address", ", "),
                joined("MACAddress", "mac_address", ", "),
                host_name("HostName"),
                blank("VMware.MoRefId"),
                blank("VMware.VCenterId"),
                plain("CPU.NumberOfProcessors", "cpu_sockets"),
                plain("CPU.NumberOfCores", "cpu_cores"),
                blank("CPU.NumberOfLogicalCores"),
                plain("OS.Name", "os_name"),
                os_version("OS.Version"),
                _VM_NAME,
                number("RAM.TotalSizeInMB", "memory_mb"),
                _USED_MEMORY,
                blank("RAM.UsedSizeInMB.Max"),
                number("CPU.UsagePct.Avg", "cpu_utilization_pct"),
                blank("CPU.UsagePct.Max"),
                *(
                    blank(f"{what}.{how}")
                    for how in ("Avg", "Max")
                    for what in ("DiskReadsPerSecondInKB", "DiskWritesPerSecondInKB")
                ),
                *(
                    blank(f"{what}.{how}")
                    for how in ("Avg", "Max")
                    for what in ("DiskReadsOpsPerSecond", "DiskWritesOpsPerSecond")
                ),
                *(
                    blank(f"{what}.{how}")
                    for how in ("Avg", "Max")
                    for what in ("NetworkReadsPerSecondInKB", "NetworkWritesPerSecondInKB")
                ),
                _APPLICATION,
                plain("ApplicationWave", "migration_wave"),
                _TAGS,
                blank("ServerId"),
            ),
            takes=of_types(SERVERS),
            refusal=refusal(SERVERS),
            one_of=(("ExternalId", "IPAddress", "MACAddress", "HostName"),),
            unique="ExternalId",
            limits=Limits(rows=25_000, size=10_000_000),
        ),
    ),
    implied={"asset_type": pl.col("asset_type") == "server", "name": pl.col("name").eq_missing(_CALLED)},
    one_way=("memory_utilization_pct",),
    examples=(
        Example(
            {
                "name": "web01",
                "fqdn": "web01.corp.example",
                "ip_address": ["10.1.2.3", "10.1.2.4"],
                "memory_mb": 4096.0,
                "memory_utilization_pct": 50.0,
                "asset_type": "server",
                "tags": ["env:prod", "team:web"],
                "disk_iops": 9.0,
            },
            {
                "aws_migration_hub_import": {
                    "HostName": "web01.corp.example",
                    "IPAddress": "10.1.2.3, 10.1.2.4",
                    "RAM.TotalSizeInMB": "4096",
                    "RAM.UsedSizeInMB.Avg": "2048",
                    "VMware.VMName": None,
                    "Tags": "env:prod, team:web",
                    "ExternalId": None,
                }
            },
            reported=("disk_iops",),
        ),
        Example(
            {"name": "WEB 02", "asset_type": "virtual_machine"},
            {"aws_migration_hub_import": {"ExternalId": "example", "VMware.VMName": "WEB 02"}},
            reported=("asset_type",),
        ),
        Example(
            {"name": "web03", "hostname": "web03", "asset_type": "server", "os_name": "Ubuntu 22.04.3 LTS"},
            {"aws_migration_hub_import": {"OS.Name": "Ubuntu 22.04.3 LTS", "OS.Version": "22.04.3"}},
            reported=(),
        ),
        Example({"name": "ERP", "asset_type": "application"}, reported=("asset",)),
    ),
)
