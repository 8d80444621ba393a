"""Which choices about cleansing hold in an engagement: what its people decided, recipes that were adopted among it."""

from collections.abc import Sequence

from muster.phases.data_cleansing.choices import Choice, choice_of, standing
from muster.store import cleansing_decisions, cleansing_recipes, decisions
from muster.store.transaction import Tx
from muster.vocabulary.scope import Scope
from muster.vocabulary.table import MappingEntry


async def choices_in_force(tx: Tx, scope: Scope) -> tuple[Choice, ...]:
    """Every choice that holds, in the order of the decisions."""
    found: list[Choice] = []
    for made in await cleansing_decisions.standing(tx, scope):
        body = made["body"]
        if made["kind"] == cleansing_decisions.ADOPT_RECIPE:
            origin = f"recipe {body['recipe']}, version {body['version']}"
            found += [choice_of(one, origin) for one in body["choices"]]
        else:
            found.append(choice_of(body["choice"], f"decision {made['id']} by {made['author']}"))
    return standing(found)


def concerning(choices: Sequence[Choice], entries: Sequence[MappingEntry]) -> tuple[Choice, ...]:
    """The choices that hold for any of these columns: others change nothing of a block, nor of its version."""
    return tuple(choice for choice in choices if any(choice.concerns(entry) for entry in entries))


async def begin_with_memory(tx: Tx, scope: Scope) -> None:
    """An engagement begins with what the client's people wanted remembered; later it is adopted by a person."""
    if not await cleansing_decisions.begins(tx, scope):
        return
    recipes = {row["name"]: row for row in await cleansing_recipes.listing(tx, scope)}
    if (kept := recipes.get(cleansing_recipes.REMEMBERED)) is not None and kept["choices"]:
        subject = {"recipe": kept["name"]}
        body = {"recipe": kept["name"], "version": kept["version"], "choices": kept["choices"]}
        await decisions.add(
            tx, scope, cleansing_decisions.ADOPT_RECIPE, subject, body, "muster", "remembered for the client"
        )
