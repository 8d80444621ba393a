"""Findings as the tables hold them: each different text once, and per chunk of assets the numbers of what holds of which."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from muster.store.packed_frames import packed, unpacked

CHUNK_BITS = 12  # a chunk holds the findings on 4,096 assets
TEXT = ("check_name", "severity", "message", "remedy", "confidence", "detail")
JUDGED: Mapping[str, type[pl.DataType]] = {
    "asset_no": pl.Int64,
    "content_hash": pl.Int64,
    "dependents": pl.Int64,
    "dependencies": pl.Int64,
    "carried": pl.Int64,
    "marks": pl.Int64,
}
TEXT_SCHEMA: Mapping[str, type[pl.DataType]] = {
    "id": pl.Int64,
    **dict.fromkeys(TEXT, pl.String),
    "confidence": pl.Float32,
    "assets": pl.Int64,
}
HAVING: Mapping[str, type[pl.DataType]] = {"asset_id": pl.Int64, "id": pl.Int64}
JUDGED_IN_CHUNK: Mapping[str, type[pl.DataType]] = {"chunk": pl.Int64, "judged": pl.Binary}


@dataclass(frozen=True, slots=True)
class Stood:
    """What is stored of some assets. `texts`: every text (TEXT_SCHEMA). `having` (HAVING) and `judged` (JUDGED) are
    those of the chunks of the assets `concerned`, which are judged anew or are no more.
    """

    texts: pl.DataFrame
    having: pl.DataFrame
    judged: pl.DataFrame
    concerned: pl.Series


@dataclass(frozen=True, slots=True)
class FindingRows:
    """What is written. `texts`: those that are new or hold of another number of assets; `chunks`: chunk, places,
    text_ids (array literals) and judged of every chunk that is to be stored anew; `gone` are taken away. `whole`: all
    that stood is. `findings`: how many there are afterwards.
    """

    texts: pl.DataFrame
    chunks: pl.DataFrame
    gone_texts: tuple[int, ...]
    gone_chunks: tuple[int, ...]
    whole: bool
    findings: int


def numbered(findings: pl.DataFrame, judged: pl.DataFrame) -> FindingRows:
    """The rows of a whole estate. `findings`: TEXT, and asset_id: the list of who has it; `judged`: JUDGED."""
    texts = _counted(findings).sort(TEXT).with_row_index("id", offset=1)
    chunks = _chunks(_having(findings, texts), judged)
    return FindingRows(texts, chunks, (), (), True, int(texts["assets"].sum()))


def renumbered(stood: Stood, findings: pl.DataFrame, judged: pl.DataFrame) -> FindingRows:
    """The rows that change where only `stood.concerned` were judged; `findings` and `judged` as in `numbered`, of these.

    Texts that stood keep their numbers; a text that holds of no asset any longer goes.
    """
    is_concerned = stood.having["asset_id"].is_in(stood.concerned.implode())
    new = _counted(findings).drop("assets").join(stood.texts, on=TEXT, how="anti", nulls_equal=True)
    start = int(stood.texts.select(pl.col("id").max()).item() or 0) + 1
    added = new.sort(TEXT).with_row_index("id", offset=start).with_columns(assets=pl.lit(0, pl.Int64))
    same = added.select(*TEXT_SCHEMA).cast(TEXT_SCHEMA)  # type: ignore[arg-type]
    every = pl.concat([stood.texts, same])
    having = _having(findings, every)
    counts = _counts(having, "more").join(_counts(stood.having.filter(is_concerned), "fewer"), on="id", how="full", coalesce=True)  # fmt: skip
    moved = counts.with_columns(by=pl.col("more").fill_null(0) - pl.col("fewer").fill_null(0)).filter(pl.col("by") != 0)
    texts = every.join(moved.select("id", "by"), on="id").with_columns(pl.col("assets") + pl.col("by")).drop("by")
    kept = stood.judged.filter(~pl.col("asset_no").is_in(stood.concerned.implode()))
    chunks = _chunks(pl.concat([stood.having.filter(~is_concerned), having]), pl.concat([kept, judged]))
    before = stood.judged.select(_chunk("asset_no")).unique()["chunk"]
    return FindingRows(
        texts.filter(pl.col("assets") > 0),
        chunks,
        tuple(texts.filter(pl.col("assets") == 0)["id"].sort()),
        tuple(before.filter(~before.is_in(chunks["chunk"].implode())).sort()),
        False,
        int(stood.texts["assets"].sum()) + int(moved["by"].sum()),
    )


def as_stored(findings: pl.DataFrame) -> pl.DataFrame:
    """Confidences as the table holds them, so that texts are compared as they are stored."""
    return findings.with_columns(pl.col("confidence").cast(pl.Float32))


def read_judged(blocks: Iterable[bytes]) -> pl.DataFrame:
    """JUDGED of the stored chunks."""
    return pl.concat([pl.DataFrame(schema=JUDGED), *map(unpacked, blocks)])


def _counted(findings: pl.DataFrame) -> pl.DataFrame:
    return findings.group_by(TEXT).agg(pl.col("asset_id").list.len().sum().cast(pl.Int64).alias("assets"))


def _having(findings: pl.DataFrame, texts: pl.DataFrame) -> pl.DataFrame:
    named = findings.join(texts.select("id", *TEXT), on=TEXT, nulls_equal=True)
    return named.select("asset_id", "id").explode("asset_id").cast(HAVING)  # type: ignore[arg-type]


def _counts(having: pl.DataFrame, name: str) -> pl.DataFrame:
    return having.group_by("id").agg(pl.len().cast(pl.Int64).alias(name))


def _chunk(column: str) -> pl.Expr:
    number: pl.Expr = pl.col(column) // 2**CHUNK_BITS
    return number.alias("chunk")


def _chunks(having: pl.DataFrame, judged: pl.DataFrame) -> pl.DataFrame:
    """chunk, places, text_ids, judged of every chunk that has an asset."""
    told = (
        having.sort("asset_id", "id")
        .group_by(_chunk("asset_id"), maintain_order=True)
        .agg(_array(pl.col("asset_id") % 2**CHUNK_BITS).alias("places"), _array(pl.col("id")).alias("text_ids"))
    )
    parts = judged.select(*JUDGED, _chunk("asset_no")).sort("asset_no").partition_by("chunk", as_dict=True, include_key=False)  # fmt: skip
    pieces = [(int(str(chunk)), packed(part)) for (chunk,), part in parts.items()]
    kept = pl.DataFrame(pieces, schema=JUDGED_IN_CHUNK, orient="row").join(told, on="chunk", how="left").sort("chunk")
    return kept.select("chunk", pl.col("places").fill_null("{}"), pl.col("text_ids").fill_null("{}"), "judged")


def _array(numbers: pl.Expr) -> pl.Expr:
    return pl.concat_str(pl.lit("{"), numbers.cast(pl.String).str.join(","), pl.lit("}"))
