"""A saved mapping profile: a known export's columns and what each is, in the store and in files."""

import json
from collections.abc import Collection, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from muster.phases.field_mapping.criteria import no_attribute
from muster.phases.field_mapping.memory import fingerprint
from muster.phases.field_mapping.review import Judged, first_facts
from muster.phases.field_mapping.suggest import normalise_header
from muster.vocabulary.errors import ProfileInvalid
from muster.vocabulary.kinds import RECORD_KINDS


class ProfileColumn(BaseModel):
    """One column of a known export: what it is, that it is not used (refused), or neither: it is left open."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str = Field(min_length=1)
    target: str | None = None
    unit: str | None = None
    refused: bool = False

    @model_validator(mode="after")
    def _makes_sense(self) -> "ProfileColumn":
        if self.refused and self.target is not None:
            raise ValueError(f"it is refused and has the target {self.target!r}")
        return self


class Profile(BaseModel):
    """A named mapping of a known export."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["muster mapping profile"] = "muster mapping profile"
    version: Literal[1] = 1
    name: str = Field(min_length=1, max_length=100)
    record_kind: str
    columns: tuple[ProfileColumn, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _makes_sense(self) -> "Profile":
        if self.record_kind not in RECORD_KINDS:
            raise ValueError(f"record_kind {self.record_kind!r} is none of {', '.join(RECORD_KINDS)}")
        sources = [column.source for column in self.columns]
        twice = sorted({source for source in sources if sources.count(source) > 1})
        if twice:
            raise ValueError(f"column {', '.join(map(repr, twice))} is there more than once")
        return self

    @property
    def fingerprint(self) -> str:
        """That of the export whose columns these are."""
        return fingerprint([column.source for column in self.columns], self.record_kind)

    def text(self) -> str:
        """The profile as a file."""
        return json.dumps(self.model_dump(mode="json"), ensure_ascii=False, indent=2) + "\n"


def profile_from(text: str) -> Profile:
    """Read a profile's file. Raises ProfileInvalid, which names the column and what is wrong with it."""
    try:
        return Profile.model_validate(json.loads(text))
    except json.JSONDecodeError as error:
        raise ProfileInvalid(f"The file is not JSON: {error}.") from error
    except ValidationError as error:
        wrong = "; ".join(_wrong(part["loc"], part["msg"], text) for part in error.errors())
        raise ProfileInvalid(f"The file is no mapping profile: {wrong}.") from error


def _wrong(place: Sequence[int | str], message: str, text: str) -> str:
    """What is wrong, at the column that a person finds it at."""
    if len(place) > 1 and place[0] == "columns" and isinstance(place[1], int):
        written: Any = json.loads(text)["columns"][place[1]]
        named = written.get("source") if isinstance(written, dict) else None
        field = ".".join(str(part) for part in place[2:])
        return f"column {place[1] + 1}{f' {named!r}' if named else ''}{f', {field}' if field else ''}: {message}"
    return f"{'.'.join(str(part) for part in place)}: {message}" if place else message.removeprefix("Value error, ")


def refuse_unknown(profile: Profile, targets: Collection[str]) -> None:
    """Raise ProfileInvalid for columns whose target the client does not have, with what is spelled most like it."""
    unknown = [column for column in profile.columns if column.target is not None and column.target not in targets]
    if unknown:
        wrong = "; ".join(f"column {one.source!r}: {no_attribute(str(one.target), targets)}" for one in unknown)
        own = any(str(one.target).startswith("custom.") for one in unknown)
        hint = "Make the client's own attributes first: muster mapping attribute add." if own else ""
        raise ProfileInvalid(wrong, hint=hint)


def profile_of(judged: Judged, name: str) -> Profile:
    """What stands for a table, as a profile: mapped columns, refused ones, and the rest left open."""
    taken = first_facts(judged.accepted.entries)
    columns = tuple(
        ProfileColumn(source=source, target=taken[at].target, unit=taken[at].unit)
        if at in taken
        else ProfileColumn(source=source, refused=at in judged.decided.choices)
        for at, source in enumerate(judged.suggested.table.columns, 1)
    )
    return Profile(name=name, record_kind=judged.suggested.table.record_kind, columns=columns)


def matched(profile: Profile, columns: Sequence[str]) -> dict[int, ProfileColumn]:
    """What the profile says of these columns, by position: of the same name, else of the same header alone."""
    exact = {column.source: column for column in profile.columns}
    alike: dict[str, list[ProfileColumn]] = {}
    for column in profile.columns:
        alike.setdefault(normalise_header(column.source), []).append(column)
    found: dict[int, ProfileColumn] = {}
    for at, source in enumerate(columns, 1):
        same = alike.get(normalise_header(source), [])
        chosen = exact.get(source) or (same[0] if len(same) == 1 else None)
        if chosen is not None and (chosen.refused or chosen.target is not None):
            found[at] = chosen
    return found
