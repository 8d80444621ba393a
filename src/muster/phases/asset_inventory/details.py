"""Rows about a part (a disk, an adapter, an installed program) find the asset they belong to, or wait for it."""

import polars as pl

NO_OWNER, SEVERAL_OWNERS = "no_owner", "several_owners"
# Tried in this order, in the same file first: a detail joins where exactly one asset answers.
KEYS: tuple[tuple[str, ...], ...] = (
    ("uuid", "alias"),
    ("sid", "alias"),
    ("alias", "host"),
    ("host", "domain"),
    ("alias", "domain"),
    ("alias", "runs_on"),
    ("host",),
    ("alias",),
    ("uuid",),
    ("sid",),
)
NUMBERS = (("uuid",), ("sid",))  # asked only for rows without a name: else they may be the part's own
UNMISTAKABLE = 12  # characters, not all of them figures: such an id of one list is no chance in another
MACHINE_NAME = r"^[a-z0-9_$-]+$"


def names_itself() -> pl.Expr:
    """True for a row that names a machine or a database, so that an asset can be made of it alone.

    An alias may be a display name with blanks in it; only with the host it runs on is that surely one of a machine.
    """
    machine = pl.col("host").is_not_null() | pl.col("alias").str.contains(MACHINE_NAME) | _runs_somewhere()
    return (
        pl.when(pl.col("family") == "hardware").then(machine).otherwise(pl.col("alias").is_not_null()).fill_null(False)
    )


def _runs_somewhere() -> pl.Expr:
    return pl.col("alias").is_not_null() & pl.col("runs_on").is_not_null()


def attach(assets: pl.DataFrame, details: pl.DataFrame) -> pl.DataFrame:
    """(at, label, rule) of every detail row. `assets` and `details`: at, family, file_no, keys; assets also label.

    A row that no asset answers to and that names a machine or a database makes one, with all others of that name: they
    are all that is known of it. Any other row waits: its label is null and its rule says why.
    """
    found: list[pl.DataFrame] = []
    # Some lists call a machine by what others know as its host name.
    own = pl.when(pl.col("family") == "hardware").then("host")
    left = details.with_columns(alias=pl.coalesce("alias", own))
    machines = assets.filter(pl.col("family") == "hardware").with_columns(alias="host")
    names = pl.concat([assets, machines]).unique(["at", "alias"], maintain_order=True)
    for scope, rule in ((["file_no"], "same_file"), ([], "name")):
        if not scope:
            hit = _by_card(assets, left)
            found.append(hit)
            left = left.join(hit, on="at", how="anti")
        for keys in KEYS:
            asked = _asked(left, keys, everywhere=not scope)
            hit = _only_answer(names, asked, [*scope, "family", *keys]).with_columns(rule=pl.lit(rule))
            found.append(hit)
            left = left.join(hit, on="at", how="anti")
    doubtful = _answered(names, left)
    found += [_waiting(doubtful, SEVERAL_OWNERS), _by_themselves(left.join(doubtful, on="at", how="anti"))]
    return pl.concat(found)


def _by_card(assets: pl.DataFrame, left: pl.DataFrame) -> pl.DataFrame:
    """Rows with a MAC address that one live asset alone has, and one of its names: two machines may share either."""
    cards = left.filter(pl.col("macs").list.len() > 0).select("at", "family", who=_who(), mac="macs").explode("mac")
    if not cards.height:
        return cards.select("at", label=pl.lit(None, pl.Int64), rule=pl.lit("name")).clear()
    having = assets.filter((pl.col("macs").list.len() > 0) & ~pl.col("retired"))
    owned = having.select("family", "label", mac="macs").explode("mac").unique()
    alone = owned.filter(~pl.struct("family", "mac").is_duplicated())
    met = (
        cards.join(alone, on=["family", "mac"])
        .group_by("at")
        .agg(pl.col("label").unique(), pl.col("who", "family").first())
    )
    one = met.filter(pl.col("label").list.len() == 1).with_columns(pl.col("label").list.first())
    named = pl.concat([assets.select("label", who=name) for name in ("host", "alias")]).drop_nulls().unique()
    return one.join(named, on=["label", "who"], how="semi").select("at", "label", rule=pl.lit("name"))


def _who() -> pl.Expr:
    return pl.coalesce("host", "alias")


def _asked(details: pl.DataFrame, keys: tuple[str, ...], *, everywhere: bool) -> pl.DataFrame:
    """The rows that this key may find an owner for."""
    if keys == ("host",):
        return details.filter(_host_is_its_name())
    if keys not in NUMBERS:
        return details
    if keys == ("sid",) and everywhere:
        return details.filter(told_by_number())
    return details if everywhere else details.filter(_nameless())


def told_by_number() -> pl.Expr:
    """True for a row that tells its owner by an id alone, one that other lists do not give out by chance."""
    number = pl.col("sid")
    return _nameless() & (number.str.len_chars() >= UNMISTAKABLE) & number.str.contains(r"\D")


def _nameless() -> pl.Expr:
    return pl.col("alias").is_null() & pl.col("host").is_null()


def _host_is_its_name() -> pl.Expr:
    """False for a row about one of the databases of a host."""
    return (pl.col("family") == "hardware") | pl.col("alias").is_null()


def _only_answer(assets: pl.DataFrame, details: pl.DataFrame, on: list[str]) -> pl.DataFrame:
    """Details whose key belongs to one asset only. Live machines are asked before retired ones."""
    keyed = assets.filter(pl.all_horizontal(pl.col(on).is_not_null()))
    live = keyed.group_by(on).agg(
        pl.col("label").filter(~pl.col("retired")).unique().alias("live"), pl.col("label").unique().alias("any")
    )
    one_live, one = pl.col("live").list.len() == 1, pl.col("any").list.len() == 1
    chosen = pl.when(one_live).then(pl.col("live").list.first()).when(one).then(pl.col("any").list.first())
    answers = live.with_columns(label=chosen).filter(pl.col("label").is_not_null()).select(*on, "label")
    return details.join(answers, on=on).select("at", "label")


def _answered(assets: pl.DataFrame, left: pl.DataFrame) -> pl.DataFrame:
    """The details that several assets answer to."""
    own, nameless = left.filter(_host_is_its_name()), left.filter(_nameless())
    hits = [
        own.join(assets, on=["family", "host"], how="semi"),
        own.join(assets, left_on=["family", "host"], right_on=["family", "alias"], how="semi"),
        left.join(assets, on=["family", "alias"], how="semi"),
        nameless.join(assets, on=["family", "uuid"], how="semi"),
        nameless.join(assets, on=["family", "file_no", "sid"], how="semi"),
        _asked(left, ("sid",), everywhere=True).join(assets, on=["family", "sid"], how="semi"),
    ]
    return pl.concat(hits).select("at").unique()


def _waiting(rows: pl.DataFrame, rule: str) -> pl.DataFrame:
    return rows.select("at", label=pl.lit(None, pl.Int64), rule=pl.lit(rule))


def _by_themselves(left: pl.DataFrame) -> pl.DataFrame:
    """A name in one domain is one thing, also where some rows do not tell the domain."""
    named = left.filter(names_itself()).with_columns(who=_who())
    domains = pl.col("domain").drop_nulls().n_unique().over("family", "who")
    apart = named.with_columns(within=pl.when(domains > 1).then("domain"))
    made = apart.select("at", label=pl.col("at").min().over("family", "who", "within"), rule=pl.lit("name"))
    return pl.concat([made, _waiting(left.join(named, on="at", how="anti"), NO_OWNER)])
