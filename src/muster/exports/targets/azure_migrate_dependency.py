"""Azure Migrate: the dependency export, one row a connection between two servers.

Source: Azure Migrate, "Analyze server dependencies (agentless)", table "Dependency information". The format has a
six-hour slot in every row. An edge here says no hour: the slot is the beginning of the day that the newest file
tells of, which is when the dependency was last known.

- Edges between two servers, of every kind but "runs on" and "is part of", which are no traffic.
- Several processes of an end stand in one cell, with semicolons between.
- A connection is TCP by the format's rule; an edge of another protocol is left out.
- Counts and confidences have no column. No formula guard: a program reads the file.
"""

import polars as pl

from muster.exports.csv_file import CSV
from muster.exports.machines import SERVERS, of_types
from muster.exports.target import Column, Example, Loss, Rows, Table, VendorTarget

_TRAFFIC = pl.col("kind").is_in(["connection", "depends_on", "uses", "relation"])
_TCP = pl.col("protocol").is_null() | (pl.col("protocol").str.to_lowercase() == "tcp")
_SERVERS = of_types(SERVERS, "source_type") & of_types(SERVERS, "target_type")
TARGET = VendorTarget(
    title="Azure Migrate dependencies",
    source="Azure Migrate, Analyze server dependencies (agentless), Dependency information",
    encoding=CSV,
    tables=(
        Table(
            "azure_migrate_dependency",
            (
                Column("Timeslot", pl.concat_str(pl.col("known_on"), pl.lit(" 00:00")), required=True),
                Column("Source server name", pl.col("source"), required=True),
                Column("Source application", pl.col("source_application")),
                Column("Source process", pl.col("source_process"), ("source_process",)),
                Column("Destination server name", pl.col("target"), required=True),
                Column("Destination IP", pl.col("target_ip")),
                Column("Destination application", pl.col("target_application")),
                Column("Destination process", pl.col("target_process"), ("target_process",)),
                Column(
                    "Destination port",
                    pl.col("port").cast(pl.String),
                    ("port",),
                    losses=(Loss("kind", pl.col("kind") != "connection", "every row of this format is a connection"),),
                ),
            ),
            rows=Rows.EDGES,
            takes=_TRAFFIC & _TCP & _SERVERS,
            refusal=pl.when(~_SERVERS)
            .then(pl.lit("an end of it is no server"))
            .when(~_TRAFFIC)
            .then(pl.lit("it is no traffic between servers"))
            .otherwise(pl.lit("the format has TCP alone")),
        ),
    ),
    implied={"protocol": pl.col("protocol").str.to_lowercase() == "tcp", "kind": pl.lit(True)},
    examples=(
        Example(
            {
                "source": "web01",
                "source_type": "server",
                "target": "db01",
                "target_type": "virtual_machine",
                "port": 1433,
                "protocol": "tcp",
                "kind": "connection",
                "known_on": "2026-09-10",
                "target_ip": "10.1.2.9",
                "count": 7,
                "source_process": "nginx",
                "target_process": "postgres; pgbouncer",
            },
            {
                "azure_migrate_dependency": {
                    "Timeslot": "2026-09-10 00:00",
                    "Source server name": "web01",
                    "Source process": "nginx",
                    "Destination server name": "db01",
                    "Destination IP": "10.1.2.9",
                    "Destination process": "postgres; pgbouncer",
                    "Destination port": "1433",
                }
            },
            reported=("count",),
            rows=Rows.EDGES,
        ),
        Example(
            {
                "source": "web01",
                "source_type": "server",
                "target": "ERP",
                "target_type": "application",
                "kind": "member_of",
            },
            reported=("dependency",),
            rows=Rows.EDGES,
        ),
    ),
)
