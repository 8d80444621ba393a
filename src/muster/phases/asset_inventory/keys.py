"""The identity keys of every record: what the tools say it is called and numbered, made comparable."""

import json
from functools import cache
from importlib import resources
from typing import Any

import polars as pl

from muster.phases.asset_inventory.agreement import NETBIOS_LENGTH
from muster.phases.asset_inventory.bodies import bodies
from muster.phases.asset_inventory.systems import system_kins

HOST_NAME = r"^[a-z0-9_$-]+$"
FULL_NAME = r"^[a-z0-9_$-]+(\.[a-z0-9_-]+)*\.[a-z][a-z0-9-]+$"
# web-01 (Intranet), web-01 - Intranet: what people write behind a name; with a figure in it, or one of the words below,
# it makes the name another machine's.
MACHINE = r"[a-z0-9_$-]*[a-z][a-z0-9_$-]*[\d.-][a-z0-9_$.-]*|[a-z_$-]*\d[a-z0-9_$.-]*"
REMARKED = rf"^({MACHINE})((?: ?[(\[][^()\[\]\d]+[)\]])+| [-\u2013\u2014|:/] [^()\[\]\d]+)$"
OF_ANOTHER = (
    r"\b(old|alt|altes?|ancien\w*|viej[oa]|antigu[oa]|velh[oa]|vecchi[oa]|star[ay]|oud|new|neu|neue?s?|nouve\w*|nuev[oa]|nov[oa]"
    r"|nuov[oa]|now[ay]|nieuw|cop(?:y|ie|ia)|kopi[ea]|clone?|klon|replica|replik\w*|backup|bak|dr|standby|failover|passive"
    r"|secondary|template|vorlage|restored?|tests?|snapshot|node|cluster|vip|ilo|idrac|bmc|mgmt)\b"
)
ADDRESS = r"^(\d{1,3}\.){3}\d{1,3}$"
# VMware writes its UUID into the serial number, as 16 bytes of hexadecimal.
VMWARE_SERIAL = r"^vmware-?([0-9a-f]{32})$"
# A label before the number, as people copy it; and zeros that spreadsheets take from numbers of figures alone.
SERIAL_LABEL = r"^\s*(?:S/?N|SERIAL(?: ?(?:NO|NUMBER))?)\.?\s*[:#=]"
FIGURES_AFTER_ZEROS = r"^0+([1-9]\d{5,})$"
RETIRED = ["retired", "decommissioned", "disposed", "absent", "stolen", "end_of_life", "end of life", "obsolete"]
TEXT_COLUMNS = (
    *("name", "hostname", "fqdn", "dns_domain", "uuid", "serial_number", "manufacturer", "model", "asset_tag"),
    *("source_id", "lifecycle_status", "application_name", "application_id", "database_name", "database_instance"),
    "virtualization_host",
    *("environment", "power_state"),
    *("assigned_user", "location", "purchase_date"),
)
RECUR = 8  # a column with that many times fewer different texts than records
KEYS = ("sid", "uuid", "serial", "tag", "host", "alias", "address_name", "macs", "ips")
MACHINE_ONLY = ("uuid", "serial", "domain", "address_name", "macs", "ips", "system", "form", "running", "seen")


@cache
def junk_values() -> Any:
    """Values that tools write where they know nothing (junk_values.json)."""
    return json.loads(resources.files("muster.phases.asset_inventory").joinpath("junk_values.json").read_text("utf-8"))


def _plain(text: pl.Series) -> pl.Series:
    """Lower case, blanks squeezed, nothing instead of an empty text; of texts that recur each is looked at once."""
    if text.null_count() == len(text):
        return text
    if text.n_unique() * RECUR <= len(text):
        each = text.unique()
        places = pl.DataFrame({"text": each, "place": pl.int_range(len(each), dtype=pl.get_index_type(), eager=True)})
        rows = text.to_frame("text").join(places, on="text", how="left", maintain_order="left", nulls_equal=True)
        return _plain_each(each).gather(rows["place"]).alias(text.name)
    return _plain_each(text)


def _plain_each(text: pl.Series) -> pl.Series:
    found = text.str.strip_chars().str.to_lowercase().str.replace_all(r"\s\s+|[\t\n\u00a0]", " ")
    return found.set(found == "", None)


def _unless(bad: pl.Expr, value: pl.Expr) -> pl.Expr:
    return pl.when(bad).then(None).otherwise(value)


