"""AWS Application Migration Service (MGN): the inventory of servers, applications and waves.

Source: MGN User Guide, "Importing your data inventory", import parameters and additional considerations.

- mgn:server:user-provided-id is how the service knows a server again and prevents doubles; it is the asset's name.
- "Server entries must include either the server IP address, or the FQDN": a row with neither stands in the
  incomplete file. The address goes to the first interface's private address, which is what the launched instance
  gets; a second one is reported.
- The platform is LINUX or WINDOWS, told from the operating system's name by the words in PLATFORMS; any other system
  stands in the incomplete file, since the service cannot replicate it. The name itself is reported.
- A tag "key=value" or "key:value" needs a column of its own per key. Their set differs per estate, so tags go to one
  column, mgn:server:tag:muster, joined by semicolons; EC2 takes 256 characters there.
- Columns that only an export of the service has (ids, states), and those of the target account, stay empty: who
  imports fills in account, Region, subnet and instance type.
- No formula guard: a program reads the file.
"""

import polars as pl

from muster.exports.columns import blank, joined, plain
from muster.exports.csv_file import CSV
from muster.exports.machines import SERVERS, of_types, refusal
from muster.exports.target import Column, Example, Loss, Table, VendorTarget

PLATFORMS = {
    "WINDOWS": r"(?i)\bwin(dows)?\b|microsoft",
    "LINUX": r"(?i)linux|red ?hat|\brhel\b|centos|ubuntu|debian|\bsuse\b|\bsles\b|fedora|rocky|alma|\boel\b",
}
_PLATFORM = pl.coalesce(
    pl.when(pl.col("os_name").str.contains(words)).then(pl.lit(platform)) for platform, words in PLATFORMS.items()
)
_ADDRESS = pl.col("ip_address").list.first()
TARGET = VendorTarget(
    title="AWS Application Migration Service inventory",
    source="MGN User Guide, Importing your data inventory",
    encoding=CSV,
    tables=(
        Table(
            "aws_mgn_inventory",
            (
                blank("mgn:account-id"),
                blank("mgn:region"),
                plain("mgn:app:name", "application_name"),
                blank("mgn:app:description"),
                plain("mgn:wave:name", "migration_wave"),
                blank("mgn:wave:description"),
                plain("mgn:server:user-provided-id", "name", required=True),
                Column(
                    "mgn:server:platform",
                    _PLATFORM,
                    ("os_name",),
                    losses=(Loss("os_name", _PLATFORM.is_not_null(), pl.concat_str(pl.lit("written as "), _PLATFORM)),),
                    unsaid="the service takes LINUX and WINDOWS",
                    required=True,
                ),
                plain("mgn:server:fqdn-for-action-framework", "fqdn"),
                Column(
                    "mgn:server:tag:muster",
                    joined("mgn:server:tag:muster", "tags", ";").text,
                    ("tags",),
                    longest=256,
                    losses=(*joined("mgn:server:tag:muster", "tags", ";").losses,),
                ),
                blank("mgn:launch:instance-type"),
                blank("mgn:launch:nic:0:subnet-id"),
                blank("mgn:launch:nic:0:security-group-id:0"),
                Column(
                    "mgn:launch:nic:0:private-ip:0",
                    _ADDRESS,
                    ("ip_address",),
                    losses=(
                        Loss("ip_address", pl.col("ip_address").list.len() > 1, "the first address alone has a column"),
                    ),
                ),
            ),
            takes=of_types(SERVERS),
            refusal=refusal(SERVERS),
            one_of=(("mgn:server:fqdn-for-action-framework", "mgn:launch:nic:0:private-ip:0"),),
            unique="mgn:server:user-provided-id",
        ),
    ),
    implied={"asset_type": pl.col("asset_type") == "server"},
    one_way=("ip_address",),
    examples=(
        Example(
            {
                "name": "web01",
                "asset_type": "server",
                "os_name": "Red Hat Enterprise Linux 8",
                "fqdn": "web01.corp.example",
                "ip_address": ["10.1.2.3", "10.1.2.4"],
                "application_name": "Shop",
                "migration_wave": "Wave 2",
            },
            {
                "aws_mgn_inventory": {
                    "mgn:server:user-provided-id": "web01",
                    "mgn:server:platform": "LINUX",
                    "mgn:app:name": "Shop",
                    "mgn:wave:name": "Wave 2",
                    "mgn:launch:nic:0:private-ip:0": "10.1.2.3",
                }
            },
            reported=("os_name", "ip_address"),
        ),
        Example(
            {"name": "aix01", "asset_type": "server", "os_name": "AIX 7.2", "fqdn": "aix01.corp.example"},
            incomplete=("aws_mgn_inventory",),
        ),
        Example(
            {"name": "nameless", "asset_type": "server", "os_name": "Windows Server 2019"},
            incomplete=("aws_mgn_inventory",),
        ),
    ),
)
