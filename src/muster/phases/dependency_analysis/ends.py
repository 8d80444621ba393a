"""Which asset the end of a claim names: exact keys only, and no choice where two assets fit."""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from muster.phases.dependency_analysis.evidence import MACHINES

# Ranks of keys, strongest first. The first rank with any candidate decides.
ADDRESS, FQDN, NAME, SHORT, IDENTIFIER = range(5)
RANK_WORDS = {ADDRESS: "address", FQDN: "fqdn", NAME: "name", SHORT: "short_name", IDENTIFIER: "identifier"}

NO_SUCH_ADDRESS = "no_such_address"
NO_SUCH_NAME = "no_such_name"
AMBIGUOUS = "ambiguous"
BLANK = "blank"

CANDIDATES_SHOWN = 5
_IPV4 = r"^\d{1,3}(\.\d{1,3}){3}$"
_IPV6 = r"^[0-9a-f]*:[0-9a-f:]*:[0-9a-f:.]*$"
# A host name with a domain (RFC 1123, 2.1; underscores occur in practice); the last label is never a number.
_HOST_WITH_DOMAIN = r"^[a-z0-9]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9_-]+)*\.[a-z]([a-z0-9-]*[a-z0-9])?$"
_SEPARATORS = r"[;,|\n\r；，、]+"
# Signs and words that occur in names too (TCP/IP gateway, Research & Development): they part only what is known. First
# a stroke between blanks, since a name on either side of it may hold the others.
_DOUBTFUL_SEPARATORS = (r"\s+/\s+", r"\s*[/&+]\s*|\s+(?:and|und|et|y|e|sowie)\s+")

KEY_SCHEMA = {"rank": pl.Int8, "key": pl.String, "asset_no": pl.Int64, "domain": pl.String}
NAME_SCHEMA = {"asset_no": pl.Int64, "kind": pl.String, "text": pl.String, "file_ref": pl.Int32}
DAY_SCHEMA = {"key": pl.String, "asset_no": pl.Int64, "since": pl.Date}
_KIND_RANK = {"address": ADDRESS, "fqdn": NAME, "name": NAME, "hostname": NAME, "id": IDENTIFIER}


@dataclass(frozen=True, slots=True)
class Directory:
    """Every key of every asset. `keys`: KEY_SCHEMA; `types`: asset_no, asset_type; `files`: asset_no, file_ref.

    `days` (DAY_SCHEMA): the as-of dates of files in which an asset has an address, as compared.
    """

    keys: pl.DataFrame
    types: pl.DataFrame
    files: pl.DataFrame
    days: pl.DataFrame


def plain(text: pl.Expr) -> pl.Expr:
    """Text as it is compared: trimmed, lower case, single blanks, no trailing dot; compared texts stay as they are."""
    return text.str.to_lowercase().str.replace_all(r"\s+", " ").str.strip_chars_start(" ").str.strip_chars_end(". ")


def is_address(text: pl.Expr) -> pl.Expr:
    """True where the compared text is an IP address."""
    return text.str.contains(_IPV4) | text.str.contains(_IPV6)


def asked(texts: Iterable[pl.Series]) -> pl.Series:
    """Every key that ends with these texts can be looked up by: whole, in parts, and each up to its first dot."""
    every = pl.concat([text.cast(pl.String).drop_nulls().unique() for text in texts]).unique().to_frame("text")
    parts = [every]
    for separators in (_SEPARATORS, *_DOUBTFUL_SEPARATORS):
        cut = pl.col("text").str.replace_all(separators, "\n").str.split("\n")
        parts.append(parts[-1].select(cut).explode("text", empty_as_null=True).drop_nulls())
    keys = pl.concat(parts).select(key=plain(pl.col("text"))).unique()
    canonical = _canonical_addresses(keys)
    return pl.concat([keys, canonical, keys.select(first_part())])["key"].unique()


def first_part() -> pl.Expr:
    """`key` up to its first dot."""
    return pl.col("key").str.splitn(".", 2).struct.field("field_0").alias("key")


def may_answer(named: pl.DataFrame, wanted: pl.Series) -> pl.DataFrame:
    """The names that some end may be looked up by. An IPv6 address has many forms: it stays until it is compared."""
    keys = wanted.implode()
    return named.filter(pl.col("key").is_in(keys) | first_part().is_in(keys) | pl.col("key").str.contains(":"))


