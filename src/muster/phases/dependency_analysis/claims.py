"""What asset records and relation records say about other things, written as claims."""

import polars as pl

from muster.phases.dependency_analysis.connections import PORTS, exploded_ports, plain_protocol, text_of
from muster.phases.dependency_analysis.edges import shaped
from muster.phases.dependency_analysis.endpoints import port_of, without_ports
from muster.phases.dependency_analysis.ends import NAME_SCHEMA
from muster.vocabulary.kinds import AssetType

# Things that run on a machine which their record names by its host name or address.
HOSTED = (AssetType.APPLICATION, AssetType.DATABASE, AssetType.MIDDLEWARE, AssetType.CONTAINER)
# Their own application name or id is a key of themselves, not a membership.
OWN_APPLICATION = (AssetType.APPLICATION,)
_NAME_COLUMNS = {
    "name": "name",
    "hostname": "hostname",
    "fqdn": "fqdn",
    "ip_address": "address",
    "management_ip": "address",
    "source_id": "id",
    "uuid": "id",
    "asset_tag": "id",
}


def names(records: pl.DataFrame) -> pl.DataFrame:
    """Every name that the records of assets give (ends.NAME_SCHEMA), as often as given, also those that lost.

    `records`: asset_no, file_ref and any attribute columns.
    """
    found = [pl.DataFrame(schema=NAME_SCHEMA)]
    for column, kind in _NAME_COLUMNS.items():
        if column not in records.columns:
            continue
        texts = records.select("asset_no", pl.lit(kind).alias("kind"), pl.col(column).alias("text"), "file_ref")
        if isinstance(texts.schema["text"], pl.List):
            texts = texts.explode("text", empty_as_null=True)
        found.append(texts.drop_nulls(["asset_no", "text"]).cast(NAME_SCHEMA))  # type: ignore[arg-type]
    return pl.concat(found)


def attribute_claims(records: pl.DataFrame) -> pl.DataFrame:
    """Claims made by attributes of assets (CLAIM_SCHEMA).

    `records`: record_id, asset_no, file_ref, asset_type and any of depends_on (with relationship_type),
    virtualization_host, virtualization_cluster, application_name, application_id, and for what is hosted: hostname,
    fqdn, ip_address.
    A machine is member of its application and, if it is a hypervisor, of its cluster; a machine runs on its host and
    its cluster; an application, a database, middleware or a container runs on the machine its record names. Storage
    runs on nothing: the hosts and clusters that its record names use it.
    """
    owned = records.filter(pl.col("asset_no").is_not_null())
    kind = pl.col("asset_type")
    hypervisor = kind == AssetType.HYPERVISOR
    cluster = kind == AssetType.CLUSTER
    storage = kind == AssetType.STORAGE
    machine = ~hypervisor & ~cluster & ~storage
    application = kind.is_in([str(entry) for entry in OWN_APPLICATION])
    parts = [
        _needed(owned),
        _own(owned.filter(machine), "runs_on", "virtualization_host"),
        _own(owned.filter(machine), "runs_on", "virtualization_cluster"),
        _used(owned.filter(storage), "virtualization_host"),
        _used(owned.filter(storage), "virtualization_cluster"),
        _own(owned.filter(hypervisor), "member_of", "virtualization_cluster"),
        _application(owned.filter(~application & ~hypervisor & ~cluster)),
        _host(owned.filter(kind.is_in([str(entry) for entry in HOSTED]))),
    ]
    told = [part for part in parts if part.height] or parts[:1]
    if len(told) == 1:  # one claim of a record at most: texts need not be compared to order them
        return told[0].sort("record_id")
    return pl.concat(told).sort("record_id", "kind", "target_text", "target_other")


def relation_claims(records: pl.DataFrame) -> pl.DataFrame:
    """Claims made by the rows of relation tables (CLAIM_SCHEMA).

    `records`: record_id, file_ref and any of relationship_source, relationship_target, relationship_type, name,
    hostname, depends_on, source_ip, destination_ip, destination_port (a number, or text such as 389/443), protocol,
    source_process, target_process, count, bytes, packets, first_seen, last_seen. A row without relationship_source
    speaks of the thing it names and of what that depends on. One claim per port.
    """
    ends = _ends(exploded_ports(records))
    written, source_ip, target_ip = pl.col("written"), text_of(ends, "source_ip"), text_of(ends, "destination_ip")
    names = ("name", "hostname", "application_name")
    named = pl.coalesce(text_of(ends, name) for name in names)
    said = ends.with_columns(
        relation_type=text_of(ends, "relationship_type"),
        source_text=pl.coalesce(
            text_of(ends, "relationship_source"),
            pl.when(text_of(ends, "relationship_target").is_null() | source_ip.is_null()).then(named),
            source_ip,
        ),
        target_text=pl.coalesce(without_ports(written), target_ip),
        source_other=source_ip,
        target_other=pl.coalesce(target_ip, pl.when(without_ports(written) != written).then(written)),
        # An end that is written with its port says more than a column for all of them.
        port=pl.coalesce(port_of(written), PORTS),
        protocol=plain_protocol(ends),
        count=pl.col("count") if "count" in ends.columns else pl.lit(1),
    )
    filled = shaped(said.filter(pl.col("source_text").is_not_null() | pl.col("target_text").is_not_null()))
    return filled.unique().sort("record_id", "kind", "target_text", "port")


