"""Whose dump a socket dump is: it does not name its host, its local addresses do."""

from dataclasses import dataclass

import polars as pl

DUMP_SCHEMA = {"dump": pl.Int64(), "address": pl.String()}


@dataclass(frozen=True, slots=True)
class SocketHosts:
    """`hosts`: dump, host_text (an address by which its asset is found). `addresses`: host_text, own (all it has)."""

    hosts: pl.DataFrame
    addresses: pl.DataFrame


def socket_hosts(dumps: pl.DataFrame, assets: pl.DataFrame) -> SocketHosts:
    """The host of each dump: the one asset that has more of its local addresses than any other.

    `dumps`: DUMP_SCHEMA. `assets`: asset_no and any of ip_address, management_ip (lists). A dump without such an asset,
    or with two that have as many, has no host.
    """
    owned = _owned(assets)
    met = (
        dumps.with_columns(pl.col("address").str.to_lowercase().str.replace("^::ffff:", ""))
        .unique()
        .join(owned, on="address")
        .group_by("dump", "asset_no")
        .agg(pl.len().alias("shared"), pl.col("address").min().alias("host_text"))
        .filter(pl.col("shared") == pl.col("shared").max().over("dump"))
        .filter(pl.len().over("dump") == 1)
        .sort("dump")
    )
    addresses = met.join(owned, on="asset_no").select("host_text", pl.col("address").alias("own"))
    return SocketHosts(met.select("dump", "host_text"), addresses.unique().sort("host_text", "own"))


def _owned(assets: pl.DataFrame) -> pl.DataFrame:
    """Each address and the asset that has it: address, asset_no."""
    parts = [
        assets.select(pl.col(column).alias("address"), "asset_no").explode("address", empty_as_null=True)
        if isinstance(assets.schema[column], pl.List)
        else assets.select(pl.col(column).alias("address"), "asset_no")
        for column in ("ip_address", "management_ip")
        if column in assets.columns
    ]
    empty = pl.DataFrame(schema={"address": pl.String(), "asset_no": pl.Int64()})
    every = pl.concat([empty, *(part.cast({"address": pl.String, "asset_no": pl.Int64}) for part in parts)])
    return every.drop_nulls().with_columns(pl.col("address").str.to_lowercase()).unique()
