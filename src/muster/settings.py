"""Every setting of an installation, from the environment: MUSTER_ and the name below in capitals."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import platformdirs
from msgspec import Meta, Struct, field

from muster.vocabulary.errors import UsageError

PREFIX, NESTED = "muster_", "__"
Positive = Annotated[float, Meta(gt=0)]
Count = Annotated[int, Meta(ge=1)]


def _home() -> Path:
    return platformdirs.user_data_path("muster", appauthor=False)


class Secret(str):
    """A text that is not shown with the settings."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Secret()"


class AdviserSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """The optional adviser for field mapping. It is off until a URL is set, and it never writes."""

    url: str | None = None
    model: str = ""
    key: Secret = Secret()
    kind: Literal["openai", "crewai"] = "openai"
    samples: Literal["none", "masked"] = "none"
    seconds: Positive = 60.0
    requests: Count = 4
    tokens: Count = 50_000


class Settings(Struct, frozen=True):
    """One reading of the environment. It is passed on as an argument: nothing below the doors reads it again."""

    home: Path = field(default_factory=_home)
    """The data directory: database, kept files, logs. Nothing is written anywhere else."""

    database_url: str | None = None
    """A PostgreSQL 15 or later to use (postgresql://user@host/name). Unset: an embedded server below the home."""

    postgres_bin: Path | None = None
    """Directory of the PostgreSQL programs that the embedded server runs. Unset: the installed ones are found."""

    client: str | None = None
    """Client account of commands that do not name one."""

    engagement: str | None = None
    """Engagement of commands that do not name one."""

    log: Literal["json", "console"] = "console"
    """Form of the log on standard error: one JSON object per line, or text for people."""

    log_level: Literal["debug", "info", "warning", "error"] = "warning"
    """Least level that is logged."""

    compute: Annotated[str, Meta(pattern=r"^(threads|processes|dask://[^/\s]+:\d+)$")] = "processes"
    """Where heavy pure functions run: threads of the worker, processes of their own, or dask://host:port, a cluster."""

    workers: Count = field(default_factory=lambda: os.cpu_count() or 1)
    """How many steps one worker process computes at once; by default one per processor."""

    lease_seconds: Positive = 15.0
    """How long a step stays with a worker that has stopped answering before another takes it over."""

    step_timeout: Positive = 900.0
    """Seconds after which a step is ended and tried again."""

    span_bytes: Annotated[int, Meta(ge=1 << 10)] = 8 << 20
    """Bytes of a file that are read, kept and tried again as one block."""

    chunk_records: Annotated[int, Meta(ge=10, le=50_000)] = 50_000
    """Most records, 10 to 50000, that are cleansed, tried again or set aside together. Each chunk is a step."""

    chunk_policy: Literal["stop", "skip", "retry"] = "retry"
    """What a chunk that cannot be cleansed does: stop the flow; retry, then stop; or skip: retry, then set it aside."""

    chunk_retries: Annotated[int, Meta(ge=1, le=10)] = 3
    """How often such a chunk is tried again."""

    minimum_score: Annotated[float, Meta(ge=0, le=1)] = 0.6
    """Least score, 0 to 1, at which a suggested mapping of a column is taken over."""

    sure_only: bool = False
    """Whether a run that asks nobody takes only columns that need nobody's look (accept: auto), whatever the score."""

    required_targets: dict[str, list[str]] = field(default_factory=dict)
    """Targets that a mapping must have, by record kind, role of kinds or '*', as JSON: {"server": ["environment"]}."""

    human_approval: bool = False
    """Whether a person must approve every mapping, also that of a run with --approve auto."""

    adviser: AdviserSettings = field(default_factory=AdviserSettings)
    """Who may be asked about columns, MUSTER_ADVISER__URL and so on. Unset: nobody, and nothing leaves the machine."""

    limits: dict[str, int] = field(default_factory=dict)
    """What a file may be; names and defaults are those of the phase data_import. MUSTER_LIMITS__MAX_COLUMNS=20000."""


def environment(**given: str) -> dict[str, str]:
    """The environment for a process of ours, in which only the settings `given` are set: environment(home="/x")."""
    other = {name: text for name, text in os.environ.items() if name[:7].lower() != PREFIX}
    return other | {(PREFIX + name).upper(): text for name, text in given.items()}


def read() -> Settings:
    """The settings as the environment has them; UsageError names each variable that does not fit."""
    given = {name.lower(): text for name, text in os.environ.items() if text and name[:7].lower() == PREFIX}
    read, wrong = dict[str, Any](), list[str]()
    for setting in msgspec.structs.fields(Settings):
        name = PREFIX + setting.name
        parts = {rest[len(name + NESTED) :]: text for rest, text in given.items() if rest.startswith(name + NESTED)}
        if name not in given and not parts:
            continue
        try:
            read[setting.name] = _read(given.get(name), parts, setting.type)
        except msgspec.ValidationError as error:
            wrong.append(f"{name.upper()}: {error}")
    if wrong:
        raise UsageError("; ".join(wrong))
    return Settings(**read)


def _read(text: str | None, parts: Mapping[str, str], wanted: Any) -> Any:
    """A value of this type from its own variable, where a table is JSON, and from those of its members."""
    table = bool(parts) or wanted is AdviserSettings or getattr(wanted, "__origin__", None) is dict
    if not table:
        return msgspec.convert(text, wanted, strict=False, dec_hook=_special)
    try:
        members = msgspec.json.decode(text or "{}", type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise msgspec.ValidationError(f"it is no JSON object ({error})") from error
    return msgspec.convert({**members, **parts}, wanted, strict=False, dec_hook=_special)


def _special(wanted: type, text: str) -> Path | Secret:
    """What msgspec does not know: folders, and what nobody is to see."""
    return Path(text).expanduser().absolute() if issubclass(wanted, Path) else Secret(text)
