"""muster recipe: named lists of cleansing choices: see the effect, adopt, reuse, revoke, carry elsewhere."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from muster.cleansing_review import adopt, revoke
from muster.cli.author import Author, Reason, author_of
from muster.cli.options import Client, Engagement, Output
from muster.cli.output import Format, conclude, say, write_json, write_rows
from muster.cli.session import opened, scope_of
from muster.phases.data_cleansing.choices import as_json
from muster.phases.data_cleansing.in_force import choices_in_force
from muster.phases.data_cleansing.recipe_file import Recipe, recipe_from, recipe_of
from muster.pipeline import pipeline
from muster.recipe_preview import preview
from muster.settings import read as read_settings
from muster.store import cleansing_decisions, cleansing_recipes
from muster.store.digest import digest
from muster.vocabulary.errors import FileMissing, NotRemembered, UsageError

Name = Annotated[str, Parameter(help="Name of the recipe.")]


def list_(*, client: Client = None, engagement: Engagement = None, format: Output = Format.TABLE) -> int:
    """Every recipe of the client, and the version that this engagement goes by."""

    async def command() -> int:
        settings = read_settings()
        async with opened(settings) as database:
            scope = await scope_of(settings, database, client, engagement)
            async with database.transaction(scope, actor="cli") as tx:
                rows = await cleansing_recipes.listing(tx, scope)
                standing = await cleansing_decisions.standing(tx, scope)
        adopted = {one["body"]["recipe"]: one["body"]["version"] for one in standing if "recipe" in one["body"]}
        shown = [{**row, "adopted": adopted.get(row["name"]), "choices": len(row["choices"])} for row in rows]
        write_rows(shown, ("name", "version", "adopted", "choices", "author", "reason", "made_at"), format, "Recipes")
        return 0

    return conclude(command, format)


def show(name: Name, /, *, client: Client = None, engagement: Engagement = None, format: Output = Format.TABLE) -> int:
    """The choices of a recipe."""

    async def command() -> int:
        settings = read_settings()
        async with opened(settings) as database:
            scope = await scope_of(settings, database, client, engagement)
            async with database.transaction(scope, actor="cli") as tx:
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
            "rule",
        )
        write_rows(row["choices"], columns, format, f"{name}, version {row['version']}")
        return 0

    return conclude(command, format)


def save(
    name: Name,
    /,
    *,
    author: Author = None,
    reason: Reason = "",
    client: Client = None,
    engagement: Engagement = None,
    format: Output = Format.TABLE,
) -> int:
    """Keep what this engagement goes by now (values that people set, adopted recipes) as a recipe of the client."""

    async def command() -> int:
        settings = read_settings()
        async with opened(settings) as database:
            scope = await scope_of(settings, database, client, engagement)
            async with database.transaction(scope, actor="cli") as tx:
                choices = [as_json(one) for one in await choices_in_force(tx, scope)]
                if not choices:
                    raise UsageError("Nothing was chosen about cleansing in this engagement.")
                version = await cleansing_recipes.add(tx, scope, name, choices, author_of(author), reason)
        return _kept(recipe_of(name, choices), version, format)

    return conclude(command, format)


def import_file(
    file: Annotated[Path, Parameter(help="A recipe that muster recipe export wrote, or one written by hand.")],
    /,
    *,
    author: Author = None,
    reason: Reason = "",
    client: Client = None,
    engagement: Engagement = None,
    format: Output = Format.TABLE,
) -> int:
    """Keep a recipe from a file; the same name again is a new version. It changes nothing until it is adopted."""

    async def command() -> int:
        if not file.is_file():
            raise FileMissing(f"There is no file {file}.")
        recipe = recipe_from(file.read_text(encoding="utf-8"))
        settings = read_settings()
        async with opened(settings) as database:
            scope = await scope_of(settings, database, client, engagement)
            async with database.transaction(scope, actor="cli") as tx:
                version = await cleansing_recipes.add(
                    tx, scope, recipe.name, recipe.stored(), author_of(author), reason
                )
        return _kept(recipe, version, format)

    return conclude(command, format)


def _kept(recipe: Recipe, version: int, format: Format) -> int:
    if format is Format.JSON:
        write_json({"name": recipe.name, "kept_version": version, "choices": recipe.stored()})
    else:
        say(f"Recipe {recipe.name}, version {version}: {len(recipe.choices)} choices.")
    return 0


def export(
    name: Name,
    /,
    *,
    output: Annotated[Path, Parameter(name=("--output", "-o"), help="The JSON file to write.")],
    client: Client = None,
    engagement: Engagement = None,
    format: Output = Format.TABLE,
) -> int:
    """Write a recipe to a file."""

    async def command() -> int:
        settings = read_settings()
        async with opened(settings) as database:
            scope = await scope_of(settings, database, client, engagement)
            async with database.transaction(scope, actor="cli") as tx:
                row = await cleansing_recipes.read(tx, scope, name)
        output.write_text(recipe_of(name, row["choices"]).text(), encoding="utf-8")
        if format is Format.JSON:
            write_json({"file": str(output), "choices": len(row["choices"])})
        else:
            say(f"Recipe {name} is in {output}.")
        return 0

    return conclude(command, format)


def preview_(
    name: Name, /, *, client: Client = None, engagement: Engagement = None, format: Output = Format.TABLE
) -> int:
    """What adopting a recipe would change here: cells with examples, and assets. Nothing is written."""

    async def command() -> int:
        settings = read_settings()
        async with opened(settings) as database:
            scope = await scope_of(settings, database, client, engagement)
            found = await preview(database, scope, name, pipeline())
        if format is Format.JSON:
            write_json(found)
            return 0
        rows = [
            {**one, "examples": [f"{e['raw']} ({e['count']}): {e['before']} -> {e['after']}" for e in one["examples"]]}
            for one in found["columns"]
        ]
        write_rows(rows, ("file", "table", "column", "attribute", "cells", "values", "examples"), format, name)
        told = ", ".join(f"{count} {word}" for word, count in found["assets"].items())
        say(f"{found['cells']} cells change; assets: {told}. Digest after: {found['digest_after']}")
        return 0

    return conclude(command, format)


def adopt_(
    name: Name,
    /,
    *,
    author: Author = None,
    reason: Reason = "",
    client: Client = None,
    engagement: Engagement = None,
    format: Output = Format.TABLE,
) -> int:
    """Go by a recipe in this engagement, as it is now: past imports are cleansed again, later ones go by it too."""

    async def command() -> int:
        settings = read_settings()
        async with opened(settings) as database:
            scope = await scope_of(settings, database, client, engagement)
            async with database.transaction(scope, actor="cli") as tx:
                row = await cleansing_recipes.read(tx, scope, name)
                number = await adopt(tx, scope, row, author_of(author), reason, pipeline())
                now = await digest(tx, scope)
        if format is Format.JSON:
            write_json({"decision": number, "recipe": name, "version": row["version"], "digest": now})
        else:
            say(f"The engagement goes by {name}, version {row['version']} (decision {number}).")
            say(f"Digest: {now}")
        return 0

    return conclude(command, format)


def revoke_(
    name: Name,
    /,
    *,
    author: Author = None,
    reason: Reason = "",
    client: Client = None,
    engagement: Engagement = None,
    format: Output = Format.TABLE,
) -> int:
    """Go by a recipe no more in this engagement; the client keeps it."""

    async def command() -> int:
        settings = read_settings()
        async with opened(settings) as database:
            scope = await scope_of(settings, database, client, engagement)
            async with database.transaction(scope, actor="cli") as tx:
                standing = await cleansing_decisions.standing(tx, scope)
                numbers = [one["id"] for one in standing if one["body"].get("recipe") == name]
                if not numbers:
                    raise NotRemembered(f"The engagement does not go by a recipe {name!r}.")
                for number in numbers:
                    await revoke(tx, scope, number, author_of(author), reason, pipeline())
                now = await digest(tx, scope)
        if format is Format.JSON:
            write_json({"recipe": name, "revoked": numbers, "digest": now})
        else:
            say(f"The engagement goes by {name} no more.")
            say(f"Digest: {now}")
        return 0

    return conclude(command, format)


def delete(
    name: Name,
    /,
    *,
    author: Author = None,
    reason: Reason = "",
    client: Client = None,
    engagement: Engagement = None,
    format: Output = Format.TABLE,
) -> int:
    """Take a recipe from the client; engagements that adopted it go by it until they revoke it."""

    async def command() -> int:
        settings = read_settings()
        async with opened(settings) as database:
            scope = await scope_of(settings, database, client, engagement)
            async with database.transaction(scope, actor="cli") as tx:
                await cleansing_recipes.read(tx, scope, name)
                await cleansing_recipes.add(tx, scope, name, None, author_of(author), reason)
        if format is Format.JSON:
            write_json({"recipe": name, "deleted": True})
        else:
            say(f"The client has the recipe {name} no more.")
        return 0

    return conclude(command, format)
