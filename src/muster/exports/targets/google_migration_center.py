"""Google Cloud Migration Center: the manual tables vmInfo, diskInfo and perfInfo.

Source: Migration Center, "Import manually generated tables" (100 MB an upload, 100,000 assets a project); columns
and mandatory marks from Google's own collectors for AWS and Azure and two public validators. The template that the
console offers adds "(optional)" to optional headers; the collectors write them without, as here.

- MachineId joins the tables: the source's own id, else Muster's. Lists are semicolon lists. Memory and storage are
  GiB, which is what MB and GB are here as well (steps of 1024).
- IsPhysical must be given. Where nothing says whether a server is virtual, its row stands in the incomplete file.
- perfInfo has a row for each machine whose use is known, at the time it was last seen; a row without a time is
  incomplete. Muster keeps throughput as one figure, so sent and received stay empty and are reported.
- diskInfo has the disks that lists of disks name; totals stand in vmInfo. No formula guard: a program reads the
  files.
"""

import polars as pl

from muster.exports.columns import blank, figure, instant, joined, number, plain, word
from muster.exports.csv_file import CSV
from muster.exports.machines import SERVERS, is_virtual, of_types, os_version, refusal
from muster.exports.target import Column, Example, Limits, Loss, Rows, Table, VendorTarget

_ID = pl.coalesce(pl.col("source_id"), pl.col("id"))
_LIMITS = Limits(rows=100_000, size=100_000_000)
_PHYSICAL = pl.when(is_virtual()).then(pl.lit("false")).when(~is_virtual()).then(pl.lit("true"))
_USE = pl.any_horizontal(pl.col("cpu_utilization_pct", "memory_utilization_pct").is_not_null())


def _first(header: str, attribute: str) -> Column:
    several = Loss(attribute, pl.col(attribute).list.len() > 1, f"{header} holds one; the first stands there")
    return Column(header, pl.col(attribute).list.first(), (attribute,), losses=(several,))


TARGET = VendorTarget(
    title="Google Cloud Migration Center tables",
    source="Migration Center, Import manually generated tables; Google's collectors for AWS and Azure",
    encoding=CSV,
    tables=(
        Table(
            "vmInfo",
            (
                Column("MachineId", _ID, ("source_id",), required=True),
                plain("MachineName", "name", required=True),
                Column("PrimaryIPAddress", pl.col("ip_address").list.first()),
                _first("PrimaryMACAddress", "mac_address"),
                blank("PublicIPAddress"),
                joined("IpAddressListSemiColonDelimited", "ip_address", ";"),
                number("TotalDiskAllocatedGiB", "storage_total_gb"),
                number("TotalDiskUsedGiB", "storage_used_gb"),
                plain("MachineTypeLabel", "model"),
                plain("AllocatedProcessorCoreCount", "cpu_cores", required=True),
                number("MemoryGiB", "memory_mb", over=1024, required=True),
                plain("HostingLocation", "location"),
                blank("OsType"),
                blank("OsPublisher"),
                plain("OsName", "os_name", required=True),
                os_version("OsVersion"),
                word("MachineStatus", "power_state", {"on": "Running", "off": "Stopped", "suspended": "Suspended"}),
                blank("ProvisioningState"),
                plain("CreateDate", "install_date"),
                Column("IsPhysical", _PHYSICAL, ("is_virtual",), required=True),
                plain("Source", "discovery_source"),
            ),
            takes=of_types(SERVERS),
            refusal=refusal(SERVERS),
            unique="MachineId",
            limits=_LIMITS,
        ),
        Table(
            "perfInfo",
            (
                Column("MachineId", _ID, required=True),
                Column(
                    "TimeStamp",
                    instant(pl.col("last_seen_at")),
                    ("last_seen_at",),
                    required=True,
                    unsaid="only a machine whose use is known has a row with a time",
                ),
                number("CpuUtilizationPercentage", "cpu_utilization_pct"),
                number("MemoryUtilizationPercentage", "memory_utilization_pct"),
                blank("AvailableMemoryBytes"),
                blank("DiskReadOperationsPerSec"),
                blank("DiskWriteOperationsPerSec"),
                blank("NetworkBytesPerSecSent"),
                blank("NetworkBytesPerSecReceived"),
            ),
            takes=of_types(SERVERS) & _USE,
            limits=_LIMITS,
            optional=True,
        ),
        Table(
            "diskInfo",
            (
                Column("MachineId", _ID, required=True),
                Column("DiskLabel", pl.col("disk_name"), ("disk",)),
                Column("SizeInGib", figure(pl.col("size_gb")), ("size_gb",)),
                Column("UsedInGib", figure(pl.col("used_gb")), ("used_gb",)),
                blank("StorageTypeLabel"),
            ),
            rows=Rows.DISKS,
            takes=of_types(SERVERS),
            limits=_LIMITS,
            optional=True,
        ),
    ),
    implied={"asset_type": pl.col("asset_type") == "virtual_machine"},
    one_way=("asset_type", "is_virtual", "last_seen_at", "cpu_utilization_pct", "memory_utilization_pct"),
    examples=(
        Example(
            {
                "name": "web01",
                "source_id": "vm-1",
                "asset_type": "virtual_machine",
                "cpu_cores": 4,
                "memory_mb": 16384.0,
                "os_name": "Ubuntu",
                "ip_address": ["10.60.0.4", "fd00::4"],
                "power_state": "on",
                "cpu_utilization_pct": 12.5,
            },
            {
                "vmInfo": {
                    "MachineId": "vm-1",
                    "MemoryGiB": "16",
                    "IpAddressListSemiColonDelimited": "10.60.0.4;fd00::4",
                    "PrimaryIPAddress": "10.60.0.4",
                    "MachineStatus": "Running",
                    "IsPhysical": "false",
                }
            },
            incomplete=("perfInfo",),
        ),
        Example(
            {
                "name": "phys01",
                "asset_type": "server",
                "cpu_cores": 4,
                "memory_mb": 1536.0,
                "os_name": "RHEL 9",
                "is_virtual": False,
            },
            {"vmInfo": {"MachineId": "example", "MemoryGiB": "1.5", "IsPhysical": "true"}},
            reported=("asset_type",),
        ),
        Example(
            {"name": "x", "asset_type": "server", "cpu_cores": 4, "memory_mb": 1536.0, "os_name": "RHEL 9"},
            incomplete=("vmInfo",),
        ),
        Example(
            {"name": "web01", "source_id": "vm-1", "asset_type": "virtual_machine", "disk_name": "C:", "size_gb": 80.0},
            {"diskInfo": {"MachineId": "vm-1", "DiskLabel": "C:", "SizeInGib": "80"}},
            reported=(),
            rows=Rows.DISKS,
        ),
    ),
)
