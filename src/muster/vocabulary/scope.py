"""Whose data a statement may touch: one engagement of one client account."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """The tenant pair that is part of every key and every query."""

    client_account_id: int
    engagement_id: int