def answering(named: pl.DataFrame, wanted: pl.Series) -> pl.DataFrame:
    """Those of `named` (column text) that some end may be looked up by, with their `key`, as compared."""
    keyed = named.with_columns(key=plain(pl.col("text"))).filter(pl.col("key").str.len_chars() > 0)
    return may_answer(keyed, wanted)


def held(days: pl.DataFrame) -> pl.Series:
    """The addresses of `days` (DAY_SCHEMA) that more than one asset had."""
    owners = days.group_by("key").agg(pl.col("asset_no").n_unique())
    return owners.filter(pl.col("asset_no") > 1).get_column("key").sort()


def directory(
    assets: pl.DataFrame, names: pl.DataFrame, wanted: pl.Series | None = None, days: pl.DataFrame | None = None
) -> Directory:
    """Collect the keys of assets from their own attributes and from `names` (NAME_SCHEMA; may be empty).

    With `wanted` (see `asked`) only those that can answer: of a million assets' names few are ever asked for.
    """
    parts = []
    for told in [*carried_names(assets), names.select("asset_no", "kind", "text")]:
        keyed = told.with_columns(key=plain(pl.col("text"))).filter(pl.col("key").str.len_chars() > 0)
        parts.append(keyed if wanted is None else may_answer(keyed, wanted))
    named = pl.concat(parts).join(assets.select("asset_no", "asset_type"), on="asset_no", how="inner")
    found_in = names if wanted is None else names.join(named.select("asset_no").unique(), on="asset_no", how="semi")
    keys = pl.concat([_whole_keys(named), _short_keys(named)]).unique().sort("rank", "key", "asset_no", "domain")
    return Directory(
        keys=_canonical_addresses(keys),
        types=assets.select("asset_no", "asset_type").unique("asset_no"),
        files=found_in.select("asset_no", "file_ref").drop_nulls().unique(),
        days=pl.DataFrame(schema=DAY_SCHEMA) if days is None else _canonical_addresses(days),
    )


def carried_names(assets: pl.DataFrame) -> list[pl.DataFrame]:
    """The names that assets carry themselves: asset_no, kind, text.

    An application's id and name are keys of applications only.
    """
    plan = [
        ("name", "name"),
        ("hostname", "hostname"),
        ("fqdn", "fqdn"),
        ("source_id", "id"),
        ("uuid", "id"),
        ("asset_tag", "id"),
    ]
    of_applications = [("application_name", "name"), ("application_id", "id")]
    found = [_names_of(assets, column, kind) for column, kind in plan if column in assets.columns]
    applications = assets.filter(pl.col("asset_type") == "application")
    found += [_names_of(applications, column, kind) for column, kind in of_applications if column in assets.columns]
    found += [_names_of(assets, column, "address") for column in ("ip_address", "management_ip") if column in assets]
    return found


def _names_of(assets: pl.DataFrame, column: str, kind: str) -> pl.DataFrame:
    texts = assets.select("asset_no", pl.lit(kind).alias("kind"), pl.col(column).alias("text"))
    if isinstance(texts.schema["text"], pl.List):
        texts = texts.explode("text", empty_as_null=True)
    return texts.with_columns(pl.col("text").cast(pl.String)).drop_nulls("text")


def _whole_keys(named: pl.DataFrame) -> pl.DataFrame:
    """Keys made of the whole text; a name with a domain is an FQDN, an address used as a name is an address."""
    key = pl.col("key")
    by_text = (
        pl.when(is_address(key)).then(ADDRESS).when(key.str.contains(_HOST_WITH_DOMAIN)).then(FQDN).otherwise(NAME)
    )
    rank = pl.when(pl.col("kind") == "id").then(IDENTIFIER).otherwise(by_text)
    return named.select(rank.cast(pl.Int8).alias("rank"), "key", "asset_no", pl.lit(None, pl.String).alias("domain"))


def _short_keys(named: pl.DataFrame) -> pl.DataFrame:
    """First labels of the host names of machines, with the domain that must not contradict the end's."""
    hosts = named.filter(
        pl.col("kind").is_in(["name", "hostname", "fqdn"])
        & pl.col("asset_type").is_in([str(kind) for kind in MACHINES])
        & ~is_address(pl.col("key"))
        & ~pl.col("key").str.contains(" ", literal=True)
    )
    return hosts.select(
        pl.lit(SHORT, pl.Int8).alias("rank"), _label("key").alias("key"), "asset_no", _domain("key").alias("domain")
    ).filter(
        # An asset that is known with its domain is not also known without one.
        pl.col("domain").is_not_null() | ~pl.col("domain").is_not_null().any().over("asset_no", "key")
    )


