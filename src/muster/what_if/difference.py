"""What differs between two pictures of an inventory: assets, their values, edges, findings, issues, dispositions.

Assets are the same where they share records. Ids are never compared: a picture that was computed anew has other ones.
"""

from dataclasses import dataclass
from typing import Any

import orjson
import polars as pl

from muster.store.pictures import Picture

EDGE = ["source", "target", "kind", "port", "protocol"]
FINDING = ["asset", "check_name", "detail"]
ISSUE = ["import_id", "file", "sheet", "code", "rule"]


@dataclass(frozen=True, slots=True)
class AssetPairs:
    """Which asset of one picture is which of the other. `after_of` and `before_of`: each with its first counterpart."""

    pairs: pl.DataFrame
    after_of: pl.DataFrame
    before_of: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs, as it is told. `changed`: the changed assets, as listed, by their ids in the later picture."""

    told: dict[str, Any]
    changed: list[int]


def paired(before: pl.DataFrame, after: pl.DataFrame) -> AssetPairs:
    """Assets that share records, and of several counterparts the one that holds the lowest shared record."""
    shared = before.rename({"asset_id": "before"}).join(after.rename({"asset_id": "after"}), on="record_id")
    pairs = shared.group_by("before", "after").agg(pl.col("record_id").min()).sort("record_id")
    after_of = pairs.unique("before", keep="first", maintain_order=True).select("before", "after")
    before_of = pairs.unique("after", keep="first", maintain_order=True).select("before", "after")
    return AssetPairs(pairs.select("before", "after"), after_of, before_of)


def difference(before: Picture, after: Picture, limit: int = 1000) -> Difference:
    """Everything that differs: counts of all, and lists of at most `limit` each, in order of name."""
    same = paired(before.links, after.links)
    lists = {
        "created": _only(after, same.pairs["after"]),
        "vanished": _only(before, same.pairs["before"]),
        "merged": _joined(before, after, same.pairs, "after", "before", "from"),
        "split": _joined(after, before, same.pairs, "before", "after", "into"),
        "changed": _changed(before, after, same.before_of),
        **_appeared_and_gone("edges", _edges(before, same), _edges(after, None), EDGE),
        **_appeared_and_gone("findings", _findings(before, same), _findings(after, None), FINDING),
        **_appeared_and_gone("issues", before.issues, after.issues, ISSUE),
    }
    told = {
        "digest_before": before.digest,
        "digest": after.digest,
        "equal": before.digest == after.digest and not any(rows.height for rows in lists.values()),
        "assets": {"before": before.assets.height, "after": after.assets.height},
        "groups": {"before": before.groups["group_no"].n_unique(), "after": after.groups["group_no"].n_unique()},
        "counts": {name: rows.height for name, rows in lists.items()},
        "dispositions": _ledger(before.ledger, after.ledger),
        **{name: rows.head(limit).to_dicts() for name, rows in lists.items()},
    }
    changed = lists["changed"].head(limit)
    return Difference({**told, "changed": _shown(changed, before, after)}, changed["id"].to_list())


def _shown(changed: pl.DataFrame, before: Picture, after: Picture) -> list[dict[str, Any]]:
    """Changed assets as they are told: the values that changed one by one, surrogates left out."""
    old, new = before.contents.of(changed["before"].to_list()), after.contents.of(changed["id"].to_list())
    told = changed.select("name", "asset_type", "asset_id").to_dicts()
    ids = changed.select("before", "id").iter_rows()
    return [
        {**one, "attributes": changed_values(old[was], new[now])} for one, (was, now) in zip(told, ids, strict=True)
    ]


def _only(picture: Picture, known: pl.Series) -> pl.DataFrame:
    """Assets of a picture that have no counterpart in the other."""
    counted = picture.links.group_by("asset_id").agg(pl.len().alias("records"))
    rest = picture.assets.filter(~pl.col("id").is_in(known.unique().implode()))
    told = rest.join(counted, left_on="id", right_on="asset_id", how="left").sort("name", "id")
    return told.select("name", "asset_type", "records")


def _joined(many: Picture, one: Picture, pairs: pl.DataFrame, into: str, out_of: str, word: str) -> pl.DataFrame:
    """Assets of picture `one` that are several in picture `many`."""
    several = pairs.filter(pl.col(into).is_duplicated())
    names = many.assets.select(pl.col("id").alias(out_of), part=pl.format("{} ({})", "name", "asset_type"))
    parts = several.join(names, on=out_of).sort(into, "part").group_by(into, maintain_order=True)
    joined = one.assets.join(parts.agg(pl.col("part").alias(word)), left_on="id", right_on=into).sort("name", "id")
    return joined.select("name", "asset_type", word)


def _changed(before: Picture, after: Picture, same: pl.DataFrame) -> pl.DataFrame:
    """Assets that stay and say something else, with the public ids of before: those of after may never be."""
    was = before.assets.select(before="id", asset_id="public_id", was="content")
    held = after.assets.drop("public_id").join(same, left_on="id", right_on="after").join(was, on="before")
    return held.filter(pl.col("was") != pl.col("content")).sort("name", "before", "id")


def changed_values(was: str, now: str) -> list[dict[str, Any]]:
    """Attribute, before and after of whatever two contents differ in; own attributes by their full names."""
    old, new = _flat(was), _flat(now)
    names = sorted(name for name in {*old, *new} if old.get(name) != new.get(name))
    return [{"attribute": name, "before": old.get(name), "after": new.get(name)} for name in names]


def _flat(content: str) -> dict[str, Any]:
    said = orjson.loads(content)
    own = said.pop("custom", None) or {}
    return {**said, **{f"custom.{name}": value for name, value in own.items()}}


def _ends(picture: Picture, same: AssetPairs | None) -> pl.DataFrame:
    """id -> who (the asset as the later picture knows it) and its name there or here."""
    own = picture.assets.select("id", "name")
    if same is None:
        return own.with_columns(who=pl.col("id"))
    return own.join(same.after_of, left_on="id", right_on="before", how="left").select(
        "id", "name", who=pl.coalesce("after", -pl.col("id"))
    )


def _edges(picture: Picture, same: AssetPairs | None) -> pl.DataFrame:
    ends = _ends(picture, same)
    source = ends.rename({"id": "source_id", "who": "source_who", "name": "source"})
    target = ends.rename({"id": "target_id", "who": "target_who", "name": "target"})
    return picture.edges.join(source, on="source_id").join(target, on="target_id").drop("source_id", "target_id")


def _findings(picture: Picture, same: AssetPairs | None) -> pl.DataFrame:
    ends = _ends(picture, same).rename({"id": "asset_id", "who": "asset_who", "name": "asset"})
    return picture.findings.join(ends, on="asset_id").drop("asset_id")


def _appeared_and_gone(
    what: str, before: pl.DataFrame, after: pl.DataFrame, told: list[str]
) -> dict[str, pl.DataFrame]:
    """Rows that only one of two frames has. Assets are compared by who they are: a new name alone is no news."""
    who = [name for name in after.columns if name.endswith("_who")]
    named = [name.removesuffix("_who") for name in who]
    key = [name for name in after.columns if name not in named]
    rest = [name for name in after.columns if name not in (*who, *told)]
    order = [*told, *rest]
    return {
        f"{what}_added": after.join(before, on=key, how="anti").select(order).sort(order),
        f"{what}_removed": before.join(after, on=key, how="anti").select(order).sort(order),
    }


def _ledger(before: pl.DataFrame, after: pl.DataFrame) -> list[dict[str, Any]]:
    """The dispositions of every table where they differ, as they are after; of a table that is gone, all zero."""
    place = ["import_id", "file", "sheet"]
    counts = [name for name in after.columns if name not in place]
    changed = after.join(before, on=after.columns, how="anti")
    gone = before.join(after, on=place, how="anti").with_columns(pl.lit(0, pl.Int64).alias(name) for name in counts)
    rows = pl.concat([changed, gone]).sort(place).to_dicts()
    return [
        {**{name: row[name] for name in place}, "dispositions": {name: row[name] for name in counts}} for row in rows
    ]
