"""Which application an asset belongs to: what the client says, else what the names and flows of its neighbours propose.

A proposal never takes the place of a word of the client: an asset of which any source names the application gets none.
"""

import polars as pl

from muster.vocabulary.kinds import AssetType

STATED, BY_FLOWS, BY_NAMES, BY_BOTH = "stated", "flows", "names", "names and flows"
# Own judgement: a word of a name tells of an application where this share of the assets that carry it are of that one.
TELLING = 0.8
# Half of the assets of a group must carry a word for it to name an application that nobody has named.
CARRIED = 0.5
LEAST_CONFIDENCE = 0.5
LEAST_LETTERS = 3
SCHEMA = {
    "asset_no": pl.Int64, "application": pl.String, "basis": pl.String, "confidence": pl.Float64, "evidence": pl.String,
}  # fmt: skip


def stated(assets: pl.DataFrame, edges: pl.DataFrame) -> pl.DataFrame:
    """asset_no, application (as the client writes it), for every asset of which a source names one.

    By its own name, by the one application that it is a member of or that runs on it, else by its attribute. `assets`:
    asset_no, name, asset_type, application_name. `edges`: source_no, target_no, kind.
    """
    named = assets.filter(pl.col("asset_type") == AssetType.APPLICATION).select("asset_no", app=pl.col("name"))
    members = edges.filter(pl.col("kind") == "member_of").join(named.rename({"asset_no": "target_no"}), on="target_no")
    carried = edges.filter(pl.col("kind") == "runs_on").join(named.rename({"asset_no": "source_no"}), on="source_no")
    links = pl.concat([members.select("app", asset_no="source_no"), carried.select("app", asset_no="target_no")])
    only = links.group_by("asset_no").agg(
        pl.when(pl.col("app").str.to_lowercase().n_unique() == 1).then(pl.col("app").min()).alias("linked")
    )
    joined = assets.join(only, on="asset_no", how="left", maintain_order="left")
    own = pl.when(pl.col("asset_type") == AssetType.APPLICATION).then("name")
    said = pl.coalesce(own, "linked", "application_name").str.strip_chars()
    return joined.select("asset_no", application=said).filter(pl.col("application").fill_null("") != "")


def boundaries(assets: pl.DataFrame, edges: pl.DataFrame, groups: pl.DataFrame, hubs: pl.Series) -> pl.DataFrame:
    """SCHEMA, one row per asset that is in an application or may be, in order of asset; hubs are in none.

    Proposed is only what has a dependency: a name alone, without any neighbour, is too little to go by.

    `confidence` is 1 for what is stated. Of a proposal it is the share of neighbours that bear witness, each witness
    against one doubt: one of one is a half. `evidence`: JSON with what was counted.
    """
    said = stated(assets, edges).with_columns(key=pl.col("application").str.to_lowercase())
    left = assets.join(said, on="asset_no", how="anti").filter(~pl.col("asset_no").is_in(hubs.implode()))
    connected = pl.concat([edges["source_no"], edges["target_no"]]).unique().implode()
    left = left.filter(pl.col("asset_no").is_in(connected), pl.col("asset_type") != AssetType.APPLICATION)
    left = left.select("asset_no", "name")
    flows, names = _by_flows(left, said, groups), _by_names(left, said, assets)
    proposed = _both(flows, names).join(_spelled(said), on="key")
    rest = left.join(proposed, on="asset_no", how="anti")
    new = _new(rest, groups.join(said, on="asset_no", how="anti"), assets)
    own = said.select("asset_no", "application", basis=pl.lit(STATED), confidence=pl.lit(1.0), evidence=pl.lit("{}"))
    found = [frame.select(*SCHEMA).cast(SCHEMA) for frame in (own, proposed, new)]  # type: ignore[arg-type]
    return pl.concat(found).filter(pl.col("confidence") >= LEAST_CONFIDENCE).sort("asset_no")


def _spelled(said: pl.DataFrame) -> pl.DataFrame:
    """key, application: of several spellings the first in the alphabet."""
    return said.group_by("key").agg(pl.col("application").min())


def _leading(witnesses: pl.DataFrame, of: str) -> pl.DataFrame:
    """For each value of `of` the application that most witnesses name: key, witnesses, all."""
    counted = witnesses.group_by(of, "key").agg(witnesses=pl.len().cast(pl.Int64))
    ranked = counted.sort([of, "witnesses", "key"], descending=[False, True, False])
    return ranked.group_by(of, maintain_order=True).agg(
        pl.col("key").first(), pl.col("witnesses").first(), all=pl.col("witnesses").sum()
    )


def _by_flows(left: pl.DataFrame, said: pl.DataFrame, groups: pl.DataFrame) -> pl.DataFrame:
    """The application that most of an asset's group are of."""
    leading = _leading(groups.join(said, on="asset_no"), "group_no")
    met = left.join(groups, on="asset_no").join(leading, on="group_no")
    share = pl.col("witnesses") / (pl.col("all") + 1)
    return met.select("asset_no", "key", "group_no", "witnesses", "all", confidence=share)


