"""Names of the same letters in another order: a name alone that was mistyped finds the one machine it can mean.

Only a record that says nothing but a name looks for such a machine, so that the letters are sorted for few names.
"""

import polars as pl

from muster.phases.asset_inventory.agreement import swapped
from muster.phases.asset_inventory.components import BARE, HOST, ROWS, Components

NUMBERS = ("uuid_no", "serial_no", "tag_no", "sid_key", "full_key")


def letters_keys(nodes: pl.DataFrame) -> pl.Series:
    """One number per node: equal for names of the same letters; 0 where no name alone looks for such a one.

    `nodes`: the numbers of nodes.py, and the words host, alias, family, macs, ips, address_name.
    """
    named = nodes.select(
        name=pl.when(pl.col("family") == "hardware").then(pl.coalesce("host", "alias")),
        bare=_bare(),
    ).with_row_index("at")
    if not named["bare"].any():
        return pl.repeat(0, nodes.height, dtype=pl.Int64, eager=True)
    keyed = same_letters(named)
    return named.join(keyed, on="at", how="left", maintain_order="left")["key"].fill_null(0)


def same_letters(named: pl.DataFrame) -> pl.DataFrame:
    """(at, key) of the names that have the letters of a name alone in another order. `named`: at, name, bare."""
    name = pl.col("name")
    frame = pl.concat_str(
        name.str.len_chars(), name.str.slice(0, 1), name.str.slice(-1), name.str.replace_all("[a-z]+", "a")
    )
    framed = named.filter(name.is_not_null()).with_columns(frame=frame.hash(seed=5))
    looked = framed.filter(pl.col("frame").is_in(framed.filter("bare")["frame"].unique().implode()))
    letters = pl.col("name").str.split("").list.sort().list.join("")
    keyed = looked.select("at", "bare", key=(pl.concat_str("frame", letters).hash(seed=5) // 4).cast(pl.Int64))
    return keyed.filter(pl.col("bare").any().over("key")).drop("bare")


def _bare() -> pl.Expr:
    """True for nodes that say nothing of who they are but one name."""
    nothing = [pl.col(number) == 0 for number in NUMBERS]
    nothing += [pl.col(word).is_null() for word in ("macs", "ips", "address_name")]
    one_name = pl.col("host").is_null() | pl.col("alias").is_null() | (pl.col("host") == pl.col("alias"))
    return pl.all_horizontal(nothing) & one_name & (pl.col("family") == "hardware")


def join_swapped(nodes: pl.DataFrame, parts: Components) -> None:
    """Join every name alone, of one record, to the one component of almost that name that its list does not have."""
    names = nodes.select("no", key="letters_key", name=pl.coalesce("host", "alias"), bare=_bare())
    keyed = names.filter(pl.col("key") != 0)
    several = keyed.filter(pl.col("name").n_unique().over("key") > 1).sort("no")
    for (_,), group in several.group_by(["key"], maintain_order=True):
        called = dict(group.select("no", "name").iter_rows())
        for lonely in group.filter("bare")["no"].to_list():
            if len(parts.within(parts.find(lonely))) == 1:
                _join_lonely(lonely, called, parts)


def _join_lonely(lonely: int, called: dict[int, str], parts: Components) -> None:
    """Whether it is that one, not the next of a row of its own, its list says: it names a thing once."""
    like = {parts.find(node) for node, name in called.items() if swapped(name, called[lonely])}
    if len(like) == 1:
        parts.join_unless(like.pop(), lonely, "swapped_letters", BARE & ~HOST | ROWS)
