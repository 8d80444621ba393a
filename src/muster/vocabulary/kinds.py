"""What an asset can be, and what one row of a table can be about."""

from enum import StrEnum


class AssetType(StrEnum):
    """The kind of thing in the inventory."""

    SERVER = "server"
    VIRTUAL_MACHINE = "virtual_machine"
    HYPERVISOR = "hypervisor"
    CLUSTER = "cluster"
    APPLICATION = "application"
    DATABASE = "database"
    MIDDLEWARE = "middleware"
    NETWORK = "network"
    LOAD_BALANCER = "load_balancer"
    STORAGE = "storage"
    CONTAINER = "container"
    CLOUD_RESOURCE = "cloud_resource"
    OTHER = "other"


class RecordRole(StrEnum):
    """What the inventory does with the rows of a table."""

    ASSET = "asset"  # a row is one asset
    DETAIL = "detail"  # a row tells of a part of an asset (a disk, an adapter); it never outranks the asset's own row
    RELATION = "relation"  # a row joins two things; it feeds dependency_analysis and becomes no asset
    IGNORED = "ignored"  # a row is about no asset (price list, free addresses, instructions)


CORRECTION = "correction"  # a row mends a record of another import, and counts there

# record kind -> role. A record kind is the asset type where a row is an asset, else one of the words below.
RECORD_KINDS: dict[str, RecordRole] = {
    **{kind.value: RecordRole.ASSET for kind in AssetType},
    "disk": RecordRole.DETAIL,
    "partition": RecordRole.DETAIL,
    "network_interface": RecordRole.DETAIL,
    "cpu": RecordRole.DETAIL,
    "memory": RecordRole.DETAIL,
    "software": RecordRole.DETAIL,
    "database_usage": RecordRole.DETAIL,
    "finding": RecordRole.DETAIL,
    "service": RecordRole.DETAIL,
    "relation": RecordRole.RELATION,
    "connection": RecordRole.RELATION,
    "license": RecordRole.IGNORED,
    "metric": RecordRole.IGNORED,
    "price": RecordRole.IGNORED,
    "address": RecordRole.IGNORED,
    "person": RecordRole.IGNORED,
    "ticket": RecordRole.IGNORED,
    "contract": RecordRole.IGNORED,
    "location": RecordRole.IGNORED,
    "snapshot": RecordRole.IGNORED,
    "backup": RecordRole.IGNORED,
    "process": RecordRole.IGNORED,
    "rule": RecordRole.IGNORED,
    "lookup": RecordRole.IGNORED,
    CORRECTION: RecordRole.IGNORED,
}
