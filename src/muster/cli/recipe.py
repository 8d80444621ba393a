"""muster recipe: named lists of cleansing choices: see the effect, adopt, reuse, revoke, carry elsewhere."""

from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from muster.cleansing_review import adopt, changed_cells, revoke
from muster.cli.author import UNSAID, Saying
from muster.cli.changed import IN_EARNEST, Told, Trial, changed
from muster.cli.command import command
from muster.cli.options import HERE, Place
from muster.cli.output import Format, write_result, write_rows
from muster.cli.session import tenant
from muster.phases.data_cleansing.choices import as_json, choice_of
from muster.phases.data_cleansing.in_force import choices_in_force
from muster.phases.data_cleansing.recipe_file import Recipe, recipe_from, recipe_of
from muster.pipeline import pipeline
from muster.store import cleansing_decisions, cleansing_recipes
from muster.store.transaction import Tx
from muster.vocabulary.errors import FileMissing, NotRemembered, UsageError
from muster.vocabulary.scope import Scope

Name = Annotated[str, Parameter(help="Name of the recipe.")]


@command
async def list_(*, place: Place = HERE) -> None:
    """Every recipe of the client, and the version that this engagement goes by."""
    async with tenant(place) as (tx, scope):
        rows = await cleansing_recipes.listing(tx, scope)
        standing = await cleansing_decisions.standing(tx, scope)
    adopted = {one["body"]["recipe"]: one["body"]["version"] for one in standing if "recipe" in one["body"]}
    shown = [{**row, "adopted": adopted.get(row["name"]), "choices": len(row["choices"])} for row in rows]
    write_rows(shown, ("name", "version", "adopted", "choices", "author", "reason", "made_at"), place.format, "Recipes")


@command
async def show(name: Name, /, *, place: Place = HERE) -> None:
    """The choices of a recipe."""
    async with tenant(place) as (tx, scope):
        row = await cleansing_recipes.read(tx, scope, name)
    columns = (
        "kind",
        "attribute",
        "column",
        "raw",
        "value",
        "accepted",
        "unit",
        "day_first",
        "decimal_comma",
        "year_first",
        "rule",
    )
    write_rows(row["choices"], columns, place.format, f"{name}, version {row['version']}")


@command
async def save(
    name: Name,
    /,
    *,
    saying: Saying = UNSAID,
    place: Place = HERE,
) -> None:
    """Keep what this engagement goes by now (values that people set, adopted recipes) as a recipe of the client."""
    async with tenant(place) as (tx, scope):
        choices = [as_json(one) for one in await choices_in_force(tx, scope)]
        if not choices:
            raise UsageError("Nothing was chosen about cleansing in this engagement.")
        version = await cleansing_recipes.add(tx, scope, name, choices, saying.by, saying.reason)
    _kept(recipe_of(name, choices), version, place.format)


@command
async def import_file(
    file: Annotated[Path, Parameter(help="A recipe that muster recipe export wrote, or one written by hand.")],
    /,
    *,
    saying: Saying = UNSAID,
    place: Place = HERE,
) -> None:
    """Keep a recipe from a file; the same name again is a new version. It changes nothing until it is adopted."""
    if not file.is_file():
        raise FileMissing(f"There is no file {file}.")
    recipe = recipe_from(file.read_text(encoding="utf-8"))
    async with tenant(place) as (tx, scope):
        version = await cleansing_recipes.add(tx, scope, recipe.name, recipe.stored(), saying.by, saying.reason)
    _kept(recipe, version, place.format)


def _kept(recipe: Recipe, version: int, format: Format) -> None:
    write_result(
        {"name": recipe.name, "kept_version": version, "choices": recipe.stored()},
        format,
        f"Recipe {recipe.name}, version {version}: {len(recipe.choices)} choices.",
    )


@command
async def export(
    name: Name,
    /,
    *,
    output: Annotated[Path, Parameter(name=("--output", "-o"), help="The JSON file to write.")],
    place: Place = HERE,
) -> None:
    """Write a recipe to a file."""
    async with tenant(place) as (tx, scope):
        row = await cleansing_recipes.read(tx, scope, name)
    output.write_text(recipe_of(name, row["choices"]).text(), encoding="utf-8")
    write_result({"file": str(output), "choices": len(row["choices"])}, place.format, f"Recipe {name} is in {output}.")


@command
async def preview_(name: Name, /, *, place: Place = HERE) -> None:
    """What adopting a recipe would change here: cells with examples, assets, dependencies, findings."""
    await _adopted(name, UNSAID, Trial(preview=True), place)


@command
async def adopt_(name: Name, /, *, trial: Trial = IN_EARNEST, saying: Saying = UNSAID, place: Place = HERE) -> None:
    """Go by a recipe in this engagement, as it is now: past imports are cleansed again, later ones go by it too."""
    await _adopted(name, saying, trial, place)


async def _adopted(name: str, saying: Saying, trial: Trial, place: Place) -> None:
    async def act(tx: Tx, scope: Scope) -> Told:
        row = await cleansing_recipes.read(tx, scope, name)
        choices = [choice_of(one) for one in row["choices"]]
        cells = {"columns": await changed_cells(tx, scope, choices)} if trial.preview else {}
        number = await adopt(tx, scope, row, saying.by, saying.reason, pipeline())
        return {"decision": number, "recipe": name, "version": row["version"], **cells}

    told = await changed(
        act,
        lambda told: f"The engagement goes by {name}, version {told['version']} (decision {told['decision']}).",
        place,
        trial,
    )
    if trial.preview and place.format is Format.TABLE:
        rows = [{**one, "examples": [_example(seen) for seen in one["examples"]]} for one in told["columns"]]
        columns = ("file", "table", "column", "attribute", "cells", "values", "examples")
        write_rows(rows, columns, place.format, "Cells that would change")


def _example(seen: dict[str, Any]) -> str:
    return f"{seen['raw']} ({seen['count']}): {seen['before']} -> {seen['after']}"


@command
async def revoke_(name: Name, /, *, trial: Trial = IN_EARNEST, saying: Saying = UNSAID, place: Place = HERE) -> None:
    """Go by a recipe no more in this engagement; the client keeps it."""

    async def act(tx: Tx, scope: Scope) -> Told:
        standing = await cleansing_decisions.standing(tx, scope)
        numbers = [one["id"] for one in standing if one["body"].get("recipe") == name]
        if not numbers:
            raise NotRemembered(
                f"The engagement does not go by a recipe {name!r}.",
                hint="muster recipe list shows the recipes of the client, and which of them the engagement goes by.",
            )
        for number in numbers:
            await revoke(tx, scope, number, saying.by, saying.reason, pipeline())
        return {"recipe": name, "revoked": numbers}

    await changed(act, lambda _: f"The engagement goes by {name} no more.", place, trial)


@command
async def delete(
    name: Name,
    /,
    *,
    saying: Saying = UNSAID,
    place: Place = HERE,
) -> None:
    """Take a recipe from the client; engagements that adopted it go by it until they revoke it."""
    async with tenant(place) as (tx, scope):
        await cleansing_recipes.read(tx, scope, name)
        await cleansing_recipes.add(tx, scope, name, None, saying.by, saying.reason)
    write_result({"recipe": name, "deleted": True}, place.format, f"The client has the recipe {name} no more.")
