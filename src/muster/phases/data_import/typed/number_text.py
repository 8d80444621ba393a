"""Numbers of typed files as text: whole ones without a point, as a person typed them."""

import polars as pl

EXACT = 2.0**63  # whole numbers above this keep their exponent: their digits would be invented


def number_text(value: pl.Expr) -> pl.Expr:
    """Text of floating-point numbers: 16.0 is '16', 1.5 is '1.5'; null for null and for NaN."""
    whole = (value == value.round(0)) & (value.abs() < EXACT)
    digits = value.cast(pl.Int64, strict=False).cast(pl.String)
    return pl.when(value.is_nan()).then(None).when(whole).then(digits).otherwise(value.cast(pl.String))
