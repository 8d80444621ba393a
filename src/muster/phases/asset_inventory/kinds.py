"""What kind of thing each record is about, with a confidence and the reason for it."""

import json
import re
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Any

import polars as pl

from muster.vocabulary.kinds import RECORD_KINDS, AssetType, RecordRole

TYPES = tuple(kind.value for kind in AssetType)
HARDWARE = "hardware"
SERVICE = "service"  # of Kubernetes: it may have the name of the one pod that it stands before, and is another thing
# How far each kind of evidence is trusted; the order of these figures is the order of the rules.
CLASS, VIRTUAL, SYSTEM, TABLE, HOSTED, NAME, PART, NOTHING = 0.95, 0.9, 0.85, 0.8, 0.75, 0.4, 0.3, 0.1
PARTS = [kind for kind, role in RECORD_KINDS.items() if role is RecordRole.DETAIL]
OF_DATABASES = "database_usage"


@cache
def words() -> Any:
    """The word lists of kinds.json: families of kinds, class words, models, operating systems, name tokens."""
    return json.loads(resources.files("muster.phases.asset_inventory").joinpath("kinds.json").read_text("utf-8"))


@cache
def class_of(text: str) -> str | None:
    """The asset type that a class word of a source means, None where the whole text is no known class."""
    plain = re.sub(r"[\s_/-]+", " ", text.strip().lower())
    if plain.replace(" ", "_") in TYPES:
        return plain.replace(" ", "_")
    return next((kind for kind, pattern in words()["classes"] if re.fullmatch(pattern, plain)), None)


@cache
def system_of(text: str) -> str | None:
    """The asset type that an operating system proves, None where it proves none (a client system, an unknown one)."""
    plain = text.lower()
    return next((kind for kind, pattern in words()["systems"] if re.search(pattern, plain)), None)


@cache
def is_client_system(text: str) -> bool:
    """True for an operating system of workplaces and mobile devices, which no server runs."""
    return re.search(words()["clients"], text.lower()) is not None


@cache
def is_virtual_model(text: str) -> bool:
    """True where a hardware model is the mark of a hypervisor or a cloud."""
    return re.search(words()["virtual_models"], text.lower()) is not None


def _service_type(text: str) -> str:
    """The type of a service of Kubernetes, nothing where the text is none."""
    plain = re.sub(r"[\s_-]+", "", text.lower())
    return plain if plain in words()["service_types"] else ""


def text_column(records: pl.DataFrame, name: str) -> pl.Series:
    """The column as text, or nulls where the records do not have it."""
    if name not in records.columns:
        return pl.repeat(None, records.height, dtype=pl.String, eager=True).alias(name)
    return records[name].cast(pl.String)


def _looked_up(column: pl.Series, known: dict[str, str]) -> pl.Series:
    return column.replace_strict(known, default=None, return_dtype=pl.String)


def _meanings(column: pl.Series, meaning: Any) -> pl.Series:
    """Apply a text rule to the distinct values only."""
    values = column.unique().drop_nulls().to_list()
    found = {value: meaning(value) for value in values}
    return _looked_up(column, {value: kind for value, kind in found.items() if kind})


def _name_rule() -> pl.Expr:
    """Tokens of a name: letters between anything that is no letter, so that a word inside a word never counts."""
    rule = pl.lit(None, dtype=pl.String)
    for kind, pattern in reversed(words()["names"]):
        found = pl.col("name").str.to_lowercase().str.contains(rf"(?:^|[^a-z])(?:{pattern})(?:[^a-z]|$)")
        rule = pl.when(found).then(pl.lit(kind)).otherwise(rule)
    return rule


def _evidence(records: pl.DataFrame, record_kind: pl.Series) -> pl.DataFrame:
    """One column per kind of evidence, each an asset type or null."""
    whole = {kind: kind for kind, role in RECORD_KINDS.items() if role is RecordRole.ASSET and kind != AssetType.OTHER}
    virtual = _meanings(text_column(records, "model"), lambda text: "virtual_machine" if is_virtual_model(text) else "")
    if "is_virtual" in records.columns:
        flag = pl.select(pl.when(records["is_virtual"]).then(pl.lit("virtual_machine"))).to_series()
        virtual = flag.zip_with(flag.is_not_null(), virtual)
    return pl.DataFrame(
        {
            "class": _meanings(text_column(records, "asset_type"), class_of),
            "virtual": virtual,
            "system": _meanings(text_column(records, "os_name"), system_of),
            "client": _meanings(
                text_column(records, "os_name"), lambda text: "other" if is_client_system(text) else ""
            ),
            "said": text_column(records, "asset_type"),
            "table": _looked_up(record_kind, whole),
            "record_kind": record_kind,
            "name": text_column(records, "name").zip_with(
                text_column(records, "name").is_not_null(), text_column(records, "hostname")
            ),
            "host": text_column(records, "virtualization_host"),
            "before_others": _meanings(text_column(records, "asset_subtype"), _service_type).is_not_null(),
            "named": _any_filled(records, ("name", "hostname", "fqdn")),
            "database": _any_filled(records, ("name", "database_name", "database_instance")),
        }
    ).with_columns(_of_parts())


