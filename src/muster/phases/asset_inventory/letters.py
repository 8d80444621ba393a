"""Names that were almost typed right: a name alone with two letters swapped, one lost, or other dashes, finds what it
can mean.

Only a record that says nothing but a name looks for such a machine, so that the letters are looked at for few names.
"""

from collections.abc import Iterator

import polars as pl

from muster.phases.asset_inventory.agreement import SHORTEST_TYPO, lost_letter, swapped, written_otherwise
from muster.phases.asset_inventory.components import BARE, HOST, ROWS, SYSTEM, TOLD, Components

NUMBERS = ("uuid_no", "serial_no", "tag_no", "sid_key", "full_key")
AT_ONCE = 100_000  # names whose shortened forms are held at one time


def letters_keys(nodes: pl.DataFrame) -> pl.Series:
    """The numbers of every node: two nodes have one in common where a name alone is almost the other's name.

    `nodes`: the numbers of nodes.py, and the words host, alias, family, macs, ips, address_name.
    """
    named = nodes.select(
        name=pl.when(pl.col("family") == "hardware").then(pl.coalesce("host", "alias")),
        bare=_bare(),
    ).with_row_index("at")
    if not named["bare"].any():
        return pl.repeat(None, nodes.height, dtype=pl.List(pl.Int64), eager=True)
    keyed = almost_equal(named).group_by("at").agg(pl.col("key").sort())
    return named.join(keyed, on="at", how="left", maintain_order="left")["key"]


def almost_equal(named: pl.DataFrame) -> pl.DataFrame:
    """(at, key) of the names that a name alone may have been meant to be, and of that name. `named`: at, name, bare."""
    names = named.filter(pl.col("name").is_not_null()).group_by("name").agg(pl.col("bare").any())
    if not names["bare"].any():
        return pl.DataFrame(schema={"at": named.schema["at"], "key": pl.Int64()})
    names = names.with_columns(
        last=pl.col("name").str.slice(-1),
        figures=pl.col("name").str.replace_all("[^0-9]+", ""),
        frame=pl.col("name").str.replace_all("[a-z]+", "a"),
    )
    keyed = pl.concat([_same_letters(names), _one_letter_less(_like_bare(names, "frame")), _plainest(names)])
    return named.select("at", "name").join(keyed, on="name").select("at", "key")


def _like_bare(names: pl.DataFrame, shape: str) -> pl.DataFrame:
    """The names that end as a name alone does and are of its shape."""
    return names.join(names.filter("bare").select("last", shape).unique(), on=["last", shape], how="semi")


def _key(*parts: pl.Expr) -> pl.Expr:
    return (pl.struct(*parts).hash(seed=5) // 4).cast(pl.Int64)


def _plainest(names: pl.DataFrame) -> pl.DataFrame:
    """(name, key): names that are written otherwise; see agreement.written_otherwise."""
    form = pl.col("name")
    for _ in range(2):  # a figure between two dashes is looked at from both sides
        form = form.str.replace_all(r"(\d)[ _-]+(\d)", "$1~$2")
    form = form.str.replace_all("[ _-]+", "").str.replace_all(r"(^|[^0-9])0+([0-9])", "$1$2").alias("plainest")
    keyed = names.select("name", "bare", key=_key(form))
    return keyed.filter(pl.col("key").is_duplicated()).filter(pl.col("bare").any().over("key")).drop("bare")


def _same_letters(names: pl.DataFrame) -> pl.DataFrame:
    """(name, key): names of the same letters in another order; their figures stand in one order."""
    looked = _like_bare(names, "figures")
    letters = pl.col("name").str.split("").list.sort().list.join("").alias("letters")
    keyed = looked.select("name", "bare", key=_key(pl.col("figures"), pl.col("last"), letters))
    return keyed.filter(pl.col("bare").any().over("key") & pl.col("key").is_duplicated()).drop("bare")


def _one_letter_less(looked: pl.DataFrame) -> pl.DataFrame:
    """(name, key): names of which the one has a letter less than the other; the key is that of the shorter."""
    whole = looked.select("name", "bare", key=_key(pl.col("name").alias("form")))
    bare, every = whole.filter("bare")["key"].implode(), whole["key"].implode()
    found = [
        forms.select("name", "bare", "key").filter(
            pl.col("key").is_in(bare) | (pl.col("bare") & pl.col("key").is_in(every))
        )
        for forms in shortened(looked)
    ]
    short = pl.concat([whole.clear(), *found])
    met = whole.filter(pl.col("key").is_in(short["key"].implode()))
    return pl.concat([short, met]).select("name", "key").unique()


def shortened(looked: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """The rows of `looked`, once for every form of their name that has one letter less between letters: key."""
    longer = looked.filter(pl.col("name").str.len_chars() > SHORTEST_TYPO)
    for part in longer.iter_slices(AT_ONCE):
        each = part.with_columns(place=pl.int_ranges(1, pl.col("name").str.len_chars() - 1)).explode("place")
        around = pl.col("name").str.slice(pl.col("place") - 1, 3)
        each = each.filter(around.str.contains("^[a-z]{3}$"))
        form = pl.col("name").str.slice(0, pl.col("place")) + pl.col("name").str.slice(pl.col("place") + 1)
        yield each.with_columns(key=_key(form.alias("form"))).drop("place").unique()


def _bare() -> pl.Expr:
    """True for nodes that say nothing of who they are but one name."""
    nothing = [pl.col(number) == 0 for number in NUMBERS]
    nothing += [pl.col(word).is_null() for word in ("macs", "ips", "address_name")]
    one_name = pl.col("host").is_null() | pl.col("alias").is_null() | (pl.col("host") == pl.col("alias"))
    return pl.all_horizontal(nothing) & one_name & (pl.col("family") == "hardware")


RULES = {"written_otherwise": written_otherwise, "swapped_letters": swapped, "lost_letter": lost_letter}


def join_mistyped(nodes: pl.DataFrame, parts: Components, allowed: frozenset[str]) -> None:
    """Join every name alone, of one record, to the one component of almost that name that its list does not have.

    `allowed`: which of RULES are in force.
    """
    names = nodes.select("no", key="letters_keys", name=pl.coalesce("host", "alias"), bare=_bare())
    keyed = names.filter(pl.col("key").is_not_null()).explode("key")
    several = keyed.filter(pl.col("name").n_unique().over("key") > 1)
    lonely = several.filter("bare").select("key", lonely="no", called="name")
    near = lonely.join(several.select("key", "no", "name"), on="key")
    for (node,), rows in near.sort("lonely", "no").group_by(["lonely"], maintain_order=True):
        alone = int(str(node))
        if len(parts.within(parts.find(alone))) == 1:
            _join_lonely(alone, rows, parts, allowed)


def _join_lonely(lonely: int, near: pl.DataFrame, parts: Components, allowed: frozenset[str]) -> None:
    """Whether it is that one, not the next of a row of its own, its list says: it names a thing once."""
    like: dict[int, str] = {}
    others = near.filter(pl.col("name") != pl.col("called")).select("no", "name", "called")
    for node, name, called in others.unique(maintain_order=True).iter_rows():
        for rule in (rule for rule, almost in RULES.items() if rule in allowed and almost(name, called)):
            like.setdefault(parts.find(node), rule)
    named_so = near.filter(pl.col("name") == pl.col("called"))["no"].to_list()
    if len(like) == 1 and all(parts.find(node) == parts.find(lonely) for node in named_so):
        root, rule = like.popitem()
        parts.join_unless(root, lonely, rule, BARE & ~HOST | ROWS | TOLD | SYSTEM)
