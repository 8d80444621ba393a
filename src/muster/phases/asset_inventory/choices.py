"""Whose word counts for which attribute: what people chose between records, and precedence given for one attribute."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from muster.phases.asset_inventory.decisions import PREFER, REPLACE, InventoryDecision, in_order
from muster.phases.asset_inventory.rules import AS_THEY_COME, Rules, with_precedence
from muster.phases.asset_inventory.survivorship import with_ranks

Meant = Mapping[InventoryDecision, Sequence[int]]
RANKED = ("rank", "level", "age", "missing")


@dataclass(frozen=True, slots=True)
class AttributeGroup:
    """Attributes for which all claims rank alike. `precedence` and `choices` (row -> choice) are theirs alone."""

    attributes: tuple[str, ...]
    precedence: Mapping[str, int] = field(default_factory=dict)
    choices: Mapping[int, int] = field(default_factory=dict)

    def ranked(self, claims: pl.DataFrame) -> pl.DataFrame:
        """`claims` in the order in which they count for these attributes."""
        if not self.precedence and not self.choices:
            return claims
        own = with_precedence(claims.drop(RANKED), self.precedence)
        return with_ranks(_with(own, self.choices) if self.choices else own)


def _with(sources: pl.DataFrame, choices: Mapping[int, int]) -> pl.DataFrame:
    own = pl.col("record_row").replace_strict(dict(choices), default=None, return_dtype=pl.Int8)
    return sources.with_columns(choice=pl.coalesce(own, "choice"))


def chosen(meant: Meant, attribute: str | None) -> dict[int, int]:
    """Row -> -1 where people chose its word, 1 where they chose against it; of one attribute, or (None) of all."""
    found: dict[int, int] = {}
    for made in in_order(meant):
        if made.kind == PREFER and (not made.attributes or attribute in made.attributes):
            found |= dict.fromkeys(meant[made], -1 if made.value == REPLACE else 1)
    return found


def with_choices(sources: pl.DataFrame, meant: Meant) -> pl.DataFrame:
    """`sources` with choice: what people chose for all attributes of a record; 0 where they did not."""
    return _with(sources.with_columns(choice=pl.lit(0, pl.Int8)), chosen(meant, None))


def attribute_groups(columns: Sequence[str], meant: Meant, rules: Rules = AS_THEY_COME) -> list[AttributeGroup]:
    """`columns` in groups whose claims rank alike; first those of which nothing of their own was said."""
    named = {name for made in meant if made.kind == PREFER for name in made.attributes}
    named |= {attribute for _, attribute in rules.precedence if attribute is not None}
    own = sorted(named & set(columns))
    groups = [AttributeGroup(tuple(name for name in columns if name not in named))]
    for name in own:
        groups.append(AttributeGroup((name,), rules.precedence_for(name), chosen(meant, name)))
    return groups
