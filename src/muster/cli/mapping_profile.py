"""muster mapping profile: named mappings of known exports, kept for a client and carried elsewhere by file."""

from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from muster.cli.author import UNSAID, Saying
from muster.cli.command import command
from muster.cli.mapping import Import, Table, change_mapping
from muster.cli.options import HERE, Place
from muster.cli.output import Format, write_result, write_rows
from muster.cli.session import tenant
from muster.mapping_review import Opened, Person, Said
from muster.mapping_review import opened as opened_mapping
from muster.mapping_review import say as say_of_columns
from muster.phases.field_mapping.profile_file import Profile, matched, profile_from, profile_of, refuse_unknown
from muster.phases.field_mapping.review import Judged
from muster.pipeline import pipeline
from muster.settings import read as read_settings
from muster.store import custom_attributes, mapping_profiles
from muster.store.transaction import Tx
from muster.vocabulary.attributes import attributes
from muster.vocabulary.errors import ColumnNotFound, ProfileInvalid, UsageError
from muster.vocabulary.scope import Scope

Name = Annotated[str, Parameter(help="Name of the profile.")]


@command
async def list_(*, place: Place = HERE) -> None:
    """Every profile of the client."""
    async with tenant(place) as (tx, scope):
        rows = await mapping_profiles.listing(tx, scope)
    shown = [{**row, "mapped": sum(one["target"] is not None for one in row["columns"])} for row in rows]
    wanted = ("name", "version", "record_kind", "mapped", "author", "reason", "made_at")
    write_rows(shown, wanted, place.format, "Mapping profiles")


@command
async def save(
    name: Name,
    import_: Import,
    /,
    *,
    table: Table = None,
    saying: Saying = UNSAID,
    place: Place = HERE,
) -> None:
    """Keep the mapping of a table under a name; the same name again is a new version."""
    settings = read_settings()
    async with tenant(place) as (tx, scope):
        found = await opened_mapping(tx, scope, import_, settings.minimum_score, hold=False)
        profile = profile_of(found.table(table), name)
        version = await _keep(tx, scope, profile, saying.by, saying.reason)
    _kept(profile, version, place.format)


async def _keep(tx: Tx, scope: Scope, profile: Profile, author: str, reason: str) -> int:
    columns = [column.model_dump() for column in profile.columns]
    kind, known = profile.record_kind, profile.fingerprint
    return await mapping_profiles.add(tx, scope, profile.name, kind, known, columns, author, reason)


def _kept(profile: Profile, version: int, format: Format) -> None:
    write_result(
        {**profile.model_dump(mode="json"), "kept_version": version, "fingerprint": profile.fingerprint},
        format,
        f"Profile {profile.name}, version {version}: {len(profile.columns)} columns.",
    )


async def _read(tx: Tx, scope: Scope, name: str) -> Profile:
    row = await mapping_profiles.read(tx, scope, name)
    return Profile(name=name, record_kind=row["record_kind"], columns=row["columns"])


async def _targets(tx: Tx, scope: Scope) -> list[str]:
    return [*attributes(), *(own.name for own in await custom_attributes.offered(tx, scope))]


@command
async def apply(
    name: Name,
    import_: Import,
    /,
    *,
    table: Table = None,
    saying: Saying = UNSAID,
    place: Place = HERE,
) -> None:
    """Say of every column of an import that the profile knows what the profile says; the others stay as they are."""

    async def change(tx: Tx, found: Opened, person: Person) -> list[Judged]:
        profile = await _read(tx, found.key.scope, name)
        refuse_unknown(profile, await _targets(tx, found.key.scope))
        judged = found.table(table)
        known = matched(profile, judged.suggested.table.columns)
        if not known:
            raise ColumnNotFound(f"{judged.suggested.table.name} has no column that the profile {name} knows.")
        said = [Said(position, column.target, column.unit, unit_read=True) for position, column in known.items()]
        return [await say_of_columns(tx, found, judged, said, person, pipeline())]

    person = Person(saying.by, saying.reason or f"profile {name}")
    await change_mapping(import_, person, place, change)


@command
async def export(
    name: Name,
    /,
    *,
    output: Annotated[Path, Parameter(name=["--output", "-o"], help="The JSON file to write.")],
    place: Place = HERE,
) -> None:
    """Write a profile to a file that another engagement or client account may import."""
    async with tenant(place) as (tx, scope):
        profile = await _read(tx, scope, name)
    try:
        output.write_text(profile.text(), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{output} cannot be written: {error}") from error
    write_result(
        {"file": str(output), "name": name, "columns": len(profile.columns)}, place.format, f"{name} is in {output}."
    )


@command
async def import_file(
    file: Annotated[Path, Parameter(help="The file that muster mapping profile export wrote.")],
    /,
    *,
    name: Annotated[str | None, Parameter(help="Another name for it here.")] = None,
    saying: Saying = UNSAID,
    place: Place = HERE,
) -> None:
    """Keep a profile from a file. Its columns must be attributes that this client has."""
    profile = _from_file(file, name)
    async with tenant(place) as (tx, scope):
        refuse_unknown(profile, await _targets(tx, scope))
        version = await _keep(tx, scope, profile, saying.by, saying.reason or f"from {file.name}")
    _kept(profile, version, place.format)


def _from_file(file: Path, name: str | None) -> Profile:
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error}") from error
    except UnicodeDecodeError as error:
        raise ProfileInvalid(f"{file.name} is not UTF-8 text.") from error
    profile = profile_from(text)
    return profile if name is None else profile.model_copy(update={"name": name})


@command
async def revoke(
    name: Name,
    /,
    *,
    saying: Saying = UNSAID,
    place: Place = HERE,
) -> None:
    """Take a profile back; its versions stay in the record, and imports that used it stay as they are."""
    async with tenant(place) as (tx, scope):
        await mapping_profiles.read(tx, scope, name)
        await mapping_profiles.add(tx, scope, name, None, None, None, saying.by, saying.reason)
    told: dict[str, Any] = {"name": name, "revoked": True}
    write_result(told, place.format, f"Profile {name} is taken back.")
