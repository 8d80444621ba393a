"""What a recipe would change, before anybody adopts it: it is adopted in a transaction that is rolled back."""

from collections.abc import Mapping
from typing import Any

from muster.cleansing_review import adopt, changed_cells
from muster.flow.phase import Phase
from muster.phases.data_cleansing.choices import choice_of
from muster.store import cleansing_recipes, inventory
from muster.store.digest import digest
from muster.store.transaction import Database
from muster.vocabulary.scope import Scope


class _Seen(Exception):
    """The effect is known; nothing of it is kept."""


async def preview(database: Database, scope: Scope, name: str, phases: Mapping[str, Phase]) -> dict[str, Any]:
    """Changed cells by column with examples, assets that change, come and go, and the digest that would be."""
    found: dict[str, Any] = {}
    try:
        async with database.transaction(scope, actor="preview") as tx:
            recipe = await cleansing_recipes.read(tx, scope, name)
            columns = await changed_cells(tx, scope, [choice_of(one) for one in recipe["choices"]])
            before = await inventory.contents(tx, scope)
            now = await digest(tx, scope)
            await adopt(tx, scope, recipe, "preview", "", phases)
            after = await inventory.contents(tx, scope)
            found = {
                "recipe": name,
                "version": recipe["version"],
                "cells": sum(one["cells"] for one in columns),
                "columns": [{key: said for key, said in one.items() if key != "records"} for one in columns],
                "assets": {
                    "changed": sum(after[key] != before[key] for key in before.keys() & after.keys()),
                    "new": len(after.keys() - before.keys()),
                    "gone": len(before.keys() - after.keys()),
                },
                "digest": now,
                "digest_after": await digest(tx, scope),
            }
            raise _Seen
    except _Seen:
        return found