def _hex(name: str) -> pl.Expr:
    return pl.col(name).str.to_lowercase().str.replace_all(r"[^0-9a-z]", "")


def _repeated(text: pl.Expr) -> pl.Expr:
    """True where one character is all there is."""
    return text.str.strip_chars(text.str.slice(0, 1)) == ""


def _bad_uuid(text: pl.Expr) -> pl.Expr:
    return text.is_in(junk_values()["uuids"]) | _repeated(text) | _repeated(text.str.slice(0, 30))


def _uuids(frame: pl.DataFrame) -> pl.Series:
    """32 hexadecimal digits in the smaller of the two byte orders (SMBIOS 2.6 swaps the first three fields).

    Another id of eight or more characters counts as it is written. A VMware serial number stands in for a missing one.
    """
    given = frame.select(whole=_hex("uuid"), inside=_hex("serial_number").str.extract(VMWARE_SERIAL))
    proper = pl.col("whole").str.contains(r"^[0-9a-f]{32}$")
    given = given.with_columns(
        text=pl.coalesce(
            pl.when(proper & ~_bad_uuid(pl.col("whole"))).then("whole"),
            _unless(_bad_uuid(pl.col("inside")), pl.col("inside")),
        ),
        other=pl.when(~proper & (pl.col("whole").str.len_chars() >= 8) & ~_repeated(pl.col("whole"))).then("whole"),
    )
    swapped = [pl.col("text").str.slice(at, 2) for at in (6, 4, 2, 0, 10, 8, 14, 12)]
    both = pl.min_horizontal("text", pl.concat_str(*swapped, pl.col("text").str.slice(16)))
    return given.select(uuid=pl.coalesce(both, "other")).to_series()


def _serials(frame: pl.DataFrame) -> pl.Series:
    text = pl.col("serial_number").str.to_uppercase().str.replace(SERIAL_LABEL, "")
    text = text.str.replace_all(r"[^\p{L}\p{N}]", "").str.replace(FIGURES_AFTER_ZEROS, "$1")
    given = frame.select(serial=text)
    serial = pl.col("serial")
    bad = serial.is_in(junk_values()["serials"]) | (serial.str.len_chars() < 4) | _repeated(serial)
    bad = bad | serial.str.to_lowercase().str.contains(VMWARE_SERIAL)
    return given.select(serial=_unless(bad, serial)).to_series()


def _list_column(records: pl.DataFrame, name: str) -> pl.Series:
    if name not in records.columns:
        return pl.repeat(None, records.height, dtype=pl.List(pl.String), eager=True).alias(name)
    column = records[name]
    return column if column.dtype == pl.List(pl.String) else column.cast(pl.List(pl.String))


def _exploded(column: pl.Series, clean: pl.Expr, bad: pl.Expr) -> pl.Series:
    """Clean the members of a list column; empty lists become null, the others are sorted and free of doubles."""
    if not (column.list.len() > 1).any():  # most lists of most files: nothing to sort, nothing twice
        single = column.list.first().to_frame("value").with_columns(clean)
        good = pl.col("value").is_not_null() & ~bad
        return single.select(pl.when(good).then(pl.concat_list("value")).alias("value")).to_series()
    flat = (
        column.to_frame("value")
        .with_row_index("row")
        .filter(pl.col("value").list.len() > 0)
        .explode("value")
        .with_columns(clean)
        .filter(pl.col("value").is_not_null() & ~bad)
        .unique()
        .sort("row", "value")
        .group_by("row", maintain_order=True)
        .agg("value")
    )
    rows = pl.int_range(len(column), dtype=pl.get_index_type(), eager=True).alias("row").to_frame()
    return rows.join(flat, on="row", how="left", maintain_order="left")["value"]


def _starts(prefixes: list[str]) -> pl.Expr:
    found = [pl.col("value").str.starts_with(prefix) for prefix in prefixes]
    return pl.any_horizontal(found)


def _macs(records: pl.DataFrame) -> pl.Series:
    bad = pl.col("value").is_in(junk_values()["macs"]) | _starts(junk_values()["mac_prefixes"])
    bad = bad | (pl.col("value").str.len_chars() != 12)
    clean = pl.col("value").str.to_lowercase().str.replace_all("[^0-9a-f]", "")
    return _exploded(_list_column(records, "mac_address"), clean, bad).alias("macs")