def _any_filled(records: pl.DataFrame, names: Sequence[str]) -> pl.Series:
    """True where a record says any of these."""
    said = [text_column(records, name).is_not_null().alias(name) for name in names]
    return pl.DataFrame(said).select(pl.any_horizontal(pl.all())).to_series()


def _of_parts() -> list[pl.Expr]:
    """The classes in a table of parts are those of the parts; only one of a machine may be that of their owner."""
    part = pl.col("record_kind").is_in(PARTS)
    machine = pl.col("class").replace_strict(words()["families"], default=None).eq(HARDWARE)
    return [part.alias("part"), pl.when(~part | machine).then("class").alias("class")]


def classify(records: pl.DataFrame, record_kind: pl.Series) -> pl.DataFrame:
    """kind, kind_confidence (0..1), kind_reason and family of every record, in the order of `records`.

    A row about a part tells no more of its owner than that there is one: the machine or the database it names.

    The mapped class decides first, and its word is told; then facts that only a virtual machine has; then an operating
    system that only one kind runs; then the table, unless the system is that of a workplace; a name only where nothing
    else speaks.
    """
    found = _evidence(records, record_kind)
    told = found["table"].null_count() == 0  # a name is asked where the table says nothing
    found = found.with_columns(guess=pl.lit(None, pl.String) if told else pl.when(~pl.col("part")).then(_name_rule()))
    families = words()["families"]
    machine = pl.col("table").is_null() | pl.col("table").replace_strict(families, default=None).eq(HARDWARE)
    special = pl.col("system").is_in(["hypervisor", "network", "storage", "load_balancer"])
    plain = pl.col("table").is_null() | pl.col("table").eq("server")
    hosted = plain & pl.col("host").is_not_null() & pl.col("host").ne_missing(pl.col("name"))
    # A usage row that names a host and no database is about that host.
    of_database = pl.col("record_kind").eq(OF_DATABASES) & (pl.col("database") | ~pl.col("named"))
    rules: list[tuple[pl.Expr, pl.Expr | str, float, pl.Expr | str]] = [
        (pl.col("class").is_not_null(), pl.col("class"), CLASS, pl.format("its class says so: {}", pl.col("said"))),
        (machine & pl.col("virtual").is_not_null(), "virtual_machine", VIRTUAL, "its model or a flag says virtual"),
        (machine & special, pl.col("system"), SYSTEM, "only this kind runs its operating system"),
        (hosted, "virtual_machine", HOSTED, "it runs on a virtualization host"),
        (plain & pl.col("client").is_not_null(), "other", TABLE, "its operating system is that of a workplace"),
        (pl.col("table").is_not_null(), pl.col("table"), TABLE, "the table lists this kind"),
        (pl.col("system").is_not_null(), pl.col("system"), HOSTED, "its operating system is a server's"),
        (of_database, "database", TABLE, "the table is about databases"),
        (pl.col("part") & pl.col("named"), "server", PART, "a row about a part of it names it"),
        (pl.col("guess").is_not_null(), pl.col("guess"), NAME, "a word in its name"),
    ]
    kind, confidence, reason = pl.lit("other"), pl.lit(NOTHING), pl.lit("nothing says what it is")
    for when, then, trust, why in reversed(rules):
        value = then if isinstance(then, pl.Expr) else pl.lit(then)
        kind = pl.when(when).then(value).otherwise(kind)
        confidence = pl.when(when).then(pl.lit(trust)).otherwise(confidence)
        because = why if isinstance(why, pl.Expr) else pl.lit(why)
        reason = pl.when(when).then(because).otherwise(reason)
    service = (pl.col("kind") == AssetType.CONTAINER) & pl.col("before_others")
    family = pl.col("kind").replace_strict(families, return_dtype=pl.String)
    said = found.select("before_others", kind=kind, kind_confidence=confidence, kind_reason=reason)
    return said.with_columns(family=pl.when(service).then(pl.lit(SERVICE)).otherwise(family)).drop("before_others")
