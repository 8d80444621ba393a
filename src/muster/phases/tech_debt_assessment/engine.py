"""The product of a database whose source has no column for it: model, software or system name it all the same."""

import re

import polars as pl

from muster.phases.tech_debt_assessment.family import named, plain
from muster.phases.tech_debt_assessment.lifecycle import software
from muster.vocabulary.kinds import AssetType

ELSEWHERE = ("model", "software_name", "os_name")
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
    told = [(*row, named_engine) for row in texts if (named_engine := engine_of(*row))]
    if not told:
        return assets
    schema = {**dict.fromkeys(ELSEWHERE, pl.String), "told_engine": pl.String}
    table = pl.DataFrame(told, schema=schema, orient="row")
    joined = assets.join(table, on=list(ELSEWHERE), how="left", nulls_equal=True, maintain_order="left")
    engine = pl.when(lacking).then("told_engine").otherwise("database_engine").alias("database_engine")
    return joined.with_columns(engine).drop("told_engine")


def engine_of(model: str | None, software_name: str | None, os_name: str | None) -> str | None:
    """The text that names the one database product the three speak of. What is judged as software is left to that."""
    installed = None if software(software_name).product is not None else software_name
    found = {text: product for text in (model, installed, os_name) if text and (product := _product(plain(text)))}
    return next(iter(found)) if len(set(found.values())) == 1 else None


def _product(text: str) -> str | None:
    found = named("database", text)
    if found is None or named("os", text.removesuffix(found.rest) + found.after) is not None:
        return None
    if found.family.product == "oracle-database" and not _ORACLE.search(text):
        return None
    return found.family.product