def _ends(rows: pl.DataFrame) -> pl.DataFrame:
    """One row per end that a row's thing is related to or depends on, in `written`, with the `kind` of the claim.

    An end that a row depends on has its own address, if any: that of the row is the relation's.
    """
    target = text_of(rows, "relationship_target")
    related = rows.with_columns(written=target, kind=pl.lit("relation"))
    if "depends_on" not in rows.columns:
        return related
    needed = _each(rows.drop_nulls("depends_on"), "depends_on")
    alone = needed.filter(text_of(needed, "relationship_target").is_null())
    beside = needed.filter(text_of(needed, "relationship_target").is_not_null())
    if "destination_ip" in rows.columns:
        beside = beside.with_columns(pl.lit(None, rows.schema["destination_ip"]).alias("destination_ip"))
    parts = [
        part.with_columns(written=text_of(part, "depends_on"), kind=pl.lit("depends_on")) for part in (alone, beside)
    ]
    unneeded = related.filter(target.is_not_null() | text_of(rows, "depends_on").is_null())
    return pl.concat([unneeded, *(part.select(unneeded.columns) for part in parts)])


def _each(records: pl.DataFrame, column: str) -> pl.DataFrame:
    """One row per value of a column of lists."""
    if not isinstance(records.schema[column], pl.List):
        return records
    values = records.explode(column, empty_as_null=True)
    return values.with_columns(pl.concat_list(column).alias(column))


def _needed(records: pl.DataFrame) -> pl.DataFrame:
    """What a thing says it depends on; where an end is written with its port, it is known by either form."""
    if "depends_on" not in records.columns:
        return shaped(records.clear())
    records = _each(records.drop_nulls("depends_on"), "depends_on")
    text = text_of(records, "depends_on")
    claims = _own(records, "depends_on", without_ports(text), words=text_of(records, "relationship_type"), other=text)
    ported = claims.with_columns(port=port_of(pl.col("target_other")))
    same = pl.col("target_other") == pl.col("target_text")
    return shaped(ported.with_columns(target_other=pl.when(~same).then("target_other")))


def _own(
    records: pl.DataFrame, kind: str, target: pl.Expr | str, words: pl.Expr | None = None, other: pl.Expr | None = None
) -> pl.DataFrame:
    text = text_of(records, target) if isinstance(target, str) else target
    nothing = pl.lit(None, pl.String)
    claims = records.with_columns(
        pl.lit(kind).alias("kind"),
        pl.col("asset_no").alias("source_asset_no"),
        text.alias("target_text"),
        (nothing if other is None else other).alias("target_other"),
        (nothing if words is None else words).alias("relation_type"),
        pl.lit(1).alias("count"),
        pl.lit(None).alias("port"),
        pl.lit(None).alias("protocol"),
        *(nothing.alias(name) for name in ("source_text", "source_other")),
        pl.lit(None).alias("target_asset_no"),
    )
    return shaped(claims.filter(pl.col("target_text").is_not_null()))


def _used(records: pl.DataFrame, users: str) -> pl.DataFrame:
    """Claims of the other direction: what the record names uses the record's asset."""
    told = _own(records, "uses", users)
    turned = {"source_text": "target_text", "source_asset_no": "target_asset_no"}
    there_and_back = {**turned, **{other: one for one, other in turned.items()}}
    return shaped(told.rename(there_and_back))


def _application(records: pl.DataFrame) -> pl.DataFrame:
    """Membership by the application's name, or by its id where there is no such name."""
    name, identifier = text_of(records, "application_name"), text_of(records, "application_id")
    return _own(records, "member_of", pl.coalesce(name, identifier), other=identifier)


def _host(records: pl.DataFrame) -> pl.DataFrame:
    """The machine that carries it, unless the record's own name is all it gives."""
    own_name = text_of(records, "name")
    hosts = [
        pl.when(text.str.to_lowercase() == own_name.str.to_lowercase()).then(None).otherwise(text)
        for text in (text_of(records, "fqdn"), text_of(records, "hostname"))
    ]
    address = text_of(records, "ip_address")
    return _own(records, "runs_on", pl.coalesce(*hosts, address), other=address)
