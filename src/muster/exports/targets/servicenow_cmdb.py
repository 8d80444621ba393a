"""ServiceNow: rows for cmdb_ci_server, and cmdb_rel_ci for what depends on what between them.

Source: field lists of four public extractors for the two tables; choices are those of a system as it is delivered,
by their labels, since imports match references and choices by what is shown. os, ram, cpu_*, disk_space and virtual
are fields of the class from general knowledge, not from those lists.

- correlation_id carries the source's own id; sys_id is ServiceNow's to give and stays empty.
- sys_class_name is set for hypervisors (cmdb_ci_esx_server) alone: other rows take the class of the table. virtual
  tells virtual machines.
- environment stays empty; used_for takes the seven words of USED_FOR. Acceptance, sandbox and shared have none and
  are reported.
- What has a word in install_status is said there, whether it is in operation in operational_status: each life cycle
  word stands once.
- The types of relations are some of those that a system has as delivered; each comes back as the kind that it was, but
  for a relation without known words, which is written as a dependency and reported.
- Relations name both ends; an end that is not in the server file cannot be told and is reported. Of two servers of one
  name the import takes whichever it finds first: names are all that the relation table carries.
- References (manufacturer, model, location, persons, groups) are matched by name by the import. No formula guard.
"""

import polars as pl

from muster.exports.columns import blank, plain, word
from muster.exports.csv_file import CSV
from muster.exports.machines import SERVERS, is_virtual, of_types, os_version, refusal
from muster.exports.target import Column, Example, Loss, Rows, Table, VendorTarget