def _words(assets: pl.DataFrame) -> pl.DataFrame:
    """asset_no, word: the runs of letters in the host's own name, the domain left out."""
    host = pl.col("name").str.to_lowercase().str.split(".").list.first()
    words = assets.select("asset_no", word=host.str.extract_all(rf"\p{{L}}{{{LEAST_LETTERS},}}"))
    return words.explode("word").drop_nulls().unique()


def _by_names(left: pl.DataFrame, said: pl.DataFrame, assets: pl.DataFrame) -> pl.DataFrame:
    """The application that nearly all assets with a word in common are of, or whose own name has that word."""
    asked = _words(left)
    carried = _words(assets.select("asset_no", "name")).join(said, on="asset_no")
    leading = _leading(carried, "word").filter(pl.col("witnesses") >= TELLING * pl.col("all"))
    own = said.select("key").unique().with_columns(word=pl.col("key").str.extract_all(rf"\p{{L}}{{{LEAST_LETTERS},}}"))
    titles = own.explode("word").drop_nulls().unique().filter(pl.len().over("word") == 1)
    witnesses = pl.concat(
        [
            leading.select("word", "key", "witnesses", "all"),
            # The title of an application is a witness of its own.
            titles.select("word", "key", witnesses=pl.lit(1, pl.Int64), all=pl.lit(1, pl.Int64)),
        ]
    )
    summed = witnesses.group_by("word", "key").agg(pl.col("witnesses").sum(), pl.col("all").sum())
    only = summed.filter(pl.len().over("word") == 1)
    met = asked.join(only, on="word").with_columns(confidence=pl.col("witnesses") / (pl.col("all") + 1))
    best = met.sort(["asset_no", "confidence", "word"], descending=[False, True, False])
    return best.unique("asset_no", keep="first").select("asset_no", "key", "word", "witnesses", "all", "confidence")


def _both(flows: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """One proposal per asset: agreement leaves less doubt, a rival is named and the surer one proposed."""
    met = flows.join(names, on="asset_no", how="full", coalesce=True, suffix="_named")
    agree = pl.col("key") == pl.col("key_named")
    by_name = pl.col("confidence_named").fill_null(0.0) > pl.col("confidence").fill_null(0.0)
    doubt = (1 - pl.col("confidence").fill_null(0.0)) * (1 - pl.col("confidence_named").fill_null(0.0))
    basis = (
        pl.when(agree.fill_null(False)).then(pl.lit(BY_BOTH)).when(by_name).then(pl.lit(BY_NAMES))
        .otherwise(pl.lit(BY_FLOWS))
    )  # fmt: skip
    key = pl.when(by_name).then("key_named").otherwise("key")
    return met.select(
        "asset_no",
        key=key,
        basis=basis,
        confidence=pl.when(agree.fill_null(False))
        .then(1 - doubt)
        .otherwise(pl.max_horizontal("confidence", "confidence_named")),
        evidence=pl.struct(
            pl.col("group_no").alias("group"),
            pl.col("witnesses").alias("group_members_of_it"),
            pl.col("all").alias("group_members_of_any"),
            "word",
            pl.col("witnesses_named").alias("word_carriers_of_it"),
            pl.col("all_named").alias("word_carriers_of_any"),
            pl.when(~agree).then(pl.when(by_name).then("key").otherwise("key_named")).alias("rival"),
        ).struct.json_encode(),
    )


def _new(left: pl.DataFrame, groups: pl.DataFrame, assets: pl.DataFrame) -> pl.DataFrame:
    """A group nobody named whose members share a word that hardly anybody else carries: an application of that name."""
    words = _words(assets.select("asset_no", "name"))
    carriers = words.group_by("word").agg(everywhere=pl.len())
    sizes = groups.group_by("group_no").agg(members=pl.len())
    inside = words.join(groups, on="asset_no").group_by("group_no", "word").agg(here=pl.len())
    met = inside.join(carriers, on="word").join(sizes, on="group_no")
    telling = met.filter(
        pl.col("here") > CARRIED * pl.col("members"),
        pl.col("here") >= TELLING * pl.col("everywhere"),
        pl.col("here") > 1,
    ).with_columns(confidence=pl.col("here") / (pl.col("members") + 1))
    best = telling.sort(["group_no", "here", "word"], descending=[False, True, False]).unique("group_no", keep="first")
    return left.join(groups, on="asset_no").join(best, on="group_no").select(
        "asset_no",
        "confidence",
        application="word",
        basis=pl.lit(BY_BOTH),
        evidence=pl.struct(
            pl.col("group_no").alias("group"), "word", pl.col("here").alias("members_with_word"), "members",
            pl.col("everywhere").alias("word_carriers"),
        ).struct.json_encode(),
    )  # fmt: skip
