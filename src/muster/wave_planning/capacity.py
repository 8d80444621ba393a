"""What a wave, and a window within it, can take: machines, terabytes to move, applications."""

from dataclasses import dataclass
from math import inf

import polars as pl

from muster.vocabulary.errors import UsageError

Load = tuple[float, float, float]  # machines, terabytes, applications
NOTHING: Load = (0.0, 0.0, 0.0)
MEASURES = ("machines", "terabytes", "applications")


@dataclass(frozen=True, slots=True)
class Capacity:
    """The most of each measure; None is no limit. Raises UsageError where nothing would fit."""

    machines: int | None = None
    terabytes: float | None = None
    applications: int | None = None

    def __post_init__(self) -> None:
        if any(limit is not None and limit <= 0 for limit in (self.machines, self.terabytes, self.applications)):
            raise UsageError("A capacity of nothing moves nothing; leave it out for no limit.")

    @property
    def limits(self) -> Load:
        """The limits with infinity for none."""
        told = (self.machines, self.terabytes, self.applications)
        machines, terabytes, applications = (inf if limit is None else float(limit) for limit in told)
        return machines, terabytes, applications


def together(one: Load, other: Load) -> Load:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]


def within(load: Load, limits: Load) -> bool:
    """Whether it fits, but for the rounding of sums."""
    return all(amount <= limit + 1e-9 for amount, limit in zip(load, limits, strict=True))


def measured() -> list[pl.Expr]:
    """MEASURES of a group of assets of whole units. A unit of software without machines (an application of which only
    the name is known) counts as one, since it runs somewhere; one of neither counts none. What has no known size counts
    no terabytes.
    """
    without = pl.col("unit").filter("software", ~pl.col("machine").any().over("unit")).n_unique()
    return [
        (pl.col("machine").sum() + without).cast(pl.Int64).alias("machines"),
        (pl.col("gigabytes").sum() / 1000).round(3).alias("terabytes"),
        pl.col("application").drop_nulls().n_unique().cast(pl.Int64).alias("applications"),
    ]
