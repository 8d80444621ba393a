"""What live records tell of relations, and what is found in it: before and after the phase's computation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import polars as pl

from muster.phases.dependency_analysis.block_evidence import BlockEvidence
from muster.phases.dependency_analysis.connection_sums import SUM_SCHEMA
from muster.phases.dependency_analysis.decided import Said
from muster.phases.dependency_analysis.edges import CLAIM_SCHEMA
from muster.phases.dependency_analysis.ends import DAY_SCHEMA, NAME_SCHEMA
from muster.phases.dependency_analysis.groups import Grouping
from muster.phases.dependency_analysis.structure import Structure
from muster.store.claims import LiveTable
from muster.store.packed import Packed

Schema = Mapping[str, type[pl.DataType] | pl.DataType]
FLOW_SCHEMA: Schema = {**SUM_SCHEMA, "file_ref": pl.Int32()}


def _empty(schema: Schema) -> pl.DataFrame:
    return pl.DataFrame(schema=schema)


@dataclass(frozen=True, slots=True)
class Told:
    """What live records tell, and the assets that it may be about.

    `sockets`: block, import, table, the table's columns and the raw records of each block of a socket dump. `assets`:
    asset_no, asset_type and the names of those that some end may mean. `known`: all assets as `structure` needs them,
    where assets relate to each other. `claims` may lack columns of CLAIM_SCHEMA. `names` (ends.NAME_SCHEMA) and `days`
    (ends.DAY_SCHEMA) are what records say of `assets`. `flows`: what connections add up to (FLOW_SCHEMA), file by file.
    `said`: what people said of dependencies. `before`: the groups that were last found. `evidence`: what was read of
    blocks and is to be kept, by block.
    """

    tables: Sequence[LiveTable]
    sockets: Sequence[tuple[int, UUID, int, list[str], Packed]]
    assets: pl.DataFrame
    known: pl.DataFrame | None = None
    claims: pl.DataFrame = field(default_factory=lambda: _empty(CLAIM_SCHEMA))
    names: pl.DataFrame = field(default_factory=lambda: _empty(NAME_SCHEMA))
    days: pl.DataFrame = field(default_factory=lambda: _empty(DAY_SCHEMA))
    flows: pl.DataFrame = field(default_factory=lambda: _empty(FLOW_SCHEMA))
    said: Said = field(default_factory=Said)
    before: Grouping | None = None
    evidence: Mapping[int, BlockEvidence] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """The structure of edges between stored assets, and ends that fit none.

    `self_edges` counts connections from an asset to itself, `left_out` by reason the records that join no two assets,
    `services` what listens in socket dumps: in all, and on a host that is known. `evidence`: as in Told.
    """

    structure: Structure
    unresolved: pl.DataFrame
    self_edges: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict)
    services: int = 0
    services_of_hosts: int = 0
    evidence: Mapping[int, BlockEvidence] = field(default_factory=dict)

    @property
    def edges(self) -> pl.DataFrame:
        """The edges that nobody refused."""
        return self.structure.edges
