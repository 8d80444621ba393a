"""Claims about two things become edges between assets; what cannot be resolved is kept and says why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from muster.phases.dependency_analysis.ends import (
    BLANK,
    NO_SUCH_ADDRESS,
    NO_SUCH_NAME,
    Directory,
    asked,
    directory,
    is_address,
    plain,
    resolve,
    split_lists,
)
from muster.phases.dependency_analysis.evidence import CARRIERS, DOUBT_LEFT_BY_SECOND_FILE, EVIDENCE, LESS_SURE
from muster.phases.dependency_analysis.processes import BETWEEN_NAMES, PROCESSES
from muster.phases.dependency_analysis.relation_type import read_relation

CLAIM_SCHEMA: Mapping[str, type[pl.DataType] | pl.DataType] = {
    "record_id": pl.Int64,
    "kind": pl.String,
    "source_text": pl.String,
    "source_other": pl.String,
    "source_asset_no": pl.Int64,
    "target_text": pl.String,
    "target_other": pl.String,
    "target_asset_no": pl.Int64,
    "relation_type": pl.String,
    "port": pl.Int64,
    "protocol": pl.String,
    "count": pl.Int64,
    "file_ref": pl.Int32,
    "bytes": pl.Int64,
    "packets": pl.Int64,
    "first_seen": pl.Datetime("us"),
    "last_seen": pl.Datetime("us"),
    "day": pl.Date,
    "source_process": pl.String,
    "target_process": pl.String,
}
EDGE_KEY = ("source_no", "target_no", "kind", "port", "protocol")
SIDES = ("source", "target")
TEXTS = ("source_text", "source_other", "target_text", "target_other")
AT_ONCE = 250_000  # claims that are resolved together; what is found of each part is a sum, and sums are put together
_PROCESSES_SHOWN = 20
SEEN = ("bytes", "packets", "first_seen", "last_seen")
_SHOWN = ("file_ref", "found_by", "relation_type")
_TOLD_BY = 20  # records that an edge names as its witnesses: the first of each file, and of each way to say it


@dataclass(frozen=True, slots=True)
class Edges:
    """The outcome of resolving claims.

    `edges`: source_no, target_no (Int64; from the dependent to what it depends on; a member to its whole), kind, port,
    protocol, count Int64, confidence Float64, evidence String (JSON: how many files, how the ends were found, the
    relations' own words), told_by List(Int64) (the first records of each file that tell of it), bytes, packets,
    first_seen, last_seen, source_processes, target_processes List(String) (null where no source says it).
    `unresolved`: end_text, side ('source' or 'target'), kind, reason, count, candidates List(Int64).
    `self_edges`: how many counted connections led from an asset to itself; they are in neither frame.
    """

    edges: pl.DataFrame
    unresolved: pl.DataFrame
    self_edges: int


def edges(assets: pl.DataFrame, names: pl.DataFrame, claims: pl.DataFrame, days: pl.DataFrame | None = None) -> Edges:
    """Resolve the ends of `claims` and merge them into one edge per source, target, kind, port and protocol.

    `assets`: asset_no, asset_type and whatever there is of name, hostname, fqdn, ip_address, management_ip, source_id,
    uuid, asset_tag, application_name, application_id. `names`: further names any record gave (ends.NAME_SCHEMA).
    `claims`: CLAIM_SCHEMA; missing columns count as null. An end is its asset number, else its
    text, else its other text. `days`: since when which asset has an address (ends.DAY_SCHEMA); it decides for claims
    with a day.
    """
    return edges_of(assets, names, [claims], days)


def edges_of(
    assets: pl.DataFrame, names: pl.DataFrame, claims: Sequence[pl.DataFrame], days: pl.DataFrame | None = None
) -> Edges:
    """`edges` of claims in several frames, each with some of the columns: all of them are made for a part at a time."""
    texts = [one[name] for one in claims for name in TEXTS if name in one.columns]
    known = directory(assets, names, asked([pl.Series(dtype=pl.String), *texts]), days)
    told, at_ends, open_ends, own = [], [], [], 0
    itself = pl.col("source_no") == pl.col("target_no")
    parts = [part for one in claims for part in one.iter_slices(AT_ONCE)]
    for part in (shaped(part) for part in parts or [pl.DataFrame(schema=CLAIM_SCHEMA)]):
        split = split_lists(split_lists(part, "source_text", known), "target_text", known)
        resolved = _elsewhere(_attach(_understand(split), known), known)
        whole = resolved.filter(_both_ends())
        told.append(_seen(whole.filter(~itself)))
        at_ends.append(_processes(whole.filter(~itself)))
        own += int(whole.filter(itself)["count"].sum())
        open_ends.append(_unresolved(resolved))
    merged = _with_processes(_merge(told), pl.concat(at_ends))
    return Edges(edges=merged, unresolved=_together(pl.concat(open_ends)), self_edges=own)


def shaped(claims: pl.DataFrame) -> pl.DataFrame:
    """The columns of CLAIM_SCHEMA in its order, with nulls for those that are missing."""
    return claims.select(
        (pl.col(name) if name in claims.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in CLAIM_SCHEMA.items()
    )


def seen_together() -> tuple[pl.Expr, ...]:
    """What several of SEEN are together; null where none says it."""
    added = (pl.when(pl.col(name).count() > 0).then(pl.col(name).sum()).alias(name) for name in SEEN[:2])
    return (*added, pl.col("first_seen").min(), pl.col("last_seen").max())


def _both_ends() -> pl.Expr:
    return pl.col("source_no").is_not_null() & pl.col("target_no").is_not_null()


def _understand(claims: pl.DataFrame) -> pl.DataFrame:
    """Let the relation's words decide kind and direction where they are known."""
    texts = claims.select("relation_type").unique().drop_nulls().get_column("relation_type").to_list()
    readings = [read_relation(text) for text in texts]
    table = pl.DataFrame(
        {
            "relation_type": texts,
            "said": [reading.kind for reading in readings],
            "backward": [reading.backward for reading in readings],
        },
        schema={"relation_type": pl.String, "said": pl.String, "backward": pl.Boolean},
    )
    read = claims.join(table, on="relation_type", how="left", maintain_order="left")
    turned = pl.col("backward").fill_null(False)
    swapped = [
        pl.when(turned).then(f"{other}_{part}").otherwise(f"{side}_{part}").alias(f"{side}_{part}")
        for side, other in (SIDES, SIDES[::-1])
        for part in ("text", "other", "asset_no", "process")
    ]
    # A claim that already says how (an own attribute, traffic) keeps its kind; the words only turn it.
    kind = pl.when(pl.col("kind") == "relation").then(pl.coalesce("said", "kind")).otherwise("kind")
    return read.with_columns(kind.alias("kind"), *swapped).drop("said", "backward")


def _attach(claims: pl.DataFrame, known: Directory) -> pl.DataFrame:
    for side in SIDES:
        claims = _attach_side(claims, side, known)
    return claims


def _elsewhere(resolved: pl.DataFrame, known: Directory) -> pl.DataFrame:
    """What carries nothing does not run on itself: a host that only its own record answers to is nobody's yet."""
    carriers = known.types.filter(pl.col("asset_type").is_in([str(kind) for kind in CARRIERS]))["asset_no"]
    itself = (pl.col("source_no") == pl.col("target_no")) & ~pl.col("source_no").is_in(carriers.implode())
    open_still = (itself & (pl.col("kind") == "runs_on") & pl.col("target_asset_no").is_null()).fill_null(False)
    asked_for = plain(pl.coalesce("target_text", "target_other"))
    missing = pl.when(is_address(asked_for)).then(pl.lit(NO_SUCH_ADDRESS)).otherwise(pl.lit(NO_SUCH_NAME))
    return resolved.with_columns(
        target_no=pl.when(~open_still).then("target_no"),
        target_reason=pl.when(open_still).then(missing).otherwise("target_reason"),
    )


def _attach_side(claims: pl.DataFrame, side: str, known: Directory) -> pl.DataFrame:
    """Add {side}_no, _reason, _found_by, _chosen and _candidates."""
    first = _resolve_texts(claims, f"{side}_text", side, known)
    second = _resolve_texts(claims, f"{side}_other", side, known)
    given, use_second = pl.col("given").is_not_null(), first["asset_no"].is_null() & second["asset_no"].is_not_null()
    both = first.with_columns(given=claims[f"{side}_asset_no"], use_second=use_second)
    columns = ("asset_no", "reason", "found_by", "chosen", "candidates")
    either = both.with_columns(
        pl.when("use_second").then(second[name]).otherwise(pl.col(name)).alias(name) for name in columns
    )
    return claims.with_columns(
        either.select(
            pl.coalesce("given", "asset_no").alias(f"{side}_no"),
            pl.when(given).then(None).otherwise("reason").alias(f"{side}_reason"),
            pl.when(given).then(pl.lit("record")).otherwise("found_by").alias(f"{side}_found_by"),
            (pl.col("chosen") & ~given).alias(f"{side}_chosen"),
            pl.col("candidates").alias(f"{side}_candidates"),
        ).get_columns()
    )


def _resolve_texts(claims: pl.DataFrame, column: str, side: str, known: Directory) -> pl.DataFrame:
    """One answer per claim, resolved once per distinct text, kind and file."""
    if claims[column].null_count() == claims.height:
        return claims.select(
            pl.col(column).cast(pl.Int64).alias("asset_no"),
            pl.lit(BLANK).alias("reason"),
            pl.lit(None, pl.String).alias("found_by"),
            pl.lit(False).alias("chosen"),
            pl.lit([], pl.List(pl.Int64)).alias("candidates"),
        )
    wanted = {kind: [str(name) for name in getattr(entry, side)] for kind, entry in EVIDENCE.items()}
    types = pl.DataFrame(
        {"kind": list(wanted), "wanted": list(wanted.values())},
        schema={"kind": pl.String, "wanted": pl.List(pl.String)},
    )
    key = ("text", "kind", "file_ref", "day")
    asked = claims.select(pl.col(column).alias("text"), *key[1:])
    distinct = asked.unique().with_row_index("end").with_columns(pl.col("end").cast(pl.Int64))
    answers = resolve(distinct.join(types, on="kind", how="left"), known)
    keyed = distinct.join(answers, on="end")
    return asked.join(keyed, on=key, how="left", nulls_equal=True, maintain_order="left")


def _seen(claims: pl.DataFrame) -> pl.DataFrame:
    """What some resolved claims say of edges: EDGE_KEY and _SHOWN with count, sure, first_record_id and SEEN."""
    base = pl.col("kind").replace_strict({kind: entry.confidence for kind, entry in EVIDENCE.items()}, default=0.5)
    unsure = [(pl.col(f"{side}_chosen") | (pl.col(f"{side}_found_by") == "short_name")).cast(pl.Int8) for side in SIDES]
    claims = claims.with_columns(
        sure=base * pl.lit(LESS_SURE).pow(unsure[0] + unsure[1]),
        found_by=pl.concat_str("source_found_by", pl.lit("/"), "target_found_by"),
    )
    summed = (pl.col("count").sum(), pl.col("sure").max(), pl.col("record_id").min().alias("first_record_id"))
    return claims.group_by(*EDGE_KEY, *_SHOWN).agg(*summed, *seen_together())


def _processes(claims: pl.DataFrame) -> pl.DataFrame:
    """EDGE_KEY and PROCESSES of the claims that name the process at an end. Few do, so these are put together apart."""
    named = claims.filter(pl.any_horizontal(pl.col(name).is_not_null() for name in PROCESSES))
    return named.select(*EDGE_KEY, *PROCESSES).unique()


def _with_processes(edges: pl.DataFrame, named: pl.DataFrame) -> pl.DataFrame:
    """`edges` with the processes at each end, in the order of the alphabet."""
    several = {name: pl.col(name).drop_nulls().str.split(BETWEEN_NAMES).explode() for name in PROCESSES}
    listed = [names.unique().sort().head(_PROCESSES_SHOWN).alias(f"{name}es") for name, names in several.items()]
    found = named.group_by(EDGE_KEY).agg(listed)
    joined = edges.join(found, on=EDGE_KEY, how="left", nulls_equal=True, maintain_order="left")
    lists = (pl.col(f"{name}es") for name in PROCESSES)
    return joined.with_columns(pl.when(names.list.len() > 0).then(names) for names in lists)


def _merge(parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """The edges of what several parts say of them (`_seen`)."""
    seen = pl.concat(parts)
    shown = seen.select(_SHOWN).unique().sort(_SHOWN).with_row_index("shown")
    numbered = seen.join(shown, on=_SHOWN, how="left", nulls_equal=True)
    summed = (pl.col("count").sum(), pl.col("sure").max(), pl.col("first_record_id").min(), *seen_together())
    # What one part says is added up already.
    merged = numbered.group_by(*EDGE_KEY, "shown").agg(summed) if len(parts) > 1 else numbered.drop(_SHOWN)
    told = _told(merged, shown)
    doubt = (1 - pl.col("sure")) * pl.when(pl.col("files") > 1).then(DOUBT_LEFT_BY_SECOND_FILE).otherwise(1)
    return told.sort(EDGE_KEY).select(
        *EDGE_KEY, "count", (1 - doubt).round(4).alias("confidence"), "evidence", "told_by", *SEEN
    )


def _told(merged: pl.DataFrame, shown: pl.DataFrame) -> pl.DataFrame:
    """One row per edge with `evidence` and `files`. Most edges show one thing only: lists are made for the others."""
    single = shown.with_columns(file_ref=pl.concat_list("file_ref")).with_columns(
        pl.concat_list("found_by"), pl.concat_list("relation_type")
    )
    alone = merged.select(pl.len().over(EDGE_KEY) == 1).to_series()
    one = merged.filter(alone).join(_in_words(single), on="shown")
    one = one.with_columns(told_by=pl.concat_list("first_record_id"))
    several = merged.filter(~alone).join(shown, on="shown")
    listed = several.group_by(EDGE_KEY).agg(
        pl.col("count").sum(),
        pl.col("sure").max(),
        pl.col("first_record_id").unique().sort().head(_TOLD_BY).alias("told_by"),
        *seen_together(),
        *(pl.col(name) for name in _SHOWN),
    )
    columns = (*EDGE_KEY, "count", "sure", "told_by", *SEEN, "files", "evidence")
    return pl.concat([one.select(columns), _in_words(listed).select(columns)])


def _in_words(lists: pl.DataFrame) -> pl.DataFrame:
    """Numbers of files only: their references follow the order of arrival, which must not show in the result."""
    found = lists.with_columns(
        pl.col("file_ref").list.drop_nulls().list.n_unique().alias("files"),
        pl.col("found_by").list.unique().list.sort(),
        pl.col("relation_type").list.drop_nulls().list.unique().list.sort().alias("relation_types"),
    )
    return found.with_columns(pl.struct("files", "found_by", "relation_types").struct.json_encode().alias("evidence"))


def _unresolved(claims: pl.DataFrame) -> pl.DataFrame:
    sides = [
        claims.filter(pl.col(f"{side}_no").is_null()).select(
            pl.coalesce(f"{side}_text", f"{side}_other").fill_null("").alias("end_text"),
            pl.lit(side).alias("side"),
            "kind",
            pl.col(f"{side}_reason").alias("reason"),
            "count",
            pl.col(f"{side}_candidates").alias("candidates"),
        )
        for side in SIDES
    ]
    return _together(pl.concat(sides))


def _together(ends: pl.DataFrame) -> pl.DataFrame:
    key = ("end_text", "side", "kind", "reason")
    return ends.group_by(key, maintain_order=True).agg(pl.col("count").sum(), pl.col("candidates").first()).sort(key)
