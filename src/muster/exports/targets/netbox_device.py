"""NetBox: bulk import of devices.

Source: netbox-community/netbox, dcim/forms/bulk_import.py and dcim/choices.py (fields, required marks, statuses,
field lengths). Unknown headers are an error there; references (role, site, manufacturer, device type, platform,
tenant, cluster, owner) are by name and must exist before the import.

- role, manufacturer, device_type, status and site must be given; a device that lacks one stands in the incomplete
  file. A device without a role of its own gets its asset type as role. The status is that of the life cycle, else of
  the power state.
- site is the location, else the data centre. A position in the rack needs the rack's face, which the inventory does
  not know: it is reported.
- Addresses, processors and memory are no fields of a device. No formula guard: a program reads the file.
"""

import polars as pl

from muster.exports.columns import blank, first_of, plain
from muster.exports.csv_file import CSV
from muster.exports.machines import of_types, refusal
from muster.exports.netbox import DESCRIPTION, NAME, SERIAL, status, tags
from muster.exports.target import Column, Example, Table, VendorTarget
from muster.vocabulary.kinds import AssetType

DEVICES = (AssetType.SERVER, AssetType.HYPERVISOR, AssetType.NETWORK, AssetType.LOAD_BALANCER, AssetType.STORAGE)
STATUSES = {
    "planned": "planned",
    "in_stock": "inventory",
    "operational": "active",
    "non_operational": "offline",
    "retired": "decommissioning",
}
NEAR = {"installed": "active", "maintenance": "offline"}
POWERED = {"on": "active", "off": "offline", "suspended": "offline"}
_ROLE = Column("role", pl.coalesce(pl.col("role"), pl.col("asset_type")), ("role",), required=True)
_POSITION = Column(
    "position",
    pl.lit(None, pl.String),
    ("rack_position",),
    unsaid="a position needs the face of the rack, which is not known",
)
TARGET = VendorTarget(
    title="NetBox devices",
    source="netbox-community/netbox, dcim/forms/bulk_import.py and dcim/choices.py",
    encoding=CSV,
    tables=(
        Table(
            "netbox_device",
            (
                plain("name", "name", longest=NAME),
                _ROLE,
                plain("tenant", "company"),
                plain("manufacturer", "manufacturer", required=True),
                plain("device_type", "model", required=True),
                plain("platform", "os_name"),
                plain("serial", "serial_number", longest=SERIAL),
                plain("asset_tag", "asset_tag", longest=SERIAL),
                status(STATUSES, NEAR, POWERED),
                first_of("site", "location", "datacenter", required=True),
                blank("location"),
                plain("rack", "rack"),
                _POSITION,
                blank("face"),
                blank("latitude"),
                blank("longitude"),
                blank("parent"),
                blank("device_bay"),
                blank("airflow"),
                blank("virtual_chassis"),
                blank("vc_position"),
                blank("vc_priority"),
                plain("cluster", "virtualization_cluster"),
                plain("description", "description", longest=DESCRIPTION),
                blank("config_template"),
                plain("owner", "owner"),
                plain("comments", "notes"),
                tags(),
            ),
            takes=of_types(DEVICES),
            refusal=refusal(DEVICES),
            unique="name",
        ),
    ),
    examples=(
        Example(
            {
                "name": "sw01",
                "asset_type": "network",
                "manufacturer": "Cisco",
                "model": "C9300",
                "location": "Graz",
                "lifecycle_status": "operational",
                "tags": ["core", "a b"],
                "rack": "R1",
                "rack_position": "12",
            },
            {
                "netbox_device": {
                    "name": "sw01",
                    "role": "network",
                    "device_type": "C9300",
                    "status": "active",
                    "site": "Graz",
                    "tags": "core",
                    "position": None,
                }
            },
            reported=("asset_type", "rack_position", "tags"),
        ),
        Example({"name": "sw02", "asset_type": "network"}, incomplete=("netbox_device",)),
        Example({"name": "vm01", "asset_type": "virtual_machine"}, reported=("asset",)),
    ),
)
