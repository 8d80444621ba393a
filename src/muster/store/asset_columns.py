"""Some columns of the table `asset`, in slices: what can be looked through without holding a million assets at once."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import polars as pl

from muster.store.frames import Rows, copied, frame_of, list_of
from muster.store.transaction import Tx
from muster.vocabulary.scope import Scope

TENANT = "client_account_id = $1 and engagement_id = $2"
SLICE = 50_000
CHUNK_BITS = 12
TYPES = f"""select array_agg(id) as ids, array_agg(asset_type) as types from asset where {TENANT} group by id >> {CHUNK_BITS}"""
NAMES = ("name", "hostname", "fqdn", "source_id", "uuid", "asset_tag")
OF_APPLICATIONS = ("application_name", "application_id")
# Blanks that a comparison takes together or away, and letters beyond ASCII: a text with one of these is compared by whoever
# asked, not by the database.
ODD = r"[\t\n\r\f\v]|  | \.|[^\x01-\x7f]"


@dataclass(frozen=True, slots=True)
class Asked:
    """What assets are looked for by. `heads`: the beginnings, up to the first dot, of names in lower case; `addresses`:
    whole ones; `colons`: an address with colons is among them, which has many forms.
    """

    heads: Sequence[str]
    addresses: Sequence[str]
    colons: bool


async def slices(tx: Tx, scope: Scope, names: Sequence[str]) -> AsyncIterator[pl.DataFrame]:
    """The id and the named attributes of all assets, in order of id."""
    after = 0
    while True:
        found = await _read(tx, scope, names, "id > $3 order by id limit $4", after, SLICE)
        if found.height:
            yield found
        if found.height < SLICE:
            return
        after = found["id"][-1]


async def types(tx: Tx, scope: Scope) -> pl.DataFrame:
    """id and asset_type of every asset."""
    schema = {"id": pl.Int64, "asset_type": pl.String}
    # As arrays: a million rows cost the driver more than the database.
    rows = tx.cursor(TYPES, scope.client_account_id, scope.engagement_id)
    found = [pl.DataFrame({"id": row["ids"], "asset_type": row["types"]}, schema=schema) async for row in rows]
    return pl.concat([pl.DataFrame(schema=schema), *found])


async def answering(
    tx: Tx, scope: Scope, names: Sequence[str], asked: Asked, also: Sequence[int]
) -> AsyncIterator[pl.DataFrame]:
    """`slices` of the assets that may be meant by what is asked, and of those of the ids `also`; some more are among them."""
    which = f"(id = any($6::bigint[]) or {_may_be_meant(asked)}) and id > $7 order by id limit $8"
    after = 0
    while True:
        found = await _read(tx, scope, names, which, list(asked.heads), list(asked.addresses), asked.colons, list(also), after, SLICE)  # fmt: skip
        if found.height:
            yield found
        if found.height < SLICE:
            return
        after = found["id"][-1]


def _may_be_meant(asked: Asked) -> str:
    """Every asset that can answer, and a few that cannot: what decides is said in Python, here nothing must get lost."""
    own = [_begins_so(name) for name in NAMES]
    own.append(f"asset_type = 'application' and ({' or '.join(_begins_so(name) for name in OF_APPLICATIONS)})")
    if asked.addresses or asked.colons:  # else nobody's addresses need be looked through
        known = "lower(btrim(a, ' .') collate \"C\") = any($4::text[]) or ($5::boolean and strpos(a, ':') > 0)"
        own += [
            f"exists (select 1 from unnest({list_of(name)}) a where {known})"
            for name in ("ip_address", "management_ip")
        ]
    written = f"concat_ws(' ', {', '.join((*NAMES, *OF_APPLICATIONS))})"
    own.append("($4::text[] is null)")  # every value has a type, whether or not it is used
    return f"{' or '.join(own)} or {written} ~ '{ODD}' or ($5::boolean and strpos({written}, ':') > 0)"


def _begins_so(name: str) -> str:
    return f"lower(split_part(btrim({name}, ' '), '.', 1) collate \"C\") = any($3::text[])"


async def _read(tx: Tx, scope: Scope, names: Sequence[str], which: str, *values: object) -> pl.DataFrame:
    query = f"select {', '.join(['id', *names])} from asset where {TENANT} and {which}"
    text = await copied(tx, query, scope.client_account_id, scope.engagement_id, *values)
    return await asyncio.to_thread(frame_of, Rows(text, ("id", *names)))
