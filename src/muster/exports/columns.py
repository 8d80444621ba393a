"""The kinds of columns that targets are made of: each says how a cell is written and what of the attribute is lost by
it.
"""

from collections.abc import Mapping

import polars as pl

from muster.exports.target import Column, Loss
from muster.vocabulary.attributes import attributes

EXACT = 2**53  # whole numbers beyond it are not all numbers of a float


def figure(value: pl.Expr) -> pl.Expr:
    """A number as text: without a fraction where it has none."""
    whole = (value == value.floor()) & (value.abs() < EXACT)
    return pl.when(whole).then(value.cast(pl.Int64, strict=False).cast(pl.String)).otherwise(value.cast(pl.String))


def instant(value: pl.Expr) -> pl.Expr:
    """A point in time as text, to the second where it has no parts of one."""
    even = value.dt.microsecond() == 0
    plain, fine = value.dt.strftime("%Y-%m-%d %H:%M:%S"), value.dt.strftime("%Y-%m-%d %H:%M:%S.%6f")
    return pl.when(even).then(plain).otherwise(fine)


def written(attribute: str, separator: str = ";") -> pl.Expr:
    """An attribute of the catalogue as text, whatever its type; members of lists parted by `separator`."""
    known, value = attributes()[attribute], pl.col(attribute)
    if known.multi_valued:
        return pl.when(value.list.len() > 0).then(value.list.join(separator))
    if known.type in ("number", "money"):
        return figure(value)
    if known.type == "boolean":
        return pl.when(value).then(pl.lit("true")).when(~value).then(pl.lit("false"))
    if known.type == "datetime":
        return instant(value)
    return value.cast(pl.String)


def plain(header: str, attribute: str, *, required: bool = False, longest: int | None = None) -> Column:
    """The attribute as it is."""
    return Column(header, written(attribute), (attribute,), required=required, longest=longest)


def blank(header: str) -> Column:
    """A column that the inventory has nothing for; it stands for the vendor's sake."""
    return Column(header, pl.lit(None, pl.String))


def fixed(header: str, value: str) -> Column:
    """The same text in every row."""
    return Column(header, pl.lit(value))


def first_of(header: str, *attributes_: str, required: bool = False, longest: int | None = None) -> Column:
    """The first of several attributes that has a value; where another has one too, that one is lost."""
    main, *others = attributes_
    text = pl.coalesce(written(name) for name in attributes_)
    spare = tuple(
        Loss(name, pl.col(name).is_not_null(), _instead(header, main, name)) for name in others if name != main
    )
    return Column(header, text, (main, *others), losses=spare, required=required, longest=longest)


def _instead(header: str, main: str, other: str) -> pl.Expr:
    said = pl.lit(f"the column {header} is for {main}; ")
    return pl.concat_str(
        said,
        pl.when(pl.col(main).is_null()).then(pl.lit(f"{other} stands there in its place")).otherwise(
            pl.lit(f"{other} has none")
        ),
    )  # fmt: skip


def whole(header: str, attribute: str, *, times: int = 1, required: bool = False) -> Column:
    """A figure that the vendor takes without a fraction; `times` converts its unit."""
    value = pl.col(attribute).cast(pl.Float64) * times
    rounded = (value + 0.5).floor()
    text = figure(rounded)
    why = pl.concat_str(pl.lit(f"{header} takes whole numbers: written as "), text)
    return Column(header, text, (attribute,), losses=(Loss(attribute, value != rounded, why),), required=required)


def number(header: str, attribute: str, *, over: int = 1, required: bool = False) -> Column:
    """A figure; `over` converts its unit."""
    value = pl.col(attribute).cast(pl.Float64)
    return Column(header, figure(value / over if over != 1 else value), (attribute,), required=required)


def joined(header: str, attribute: str, separator: str, *, most: int | None = None) -> Column:
    """A list in one cell. A member that holds the separator would become two, so it is left out."""
    members = pl.col(attribute).list.eval(
        pl.element().filter(~pl.element().str.contains(separator.strip(), literal=True))
    )
    kept = members if most is None else members.list.head(most)
    why = f"{header} parts its members by '{separator.strip()}'"
    if most is not None:
        why += f" and takes {most}"
    lost = kept.list.len() < pl.col(attribute).list.len()
    text = pl.when(kept.list.len() > 0).then(kept.list.join(separator))
    return Column(header, text, (attribute,), losses=(Loss(attribute, lost & text.is_not_null(), why),), unsaid=why)


def word(header: str, attribute: str, words: Mapping[str, str], *, required: bool = False) -> Column:
    """A closed vocabulary: the vendor's word for ours, nothing for one that the vendor has no word for."""
    text = pl.col(attribute).replace_strict(words, default=None, return_dtype=pl.String)
    unsaid = f"{header} takes {', '.join(dict.fromkeys(words.values()))}"
    return Column(header, text, (attribute,), unsaid=unsaid, required=required)


def truth(header: str, attribute: str, yes: str, no: str) -> Column:
    """A yes or a no in the vendor's words."""
    value = pl.col(attribute)
    return Column(header, pl.when(value).then(pl.lit(yes)).when(~value).then(pl.lit(no)), (attribute,))


def nearest(header: str, attribute: str, text: pl.Expr, *, unsaid: str, required: bool = False) -> Column:
    """The vendor's own wording of a value; a cell that reads otherwise than the inventory says so in the report."""
    other = text.is_not_null() & (text != pl.col(attribute))
    said = Loss(attribute, other, pl.concat_str(pl.lit("written as "), text))
    return Column(header, text, (attribute,), unsaid=unsaid, losses=(said,), required=required)
