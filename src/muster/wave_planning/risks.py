"""What may go wrong in each wave, and what to do about it: counted from the plan, never guessed."""

from collections.abc import Sequence

import polars as pl

from muster.wave_planning.estate import Estate

SCHEMA = pl.Schema({"wave": pl.Int64, "risk": pl.String, "mitigation": pl.String, "assets": pl.Int64})


def risks(assets: pl.DataFrame, broken: pl.DataFrame, estate: Estate, cut: Sequence[Sequence[int]]) -> pl.DataFrame:
    """wave, risk, mitigation, assets (how many it concerns); in order of wave, the widest first."""
    cycles = [number for loop in cut for number in loop]
    crossing = _crossing(assets, estate)
    late = broken.filter(pl.col("condition") == "target_not_later").select("asset_no").unique()
    found = [
        _count(assets.filter(~pl.col("known_environment")), "environment unknown, counted as production",
               "Ask for the environment of these assets before the wave is fixed."),
        _count(assets.filter(~pl.col("known_criticality")), "criticality unknown, counted as medium",
               "Let the application owners rate them; a critical system may stand in an early wave."),
        _count(assets.filter("machine", pl.col("gigabytes").is_null()), "size on disk unknown, counted as nothing",
               "Ask for used storage of these machines before terabytes of a wave are promised."),
        _count(assets.filter(~pl.col("known_dependencies")), "no dependency is known",
               "Collect connections (ss, netstat, flow logs) of these hosts for some weeks; silence is no proof."),
        _count(assets.filter(pl.col("asset_no").is_in(cycles)), "part of a cycle that is larger than a wave",
               "Keep a low-latency connection between both sites until all of the cycle has moved."),
        _count(assets.join(late, on="asset_no", how="semi"), "needs what moves later",
               "Keep its calls to the old site open until the target's wave is done."),
        _count(crossing, "uses, or is used by, what is not in its wave",
               "Test these connections across both sites before the cutover, and watch their latency after it."),
        _count(assets.filter("shared"), "a service that much of the estate uses",
               "Build it anew on the target side first and retire the old one after the last wave."),
    ]  # fmt: skip
    return pl.concat(found).sort(["wave", "assets", "risk"], descending=[False, True, False])


def _count(rows: pl.DataFrame, risk: str, mitigation: str) -> pl.DataFrame:
    counted = rows.group_by("wave").agg(assets=pl.len().cast(pl.Int64))
    return counted.select("wave", risk=pl.lit(risk), mitigation=pl.lit(mitigation), assets="assets").cast(SCHEMA)


def _crossing(assets: pl.DataFrame, estate: Estate) -> pl.DataFrame:
    waves = assets.select("asset_no", "wave")
    ends = estate.needs.join(waves.rename({"asset_no": "source_no"}), on="source_no").join(
        waves.rename({"asset_no": "target_no", "wave": "other"}), on="target_no"
    )
    apart = ends.filter(pl.col("wave") != pl.col("other"))
    touched = pl.concat([apart.select(asset_no="source_no"), apart.select(asset_no="target_no")]).unique()
    return assets.join(touched, on="asset_no", how="semi")
