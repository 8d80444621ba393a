"""NetBox: bulk import of virtual machines.

Source: netbox-community/netbox, virtualization/forms/bulk_import.py, choices.py and models (fields, required marks,
statuses, field lengths). References (role, site, cluster, device, platform, tenant, owner) are by name and must
exist before the import.

- Memory and disk are whole MB. name and status must be given; the status is that of the life cycle, else of the
  power state.
- A name is unique within a cluster there; here it is unique within the file, and the second stands in the incomplete
  file.
- Addresses are no fields of the form. No formula guard: a program reads the file.
"""

import polars as pl

from muster.exports.columns import blank, first_of, plain, whole
from muster.exports.csv_file import CSV
from muster.exports.machines import of_types, refusal
from muster.exports.netbox import DESCRIPTION, NAME, SERIAL, status, tags
from muster.exports.target import Example, Table, VendorTarget
from muster.vocabulary.kinds import AssetType

MACHINES = (AssetType.VIRTUAL_MACHINE,)
STATUSES = {
    "planned": "planned",
    "operational": "active",
    "non_operational": "offline",
    "retired": "decommissioning",
}
NEAR = {"installed": "active", "maintenance": "offline", "in_stock": "staged"}
POWERED = {"on": "active", "off": "offline", "suspended": "offline"}
TARGET = VendorTarget(
    title="NetBox virtual machines",
    source="netbox-community/netbox, virtualization/forms/bulk_import.py, choices.py and models",
    encoding=CSV,
    tables=(
        Table(
            "netbox_virtual_machine",
            (
                plain("name", "name", required=True, longest=NAME),
                blank("virtual_machine_type"),
                plain("role", "role"),
                status(STATUSES, NEAR, POWERED),
                blank("start_on_boot"),
                first_of("site", "location", "datacenter"),
                plain("cluster", "virtualization_cluster"),
                plain("device", "virtualization_host"),
                plain("platform", "os_name"),
                plain("vcpus", "cpu_cores"),
                whole("memory", "memory_mb"),
                whole("disk", "storage_total_gb", times=1024),
                plain("description", "description", longest=DESCRIPTION),
                plain("serial", "serial_number", longest=SERIAL),
                plain("tenant", "company"),
                plain("owner", "owner"),
                plain("comments", "notes"),
                tags(),
                blank("config_template"),
            ),
            takes=of_types(MACHINES),
            refusal=refusal(MACHINES),
            unique="name",
        ),
    ),
    implied={"asset_type": pl.col("asset_type") == "virtual_machine"},
    examples=(
        Example(
            {
                "name": "vm01",
                "asset_type": "virtual_machine",
                "power_state": "on",
                "memory_mb": 2048.0,
                "storage_total_gb": 80.5,
                "cpu_cores": 2,
                "virtualization_cluster": "cl1",
            },
            {
                "netbox_virtual_machine": {
                    "name": "vm01",
                    "status": "active",
                    "memory": "2048",
                    "disk": "82432",
                    "vcpus": "2",
                }
            },
            reported=("power_state",),
        ),
        Example(
            {"name": "x" * 65, "asset_type": "virtual_machine", "power_state": "on"},
            incomplete=("netbox_virtual_machine",),
        ),
        Example({"name": "vm03", "asset_type": "virtual_machine"}, incomplete=("netbox_virtual_machine",)),
    ),
)