def _ips(records: pl.DataFrame) -> pl.Series:
    bad = pl.col("value").is_in(junk_values()["ips"]) | _starts(junk_values()["ip_prefixes"])
    clean = pl.col("value").str.strip_chars().str.to_lowercase()
    return _exploded(_list_column(records, "ip_address"), clean, bad | (pl.col("value") == "")).alias("ips")


def _text(records: pl.DataFrame, name: str) -> pl.Series:
    if name not in records.columns:
        return pl.repeat(None, records.height, dtype=pl.String, eager=True).alias(name)
    return records[name].cast(pl.String)


def _cleaned(records: pl.DataFrame) -> pl.DataFrame:
    """Every text that identity looks at, one column each, null where it says nothing."""
    frame = pl.DataFrame([_text(records, name) for name in TEXT_COLUMNS])
    numbers = [_uuids(frame), _serials(frame), system_kins(_text(records, "os_name"))]
    plain = pl.DataFrame([_plain(frame[name]) for name in TEXT_COLUMNS if name not in ("uuid", "serial_number")])
    full = pl.col("fqdn").str.strip_chars_end(".")
    known = plain.with_columns(
        *numbers,
        hostname=pl.col("hostname").str.strip_chars_end("."),
        fqdn=pl.when(full.str.contains(FULL_NAME)).then(full),
        dns_domain=pl.col("dns_domain").str.strip_chars("."),
        maker=pl.col("manufacturer").str.extract(r"^([a-z0-9]+)"),
        retired=pl.col("lifecycle_status").is_in(RETIRED).fill_null(False),
        **{
            new: _unless(pl.col(name).is_in(junk_values()["ids"]), pl.col(name))
            for new, name in {
                "name": "name",
                "tag": "asset_tag",
                "sid": "source_id",
                "application": "application_name",
                "application_id": "application_id",
                "database": "database_name",
                "instance": "database_instance",
            }.items()
        },
    ).rename({"virtualization_host": "runs_on", "environment": "stage"})
    return known.with_columns(bodies(records, known))


def _with_machine_keys(frame: pl.DataFrame) -> pl.DataFrame:
    """host: what it calls itself; alias: what a tool calls it; domain and address from whichever name holds one."""
    name, hostname = pl.col("name"), pl.col("hostname")
    known = _without_remarks(frame).with_columns(
        full_name=pl.when(name.str.contains(FULL_NAME)).then(name),
        full_host=pl.when(hostname.str.contains(FULL_NAME)).then(hostname),
        short_host=pl.when(hostname.str.contains(HOST_NAME)).then(hostname),
        address_name=pl.coalesce(pl.when(name.str.contains(ADDRESS)).then(name), _lone_address()),
        dns_domain=pl.when(pl.col("dns_domain").str.contains(".", literal=True)).then("dns_domain"),
    )
    known = known.with_columns(full=pl.coalesce("fqdn", "full_host", "full_name"))
    first = {part: pl.col(part).str.split_exact(".", 1).struct.field("field_0") for part in ("full", "full_host")}
    named = known.with_columns(
        host=pl.coalesce(_uncut(pl.col("short_host"), first["full"]), first["full_host"], first["full"]),
        alias=pl.when(pl.col("address_name").is_null()).then(
            pl.when(pl.col("full_name").is_null()).then("name").otherwise(pl.col("full_name").str.extract(r"^([^.]+)"))
        ),
        domain=pl.coalesce(pl.col("full").str.splitn(".", 2).struct.field("field_1"), "dns_domain"),
    )
    named = named.with_columns(host=_named("host"), alias=_uncut(_named("alias"), _named("host")))
    return named.with_columns(domain=pl.when(pl.any_horizontal(pl.col("host", "alias").is_not_null())).then("domain"))


def _without_remarks(frame: pl.DataFrame) -> pl.DataFrame:
    """`frame` with the names of machines alone, where something is said of them behind."""
    if not frame["name"].str.contains(r"[)\]]$| [-\u2013\u2014|:/] ").any():
        return frame
    name = pl.col("name")
    plain = pl.when(~name.str.extract(REMARKED, 2).str.contains(OF_ANOTHER)).then(name.str.extract(REMARKED, 1))
    return frame.with_columns(name=pl.coalesce(plain, name))


def _lone_address() -> pl.Expr:
    """The one address of a record that says nothing else of its machine: it is called by that."""
    else_said = pl.col("name", "hostname", "fqdn", "uuid", "serial", "tag", "macs", "system").is_not_null()
    lone = ~pl.any_horizontal(else_said) & (pl.col("ips").list.len() == 1)
    return pl.when(lone).then(pl.col("ips").list.first())


