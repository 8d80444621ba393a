"""What several targets ask of a machine: whether it is a server, whether it is virtual, what it is called on the
network, which release of its system it runs.
"""

from collections.abc import Sequence

import polars as pl

from muster.exports.columns import written
from muster.exports.target import Column, Loss
from muster.vocabulary import named_release
from muster.vocabulary.kinds import AssetType

SERVERS = (AssetType.SERVER, AssetType.VIRTUAL_MACHINE, AssetType.HYPERVISOR, AssetType.CLOUD_RESOURCE)


def of_types(types: Sequence[AssetType], column: str = "asset_type") -> pl.Expr:
    """True for assets of these types."""
    return pl.col(column).is_in([kind.value for kind in types])


def refusal(types: Sequence[AssetType]) -> pl.Expr:
    """Why an asset of another type does not belong in a file of these types."""
    words = ", ".join(kind.value for kind in types)
    return pl.concat_str(pl.lit(f"this file takes {words}; it is of type "), pl.col("asset_type"))


def is_virtual() -> pl.Expr:
    """Whether the machine is virtual, null where nothing says so."""
    by_type = pl.when(pl.col("asset_type") == AssetType.VIRTUAL_MACHINE.value).then(True)
    physical = pl.when(pl.col("asset_type").is_in([AssetType.HYPERVISOR.value])).then(False)
    return pl.coalesce(pl.col("is_virtual"), by_type, physical)


def first_label() -> pl.Expr:
    """The host's own part of its full name."""
    return pl.col("fqdn").str.split_exact(".", 1).struct.field("field_0")


def host_name(header: str, *, required: bool = False) -> Column:
    """A column for the full name where it is that of the host name, else for the host name."""
    agrees = pl.col("fqdn").is_not_null() & (pl.col("hostname").is_null() | (pl.col("hostname") == first_label()))
    text = pl.when(agrees).then(pl.col("fqdn")).otherwise(pl.col("hostname"))
    other = Loss(
        "fqdn", ~agrees & pl.col("fqdn").is_not_null(), f"{header} holds one name, and the host name differs from it"
    )
    return Column(header, text, ("hostname", "fqdn"), losses=(other,), required=required)


def release_in_name() -> pl.Expr:
    """The release that the system's name tells; null where it tells none, or leaves it open."""
    bare = pl.col("os_name").str.replace_all(named_release.BITS, "")
    told = bare.str.extract(named_release.RELEASE, 1)
    return pl.when(~pl.col("os_name").str.contains(named_release.OPEN)).then(told)


def os_version(header: str) -> Column:
    """A column for the system's version: as sources state it, else as the system's name tells it."""
    return Column(header, pl.coalesce(written("os_version"), release_in_name()), ("os_version",))
