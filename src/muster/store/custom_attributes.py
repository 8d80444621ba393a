"""Table `custom_attribute`: a client's own attributes; a name keeps its type for ever, so that every stored value stays readable."""

from collections.abc import Sequence
from typing import Any

from muster.store.transaction import Tx
from muster.vocabulary.attributes import CUSTOM, Attribute
from muster.vocabulary.errors import NotRemembered, UsageError
from muster.vocabulary.scope import Scope

NEWEST = """select distinct on (name) name, version, value_type, allowed_values, description, retired, author, reason, made_at from custom_attribute
where client_account_id = $1 order by name, version desc"""
LOCK = 7334


def _attribute(row: dict[str, Any]) -> Attribute:
    return Attribute(
        f"{CUSTOM}{row['name']}",
        "custom",
        row["value_type"],
        "",
        row["description"],
        "custom",
        tuple(row["allowed_values"]),
    )


async def listing(tx: Tx, scope: Scope) -> list[dict[str, Any]]:
    """The newest version of every attribute that the client ever had, by name."""
    return [dict(row) for row in await tx.fetch(NEWEST, scope.client_account_id)]


async def known(tx: Tx, scope: Scope) -> tuple[Attribute, ...]:
    """Every attribute that a value of this client may belong to, retired ones too, by name."""
    return tuple(_attribute(row) for row in await listing(tx, scope))


async def offered(tx: Tx, scope: Scope) -> tuple[Attribute, ...]:
    """The attributes that a column may be mapped to, by name."""
    return tuple(_attribute(row) for row in await listing(tx, scope) if not row["retired"])


async def add(
    tx: Tx, scope: Scope, name: str, value_type: str, values: Sequence[str], description: str, author: str, reason: str
) -> Attribute:
    """Append an attribute, or a new version of it. Raises UsageError where the name had another type before."""
    earlier = await _newest(tx, scope, name)
    if earlier is not None and earlier["value_type"] != value_type:
        raise UsageError(
            f"{name} is {earlier['value_type']}, and values of that type may be stored; an attribute keeps its type.",
            hint="Choose another name, or the same type.",
        )
    row = {"name": name, "value_type": value_type, "allowed_values": list(values), "description": description}
    await _append(tx, scope, row, 0 if earlier is None else earlier["version"], False, author, reason)
    return _attribute(row)


async def retire(tx: Tx, scope: Scope, name: str, author: str, reason: str) -> None:
    """Append that no more columns are mapped to the attribute; the values it has stay. Raises NotRemembered."""
    earlier = await _newest(tx, scope, name)
    if earlier is None or earlier["retired"]:
        raise NotRemembered(f"The client has no attribute {name}.")
    await _append(tx, scope, earlier, earlier["version"], True, author, reason)


async def _newest(tx: Tx, scope: Scope, name: str) -> dict[str, Any] | None:
    await tx.execute(
        "select pg_advisory_xact_lock($1, $2)", LOCK, scope.client_account_id
    )  # versions count without gaps
    return next((row for row in await listing(tx, scope) if row["name"] == name), None)


async def _append(
    tx: Tx, scope: Scope, row: dict[str, Any], version: int, retired: bool, author: str, reason: str
) -> None:
    await tx.execute(
        """insert into custom_attribute (client_account_id, engagement_id, name, version, value_type, allowed_values, description, retired, author,
            reason) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)""",
        scope.client_account_id,
        scope.engagement_id,
        row["name"],
        version + 1,
        row["value_type"],
        list(row["allowed_values"]),
        row["description"],
        retired,
        author,
        reason,
    )