def _uncut(name: pl.Expr, whole: pl.Expr) -> pl.Expr:
    """The name, unless it is the whole one cut to NetBIOS length: no second name, and others are cut to it as well."""
    cut = (name.str.len_chars() == NETBIOS_LENGTH) & whole.str.starts_with(name)
    return pl.when(cut).then(whole).otherwise(name)


def _named(column: str) -> pl.Expr:
    """A name that can tell two things apart: no junk value, no bare counter."""
    name = pl.col(column)
    counter = (name.str.len_bytes() <= 3) & name.str.contains(r"^\d{0,3}$")
    return _unless(name.is_in(junk_values()["names"]) | counter | (name.str.len_chars() < 2), name)


def _squashed(name: str) -> pl.Expr:
    text = pl.col(name).str.replace_all(r"[\s_.-]+", "")
    return pl.when(text != "").then(text)


def _soft_names() -> pl.Expr:
    """The name of a thing that is no machine: case, blanks and dashes do not tell two of them apart."""
    family = pl.col("family")
    database = pl.coalesce(_squashed("database"), _squashed("name"), _squashed("instance"))
    application = pl.coalesce(_squashed("application"), _squashed("name"))
    return (
        pl.when(family == "database")
        .then(database)
        .when(family == "application")
        .then(application)
        .otherwise(pl.coalesce(_squashed("name"), _squashed("host")))
    )


def identity_keys(records: pl.DataFrame, family: pl.Series) -> pl.DataFrame:
    """One row per record, in the order of `records`: family, sid, uuid, serial, maker, model, tag, tag_space, host,
    alias, domain, address_name, macs, ips, runs_on, retired, known (False where nothing at all identifies the record),
    stage, system (see systems.py), form, running, seen (see bodies.py), entries (the own id of a machine with what is
    written beside it; see _entries).

    Things that are no machines keep only their own id and name: the addresses and serial numbers in their rows are
    those of the machine they run on, and that machine (`host`) only keeps two databases of one name apart.
    """
    frame = _with_machine_keys(_cleaned(records).with_columns(_macs(records), _ips(records), family=family))
    frame = frame.with_columns(tag_space=pl.lit("tag"))
    if not (family == "hardware").all():
        frame = _with_soft_keys(frame)
    return frame.with_columns(
        known=pl.any_horizontal([pl.col(key).is_not_null() for key in KEYS]),
        tag_space=pl.when(pl.col("tag").is_not_null()).then("tag_space"),
        entries=_entries(),
    ).select(
        *("family", *KEYS, "maker", "model", "tag_space", "domain", "runs_on", "retired", "known", "stage", "system"),
        *("form", "running", "seen", "entries"),
    )


def _entries() -> pl.Expr:
    """A machine's own id with its model and more: what two versions of one list have in common.

    An id alone is given out by every list; that two lists give the same id to things of one model, bought on one day or
    held by one person at one place, is no chance. Either will do, for the other may have changed.
    """
    more = (("purchase_date",), ("assigned_user", "location"))
    texts = [pl.concat_str("sid", "model", *facts, separator="\t") for facts in more]
    ours = (pl.col("family") == "hardware") & pl.any_horizontal(text.is_not_null() for text in texts)
    return pl.when(ours).then(pl.concat_list(texts).list.drop_nulls())


def _with_soft_keys(frame: pl.DataFrame) -> pl.DataFrame:
    machine = pl.col("family") == "hardware"
    scoped = pl.col("family").is_in(["database", "middleware", "container"])
    # Numbers of one shape ("app-0017") come from one numbering, so two of them are two things.
    shape = pl.col("application_id").str.replace_all(r"\d", "9").str.replace_all(r"[a-z]", "a")
    soft_host = pl.when(scoped).then(pl.coalesce("hostname", "fqdn", "runs_on").str.extract(r"^([^.]+)"))
    return frame.with_columns(
        alias=pl.when(machine).then("alias").otherwise(_soft_names()),
        host=pl.when(machine).then("host").otherwise(soft_host),
        tag=pl.when(machine).then("tag").when(pl.col("family") == "application").then("application_id"),
        tag_space=pl.when(machine).then(pl.lit("tag")).when(pl.col("family") == "application").then(shape),
        **{name: pl.when(machine).then(name) for name in MACHINE_ONLY},
    )
