"""What kind of service a hub is: told by its ports and by who calls whom; a name only helps."""

from dataclasses import dataclass

import polars as pl

CALLED, CALLS = "called", "calls"
# Of an asset's partners so many must speak a role's language for it to be that; own judgement.
LEAST_SHARE = 0.3
# Two roles whose shares differ by less are told apart by the name, where that speaks for one of them.
NEAR = 0.15
NAME_TAKES = 0.5  # of the doubt that is left, where the name says the same
ROLES_SCHEMA = {"asset_no": pl.Int64, "role": pl.String, "confidence": pl.Float64, "evidence": pl.String}


@dataclass(frozen=True, slots=True)
class Role:
    """`called` and `calls`: ports on which it is called, or calls others. `words`: runs of letters in its name."""

    name: str
    called: tuple[int, ...] = ()
    calls: tuple[int, ...] = ()
    words: tuple[str, ...] = ()


# Ports as IANA and the products' own manuals have them.
ROLES = (
    # SNMP, Zabbix (agent, server), NRPE, Prometheus exporters, Checkmk, NSClient++; traps and active agents come in.
    Role("monitoring", (162, 10051, 5667), (161, 10050, 5666, 9100, 9182, 6556, 12489),
         ("mon", "nagios", "icinga", "zabbix", "zbx", "prtg", "scom", "prometheus", "checkmk")),
    # Kerberos, LDAP, LDAPS, global catalogue, password change.
    Role("directory", (88, 389, 464, 636, 3268, 3269), (), ("dc", "ad", "ldap", "adc", "ldp", "idm", "ipa")),
    Role("dns", (53,), (), ("dns", "ns", "bind", "infoblox")),
    Role("time", (123,), (), ("ntp", "time", "chrony")),
    # NetBackup, Spectrum Protect, Commvault, NetWorker, Veeam, Bacula, NDMP.
    Role("backup", (1500, 1501, 1556, 8400, 8403, 9103, 7937, 7938),
         (1556, 13724, 13782, 6160, 6162, 8400, 8402, 9102, 10000),
         ("backup", "bkp", "bck", "nbu", "veeam", "tsm", "commvault", "networker", "bacula")),
    # One machine from which people reach many.
    Role("jump_host", (), (22, 3389, 5900), ("jump", "jmp", "bastion", "jh", "rdg", "pam", "admin", "mgmt")),
    # Syslog, Splunk, Beats, GELF.
    Role("logging", (514, 6514, 9997, 5044, 12201), (), ("log", "syslog", "splunk", "elk", "graylog", "siem")),
    # WSUS, Puppet, Salt, Configuration Manager.
    Role("deployment", (8530, 8531, 8140, 4505, 4506, 10123), (5985, 5986),
         ("wsus", "sccm", "puppet", "salt", "ansible", "satellite", "deploy")),
    Role("mail_relay", (25, 465, 587), (), ("smtp", "mail", "relay", "mx", "exch")),
    Role("proxy", (3128,), (), ("proxy", "prx", "squid", "bluecoat")),
    Role("file_share", (139, 445, 2049), (), ("file", "fs", "nas", "nfs", "smb")),
    Role("database", (1433, 1521, 3306, 5432, 50000), (), ("db", "sql", "ora", "pg", "mysql")),
)  # fmt: skip


def roles(hubs: pl.DataFrame, edges: pl.DataFrame, assets: pl.DataFrame) -> pl.DataFrame:
    """ROLES_SCHEMA for every hub; role null where no ports tell it.

    `evidence`: JSON with how many call it and are called, the share of partners that speak the role's ports in its
    direction, and the word of its name that says the same.

    `hubs`: asset_no. `edges`: source_no, target_no, port. `assets`: asset_no, name.
    """
    meetings = _meetings(hubs, edges)
    partners = meetings.group_by("asset_no").agg(
        partners=pl.col("other").n_unique(),
        callers=pl.col("other").filter(pl.col("direction") == CALLED).n_unique(),
        callees=pl.col("other").filter(pl.col("direction") == CALLS).n_unique(),
    )
    spoken = meetings.join(_ports(), on=("direction", "port"))
    shares = spoken.group_by("asset_no", "role").agg(with_role=pl.col("other").n_unique())
    words = _named(hubs, assets)
    known = shares.join(partners, on="asset_no").join(words, on=("asset_no", "role"), how="left")
    judged = known.with_columns(share=pl.col("with_role") / pl.col("partners"), helped=pl.col("word").is_not_null())
    best = judged.filter(pl.col("share") >= LEAST_SHARE).with_columns(top=pl.col("share").max().over("asset_no"))
    near = best.filter(pl.col("share") >= pl.col("top") - NEAR)
    order = ["asset_no", "helped", "share", "role"]
    chosen = near.sort(order, descending=[False, True, True, False]).unique("asset_no", keep="first")
    doubt = (1 - pl.col("share")) * pl.when("helped").then(NAME_TAKES).otherwise(1.0)
    told = chosen.select("asset_no", "role", "word", "share", confidence=(1 - doubt).round(3))
    every = hubs.select("asset_no").join(partners, on="asset_no", how="left").join(told, on="asset_no", how="left")
    evidence = pl.struct(
        pl.col("callers").fill_null(0), pl.col("callees").fill_null(0), pl.col("share").round(3), "word"
    ).struct.json_encode()
    return every.select("asset_no", "role", "confidence", evidence=evidence).cast(ROLES_SCHEMA).sort("asset_no")  # type: ignore[arg-type]


def _meetings(hubs: pl.DataFrame, edges: pl.DataFrame) -> pl.DataFrame:
    """asset_no (a hub), other, port, direction of every edge of a hub."""
    ends = [("target_no", "source_no", CALLED), ("source_no", "target_no", CALLS)]
    met = [
        edges.join(hubs.select(pl.col("asset_no").alias(own)), on=own, how="semi").select(
            pl.col(own).alias("asset_no"),
            pl.col(other).alias("other"),
            pl.col("port").cast(pl.Int64),
            pl.lit(direction).alias("direction"),
        )
        for own, other, direction in ends
    ]
    return pl.concat(met)


def _ports() -> pl.DataFrame:
    rows = [
        (direction, port, role.name)
        for role in ROLES
        for direction, ports in ((CALLED, role.called), (CALLS, role.calls))
        for port in ports
    ]
    return pl.DataFrame(rows, schema={"direction": pl.String, "port": pl.Int64, "role": pl.String}, orient="row")


def _named(hubs: pl.DataFrame, assets: pl.DataFrame) -> pl.DataFrame:
    """asset_no, role, word: runs of letters in the names of hubs that are words of a role."""
    rows = [(role.name, word) for role in ROLES for word in role.words]
    words = pl.DataFrame(rows, schema={"role": pl.String, "word": pl.String}, orient="row")
    names = assets.join(hubs.select("asset_no"), on="asset_no", how="semi").select(
        "asset_no",
        word=pl.col("name").str.to_lowercase().str.split(".").list.first().str.extract_all(r"\p{L}+"),
    )
    met = names.explode("word").drop_nulls().join(words, on="word")
    return met.group_by("asset_no", "role").agg(pl.col("word").min())
