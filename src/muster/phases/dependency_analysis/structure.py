"""The structure of an estate: edges as people see them, hubs with their roles, groups, applications, levels."""

from dataclasses import dataclass

import polars as pl

from muster.phases.dependency_analysis.applications import STATED, boundaries
from muster.phases.dependency_analysis.decided import Said, apply, pinned
from muster.phases.dependency_analysis.groups import Grouping, grouped, hubs
from muster.phases.dependency_analysis.hub_roles import roles
from muster.phases.dependency_analysis.levels import applications_of, levelled


@dataclass(frozen=True, slots=True)
class Structure:
    """`edges`: those given that nobody refused, with standing, decision_id, users, level. `refused`: the others.

    `hubs`: asset_no, partners, role, confidence, evidence. `groups`: asset_no, group_no. `proposals`:
    applications.SCHEMA, of what no source states. `grouping`: the groups before what people said of members.
    """

    edges: pl.DataFrame
    refused: pl.DataFrame
    hubs: pl.DataFrame
    groups: pl.DataFrame
    proposals: pl.DataFrame
    grouping: Grouping


NEEDED = {"asset_no": pl.Int64, "name": pl.String, "asset_type": pl.String, "application_name": pl.String}


def structure(edges: pl.DataFrame, assets: pl.DataFrame, said: Said, before: Grouping | None = None) -> Structure:
    """The pure function of edges, assets (NEEDED, where unknown null; and groups.KNOWN_BY) and what people said.

    `before` spares looking for groups in a graph in which they were found before.
    """
    known = assets.with_columns(
        (pl.col(name) if name in assets.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in NEEDED.items()
    )
    return _structure(edges, known, said, before)


def _structure(edges: pl.DataFrame, assets: pl.DataFrame, said: Said, before: Grouping | None) -> Structure:
    standing, refused = apply(edges, said.edges)
    marked = hubs(standing, assets)
    told = marked.join(roles(marked, standing, assets), on="asset_no", how="left", maintain_order="left")
    grouping = grouped(standing, assets, said.grain, before)
    found = pinned(grouping.groups, said.groups)
    # Without an edge there is nothing to draw a boundary around, however many assets there are.
    known = assets if standing.height else assets.clear()
    inside = boundaries(known, standing, found, marked["asset_no"])
    connected = pl.concat([standing["source_no"], standing["target_no"]]).unique()
    units = applications_of(known.filter(pl.col("asset_no").is_in(connected.implode())), inside, found)
    return Structure(
        levelled(standing, units, marked["asset_no"]),
        refused,
        told,
        found,
        inside.filter(pl.col("basis") != STATED),
        grouping,
    )
