"""Wrong data is a value: what is wrong, where, and what to do next."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing wrong with the data. `rows` are 0-based places in its block; none means the whole table."""

    code: str
    message: str
    hint: str
    column: str | None = None
    value: str | None = None
    rule: str | None = None
    rows: tuple[int, ...] = ()
