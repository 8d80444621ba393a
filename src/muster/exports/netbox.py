"""What both NetBox forms share: statuses, tags and the lengths of fields."""

import polars as pl

from muster.exports.target import Column, Loss

SLUG = r"^[-a-zA-Z0-9_]+$"
DESCRIPTION, NAME, SERIAL = 200, 64, 50  # characters, as the models have them


def status(words: dict[str, str], near: dict[str, str], powered: dict[str, str]) -> Column:
    """The status: of the life cycle where it is known, else of the power state. `near` words say almost the same."""
    life = pl.col("lifecycle_status")
    text = pl.when(life.is_not_null()).then(life.replace_strict(words | near, default=None, return_dtype=pl.String))
    told = text.otherwise(pl.col("power_state").replace_strict(powered, default=None, return_dtype=pl.String))
    altered = Loss("lifecycle_status", life.is_in(list(near)), pl.concat_str(pl.lit("written as "), told))
    unsaid = f"status takes {', '.join(dict.fromkeys(words.values()))}"
    return Column("status", told, ("lifecycle_status",), unsaid=unsaid, losses=(altered,), required=True)


def tags() -> Column:
    """Tags are slugs of tags that NetBox has; a tag of other characters is none."""
    slugs = pl.col("tags").list.eval(pl.element().filter(pl.element().str.contains(SLUG)))
    why = "a tag is written by its slug: letters, digits, hyphens and underscores"
    text = pl.when(slugs.list.len() > 0).then(slugs.list.join(","))
    lost = Loss("tags", (slugs.list.len() < pl.col("tags").list.len()) & text.is_not_null(), why)
    return Column("tags", text, ("tags",), unsaid=why, losses=(lost,))