USED_FOR = {
    "production": "Production",
    "staging": "Staging",
    "test": "Test",
    "development": "Development",
    "training": "Training",
    "disaster_recovery": "Disaster recovery",
}
INSTALL_STATUS = {
    "planned": "On Order",
    "in_stock": "In Stock",
    "installed": "Installed",
    "maintenance": "In Maintenance",
    "retired": "Retired",
}
OPERATIONAL_STATUS = {"operational": "Operational", "non_operational": "Non-Operational"}
CRITICALITY = {
    "critical": "1 - most critical",
    "high": "2 - somewhat critical",
    "medium": "3 - less critical",
    "low": "4 - not critical",
}
# The descriptors of the parent and of the child, for an edge whose source is the parent.
RELATIONS = {
    "depends_on": "Depends on::Used by",
    "uses": "Uses::Used by",
    "connection": "IP Connection::IP Connection",
    "runs_on": "Runs on::Runs",
    "member_of": "Members::Member of",
    "relation": "Depends on::Used by",
}
_SERVERS = of_types(SERVERS, "source_type") & of_types(SERVERS, "target_type")
_MEMBER = pl.col("kind") == "member_of"  # its source is the member, which is the child of the relation
_TYPE = pl.col("kind").replace_strict(RELATIONS, default=None, return_dtype=pl.String)
_VIRTUAL = pl.when(is_virtual()).then(pl.lit("true")).when(~is_virtual()).then(pl.lit("false"))
_CLASS = pl.when(pl.col("asset_type") == "hypervisor").then(pl.lit("cmdb_ci_esx_server"))
TARGET = VendorTarget(
    title="ServiceNow servers and relations",
    source="field lists of public extractors for cmdb_ci_server and cmdb_rel_ci; choices of a system as delivered",
    encoding=CSV,
    tables=(
        Table(
            "cmdb_ci_server",
            (
                blank("sys_id"),
                plain("name", "name", required=True),
                Column("sys_class_name", _CLASS),
                plain("serial_number", "serial_number"),
                plain("asset_tag", "asset_tag"),
                plain("fqdn", "fqdn"),
                Column(
                    "ip_address",
                    pl.col("ip_address").list.first(),
                    ("ip_address",),
                    losses=(
                        Loss(
                            "ip_address",
                            pl.col("ip_address").list.len() > 1,
                            "ip_address holds one; the first stands there",
                        ),
                    ),
                ),
                Column(
                    "mac_address",
                    pl.col("mac_address").list.first(),
                    ("mac_address",),
                    losses=(
                        Loss(
                            "mac_address",
                            pl.col("mac_address").list.len() > 1,
                            "mac_address holds one; the first stands there",
                        ),
                    ),
                ),
                plain("os", "os_name"),
                os_version("os_version"),
                blank("os_service_pack"),
                blank("os_domain"),
                plain("cpu_count", "cpu_sockets"),
                plain("cpu_core_count", "cpu_cores"),
                plain("cpu_name", "cpu_model"),
                plain("ram", "memory_mb"),
                plain("disk_space", "storage_total_gb"),
                Column("virtual", _VIRTUAL, ("is_virtual",)),
                plain("manufacturer", "manufacturer"),
                plain("model_id", "model"),
                plain("location", "location"),
                plain("company", "company"),
                plain("department", "department"),
                plain("cost_center", "cost_center"),
                plain("owned_by", "owner"),
                blank("managed_by"),
                plain("assigned_to", "assigned_user"),
                plain("support_group", "support_group"),
                blank("environment"),
                word("used_for", "environment", USED_FOR),
                word("install_status", "lifecycle_status", INSTALL_STATUS),
                word("operational_status", "lifecycle_status", OPERATIONAL_STATUS),
                blank("life_cycle_stage"),
                blank("life_cycle_stage_status"),
                word("business_criticality", "criticality", CRITICALITY),
                plain("discovery_source", "discovery_source"),
                plain("first_discovered", "first_seen_at"),
                plain("last_discovered", "last_seen_at"),
                plain("correlation_id", "source_id"),
                plain("short_description", "description"),
                blank("sys_created_on"),
                blank("sys_updated_on"),
            ),
            takes=of_types(SERVERS),
            refusal=refusal(SERVERS),
        ),
        Table(
            "cmdb_rel_ci",
            (
                Column("parent", pl.when(_MEMBER).then("target").otherwise("source"), required=True),
                Column("child", pl.when(_MEMBER).then("source").otherwise("target"), required=True),
                Column(
                    "type",
                    _TYPE,
                    ("kind",),
                    required=True,
                    losses=(
                        Loss(
                            "kind",
                            pl.col("kind") == "relation",
                            pl.concat_str(pl.lit("written as "), _TYPE),
                        ),
                    ),
                ),
            ),
            rows=Rows.EDGES,
            takes=_SERVERS,
            refusal="an end of it is not in the file of servers",
        ),
    ),
    implied={
        "asset_type": ((pl.col("asset_type") == "server") & ~is_virtual().fill_null(False))
        | (pl.col("asset_type") == "hypervisor")
        | ((pl.col("asset_type") == "virtual_machine") & is_virtual()),
    },
    examples=(
        Example(
            {
                "name": "web01",
                "asset_type": "virtual_machine",
                "environment": "production",
                "lifecycle_status": "operational",
                "criticality": "high",
                "source_id": "abc",
            },
            {
                "cmdb_ci_server": {
                    "name": "web01",
                    "virtual": "true",
                    "used_for": "Production",
                    "install_status": None,
                    "operational_status": "Operational",
                    "business_criticality": "2 - somewhat critical",
                    "correlation_id": "abc",
                    "sys_class_name": None,
                }
            },
            reported=(),
        ),
        Example(
            {"name": "web02", "asset_type": "server", "environment": "sandbox", "lifecycle_status": "retired"},
            {"cmdb_ci_server": {"install_status": "Retired", "used_for": None}},
            reported=("environment",),
        ),
        Example(
            {
                "source": "web01",
                "source_type": "server",
                "target": "db01",
                "target_type": "server",
                "kind": "depends_on",
            },
            {"cmdb_rel_ci": {"parent": "web01", "child": "db01", "type": "Depends on::Used by"}},
            reported=(),
            rows=Rows.EDGES,
        ),
        Example(
            {
                "source": "web01",
                "source_type": "server",
                "target": "ERP",
                "target_type": "application",
                "kind": "member_of",
            },
            reported=("dependency",),
            rows=Rows.EDGES,
        ),
    ),
)
