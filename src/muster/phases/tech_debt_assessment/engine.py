"""The product of a database whose source has no column for it: model, software or system name it all the same."""

import re
from collections.abc import Sequence

import polars as pl

from muster.phases.tech_debt_assessment.family import named, plain
from muster.phases.tech_debt_assessment.lifecycle import software
from muster.vocabulary.kinds import AssetType

ELSEWHERE = ("software_name", "model", "os_name")
# 'Oracle Server X5-2' is a machine: the vendor's name alone is not its database's.
_ORACLE = re.compile(
    r"oracle (?:database|db\b|rdbms|enterprise edition|standard edition|se\d?\b|ee\b)|oracle ?\d+ ?(?:ai|[cgi])\b"
)


def with_engines(assets: pl.DataFrame) -> pl.DataFrame:
    """`assets` with database_engine filled for databases that lack it, where the other columns name one product.

    `assets`: asset_type, database_engine and the columns of ELSEWHERE. Two different products, or a text that names an
    operating system or a machine, fill nothing.
    """
    lacking = (pl.col("asset_type") == str(AssetType.DATABASE)) & pl.col("database_engine").is_null()
    texts = assets.filter(lacking).select(ELSEWHERE).unique().rows()
    told = [(*row, engine) for row in texts if (engine := engine_of(row))]
    if not told:
        return assets
    schema = {**dict.fromkeys(ELSEWHERE, pl.String), "told_engine": pl.String}
    table = pl.DataFrame(told, schema=schema, orient="row")
    joined = assets.join(table, on=list(ELSEWHERE), how="left", nulls_equal=True, maintain_order="left")
    engine = pl.when(lacking).then("told_engine").otherwise("database_engine").alias("database_engine")
    return joined.with_columns(engine).drop("told_engine")


def engine_of(texts: Sequence[str | None]) -> str | None:
    """The text among software name, model and system that names the one database product they speak of."""
    found = {text: product for text in texts if text and (product := _product(text))}
    return next(iter(found)) if len(set(found.values())) == 1 else None


def _product(text: str) -> str | None:
    if software(text).product is not None:
        return None  # judged as software already
    family = named("database", plain(text))
    if family is None or named("os", plain(text)) is not None:
        return None
    if family.family.product == "oracle-database" and not _ORACLE.search(plain(text)):
        return None
    return family.family.product