def _label(column: str) -> pl.Expr:
    return _label_of(pl.col(column))


def _label_of(text: pl.Expr) -> pl.Expr:
    return pl.when(text.str.contains(_HOST_WITH_DOMAIN)).then(text.str.extract(r"^([^.]+)\.")).otherwise(text)


def _domain(column: str) -> pl.Expr:
    text = pl.col(column)
    return pl.when(text.str.contains(_HOST_WITH_DOMAIN)).then(text.str.extract(r"^[^.]+\.(.*)$"))


def _canonical_addresses(frame: pl.DataFrame) -> pl.DataFrame:
    """Write every IPv6 address of `key` in its one canonical form (RFC 5952)."""
    colons = frame.filter(pl.col("key").str.contains(_IPV6)).get_column("key").unique().to_list()
    if not colons:
        return frame
    table = pl.DataFrame(
        {"key": colons, "canonical": [_canonical(text) for text in colons]},
        schema={"key": pl.String, "canonical": pl.String},
    )
    joined = frame.join(table, on="key", how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce("canonical", "key").alias("key")).drop("canonical")


def _canonical(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return text


def split_lists(claims: pl.DataFrame, column: str, known: Directory) -> pl.DataFrame:
    """Cut `a; b, c` into its members, one claim each, unless the whole text is itself a key of an asset.

    `a / b` and `a and b` are cut only where every member is a key of an asset and more than a number, which any
    other number may be: 8080/8443 are no two records.
    """
    listed = _with_parts(claims, column, _parts(claims, column, _SEPARATORS, known))
    key = plain(pl.col("part"))
    keys = known.keys.get_column("key").unique().implode()
    named = key.str.contains(r"\p{L}") | is_address(key)
    for separators in _DOUBTFUL_SEPARATORS:
        doubtful = _parts(listed, column, separators, known)
        sure = doubtful.filter((named & (key.is_in(keys) | _label_of(key).is_in(keys))).all().over(column))
        listed = _with_parts(listed, column, sure)
    return listed


def _parts(claims: pl.DataFrame, column: str, separators: str, known: Directory) -> pl.DataFrame:
    """The different texts that hold a separator and are no key as a whole, one row per member: column, part."""
    texts = (
        claims.select(column).unique(maintain_order=True).drop_nulls().filter(pl.col(column).str.contains(separators))
    )
    return (
        texts.with_columns(key=plain(pl.col(column)))
        .join(known.keys.select("key").unique(), on="key", how="anti", maintain_order="left")
        .select(column, pl.col(column).str.replace_all(separators, "\n").str.split("\n").alias("part"))
        .explode("part", empty_as_null=True)
        .with_columns(pl.col("part").str.strip_chars())
        .filter(pl.col("part").str.len_chars() > 0)
        .unique(maintain_order=True)
    )


def _with_parts(claims: pl.DataFrame, column: str, parts: pl.DataFrame) -> pl.DataFrame:
    if parts.is_empty():
        return claims
    joined = claims.join(parts, on=column, how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce("part", column).alias(column)).drop("part")


def resolve(ends: pl.DataFrame, known: Directory) -> pl.DataFrame:
    """Find the asset of each end.

    `ends`: end Int64 (unique), text String|null, file_ref Int32|null, wanted List(String) (types to prefer), and where
    it is known the day of which it speaks (Date|null). Answers end, asset_no|null, reason|null, found_by|null (a word
    of RANK_WORDS), chosen Boolean (true where the day, types or files decided between namesakes), candidates
    List(Int64).
    """
    prepared = _canonical_addresses(
        ends.with_columns(key=plain(pl.col("text")).fill_null("")).with_columns(domain=_domain("key"))
    )
    best = _best_rank(_candidates(prepared, known))
    timely = _prefer(best, _of_its_day(best, prepared, known))
    chosen = _prefer(_prefer(timely, _of_wanted_type(timely, prepared, known)), _of_same_file(timely, prepared, known))
    answers = (
        chosen.group_by("end")
        .agg(
            pl.col("rank").first(),
            pl.col("asset_no").min(),
            pl.len().alias("fits"),
            pl.col("asset_no").sort().head(CANDIDATES_SHOWN).alias("candidates"),
        )
        .join(best.group_by("end").agg(pl.len().alias("before")), on="end")
    )
    joined = prepared.select("end", "key").join(answers, on="end", how="left", maintain_order="left")
    return joined.select("end", *_verdict())


def _verdict() -> list[pl.Expr]:
    one, several, key = pl.col("fits") == 1, pl.col("fits") > 1, pl.col("key")
    missing = (
        pl.when(key == "")
        .then(pl.lit(BLANK))
        .when(is_address(key))
        .then(pl.lit(NO_SUCH_ADDRESS))
        .otherwise(pl.lit(NO_SUCH_NAME))
    )
    return [
        pl.when(one).then(pl.col("asset_no")).alias("asset_no"),
        pl.when(one).then(None).when(several).then(pl.lit(AMBIGUOUS)).otherwise(missing).alias("reason"),
        pl.when(one).then(pl.col("rank").replace_strict(RANK_WORDS, return_dtype=pl.String)).alias("found_by"),
        (one & (pl.col("before") > 1)).fill_null(False).alias("chosen"),
        pl.when(several).then(pl.col("candidates")).otherwise(pl.lit([], pl.List(pl.Int64))).alias("candidates"),
    ]


def _candidates(ends: pl.DataFrame, known: Directory) -> pl.DataFrame:
    whole = known.keys.filter(pl.col("rank") != SHORT).select("rank", "key", "asset_no")
    short = known.keys.filter(pl.col("rank") == SHORT)
    by_whole = ends.select("end", "key").join(whole, on="key")
    by_short = (
        ends.filter(~is_address(pl.col("key")))
        .select("end", _label("key").alias("key"), pl.col("domain").alias("asked"))
        .join(short, on="key")
        .filter(pl.col("asked").is_null() | pl.col("domain").is_null() | (pl.col("asked") == pl.col("domain")))
    )
    columns = ("end", "rank", "asset_no")
    return pl.concat([by_whole.select(columns), by_short.select(columns)]).unique()


def _best_rank(candidates: pl.DataFrame) -> pl.DataFrame:
    return candidates.filter(pl.col("rank") == pl.col("rank").min().over("end"))


def _of_wanted_type(candidates: pl.DataFrame, ends: pl.DataFrame, known: Directory) -> pl.DataFrame:
    wanted = ends.select("end", pl.col("wanted").alias("asset_type")).explode("asset_type", empty_as_null=True)
    typed = candidates.join(known.types, on="asset_no")
    return typed.join(wanted.drop_nulls(), on=["end", "asset_type"], how="semi").select(candidates.columns)


def _of_same_file(candidates: pl.DataFrame, ends: pl.DataFrame, known: Directory) -> pl.DataFrame:
    filed = candidates.join(ends.select("end", "file_ref"), on="end")
    return filed.join(known.files, on=["asset_no", "file_ref"], how="semi").select(candidates.columns)


def _of_its_day(candidates: pl.DataFrame, ends: pl.DataFrame, known: Directory) -> pl.DataFrame:
    """Who had the address: the asset of the last file up to that day, else of the first one after it.

    An asset that has the address by an undated file only leaves it open.
    """
    if "day" not in ends.columns or known.days.is_empty():
        return candidates.head(0)
    asked = candidates.join(ends.select("end", "key", "day").drop_nulls("day"), on="end")
    dated = asked.join(known.days, on=["key", "asset_no"], how="left")
    open_still = dated.filter(pl.col("since").is_null()).select("end").unique()
    told = dated.join(open_still, on="end", how="anti").with_columns(
        before=pl.when(pl.col("since") <= pl.col("day")).then(pl.col("since")).max().over("end"),
        after=pl.col("since").min().over("end"),
    )
    return told.filter(pl.col("since") == pl.coalesce("before", "after")).select(candidates.columns).unique()


def _prefer(candidates: pl.DataFrame, preferred: pl.DataFrame) -> pl.DataFrame:
    """Where some of an end's candidates are preferred, only those; where none is, all of them."""
    kept = candidates.join(preferred, on=["end", "asset_no"], how="semi")
    rest = candidates.join(kept.select("end").unique(), on="end", how="anti")
    return pl.concat([kept, rest])
