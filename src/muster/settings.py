"""Every setting of an installation, from the environment: MUSTER_ and the name below in capitals."""

import os
from pathlib import Path
from typing import Annotated, Literal

import platformdirs
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from muster.vocabulary.errors import UsageError

Place = Annotated[Path, AfterValidator(lambda path: path.expanduser().absolute())]
Positive = Annotated[float, Field(gt=0)]


def _home() -> Path:
    return platformdirs.user_data_path("muster", appauthor=False)


class AdviserSettings(BaseModel):
    """The optional adviser for field mapping. It is off until a URL is set, and it never writes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str | None = None
    model: str = ""
    key: SecretStr = SecretStr("")
    kind: Literal["openai", "crewai"] = "openai"
    samples: Literal["none", "masked"] = "none"
    seconds: Positive = 60.0
    requests: int = Field(default=4, ge=1)
    tokens: int = Field(default=50_000, ge=1)


class Settings(BaseSettings):
    """One reading of the environment. It is passed on as an argument: nothing below the doors reads it again."""

    model_config = SettingsConfigDict(
        env_prefix="MUSTER_",
        env_nested_delimiter="__",
        env_ignore_empty=True,
        frozen=True,
    )

    home: Place = Field(default_factory=_home)
    """The data directory: database, kept files, logs. Nothing is written anywhere else."""

    database_url: str | None = None
    """A PostgreSQL 15 or later to use (postgresql://user@host/name). Unset: an embedded server below the home."""

    postgres_bin: Place | None = None
    """Directory of the PostgreSQL programs that the embedded server runs. Unset: the installed ones are found."""

    client: str | None = None
    """Client account of commands that do not name one."""

    engagement: str | None = None
    """Engagement of commands that do not name one."""

    log: Literal["json", "console"] = "console"
    """Form of the log on standard error: one JSON object per line, or text for people."""

    log_level: Literal["debug", "info", "warning", "error"] = "warning"
    """Least level that is logged."""

    compute: Literal["threads", "processes"] = "processes"
    """Where heavy pure functions run: in threads of the worker or in processes of their own."""

    workers: int = Field(default_factory=lambda: os.cpu_count() or 1, ge=1)
    """How many steps one worker process computes at once; by default one per processor."""

    lease_seconds: Positive = 15.0
    """How long a step stays with a worker that has stopped answering before another takes it over."""

    step_timeout: Positive = 900.0
    """Seconds after which a step is ended and tried again."""

    span_bytes: int = Field(default=4 << 20, ge=1 << 10)
    """Bytes of a file that are read, kept and tried again as one block."""

    minimum_score: float = Field(default=0.6, ge=0, le=1)
    """Least score, 0 to 1, at which a suggested mapping of a column is taken over."""

    required_targets: dict[str, list[str]] = Field(default_factory=dict)
    """Targets that a mapping must have, by record kind, role of kinds or '*', as JSON: {"server": ["environment"]}."""

    human_approval: bool = False
    """Whether a person must approve every mapping, also that of a run with --approve auto."""

    adviser: AdviserSettings = Field(default_factory=AdviserSettings)
    """Who may be asked about columns, MUSTER_ADVISER__URL and so on. Unset: nobody, and nothing leaves the machine."""

    limits: dict[str, int] = Field(default_factory=dict)
    """What a file may be; names and defaults are those of the phase data_import. MUSTER_LIMITS__MAX_COLUMNS=20000."""


def read() -> Settings:
    """The settings as the environment has them; UsageError names each variable that does not fit."""
    try:
        return Settings()
    except ValidationError as error:
        wrong = (f"MUSTER_{'__'.join(map(str, part['loc'])).upper()}: {part['msg']}" for part in error.errors())
        raise UsageError("; ".join(wrong)) from error
