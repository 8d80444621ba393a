"""What people set of the rules: precedence of sources, policies for what vanished, identity rules in force."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import polars as pl

SET_PRECEDENCE, SET_POLICY, SET_RULE = "set_precedence", "set_policy", "set_rule"
KINDS = (SET_PRECEDENCE, SET_POLICY, SET_RULE)
LEAST_SCORE = "least_score"
IGNORE, STALE, RETIRE = "ignore", "stale", "retire"
# rule -> score: how far a join by this rule is trusted, 0..1. Each can be switched off, and all below a score.
IDENTITY_RULES = {
    "source_id": 0.99,
    "uuid": 0.99,
    "serial_number": 0.98,
    "asset_tag": 0.96,
    "mac_address": 0.95,
    "same_entry": 0.95,
    "fqdn": 0.97,
    "host_address": 0.93,
    "other_domain_address": 0.85,
    "similar_name_address": 0.85,
    "source_name": 0.9,
    "name": 0.85,
    "name_environment": 0.8,
    "name_system": 0.8,
    "name_listed_once": 0.8,
    "address": 0.8,
    "retired_in_one_list": 0.8,
    "address_system": 0.75,
    "written_otherwise": 0.75,
    "swapped_letters": 0.7,
    "lost_letter": 0.7,
}


@dataclass(frozen=True, slots=True)
class Policy:
    """What to say of an asset that a newer export of its source does not have any more."""

    kind: Literal["ignore", "stale", "retire"]
    after_days: int = 0


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules in force. `precedence` is by source and attribute (None: all that have none of their own).

    `version` is the number of the newest decision about rules, 0 for the rules as they come.
    """

    precedence: Mapping[tuple[str, str | None], int] = field(default_factory=dict)
    policies: Mapping[str, Policy] = field(default_factory=dict)
    off: frozenset[str] = frozenset()
    least_score: float = 0.0
    version: int = 0

    def allow(self, rule: str) -> bool:
        """Whether records may be joined by this identity rule. What is no such rule is always allowed."""
        return rule not in self.off and IDENTITY_RULES.get(rule, 1.0) >= self.least_score

    def general_precedence(self) -> dict[str, int]:
        """Source to the precedence that a person gave it for all attributes."""
        return {source: number for (source, attribute), number in self.precedence.items() if attribute is None}

    def precedence_for(self, attribute: str) -> dict[str, int]:
        """Source to the precedence that a person gave it for this very attribute."""
        return {source: number for (source, about), number in self.precedence.items() if about == attribute}


AS_THEY_COME = Rules()


def rules_of(standing: Iterable[Mapping[str, Any]]) -> Rules:
    """The rules after the standing decisions (id, kind, subject, body); of two about one thing the newer holds."""
    made = sorted((row for row in standing if row["kind"] in KINDS), key=lambda row: int(row["id"]))
    precedence: dict[tuple[str, str | None], int] = {}
    policies: dict[str, Policy] = {}
    switches: dict[str, bool] = {}
    least_score = 0.0
    for row in made:
        subject, body = row["subject"], row["body"]
        if row["kind"] == SET_PRECEDENCE:
            precedence[subject["source"], subject.get("attribute")] = int(body["precedence"])
        elif row["kind"] == SET_POLICY:
            policies[subject["source"]] = Policy(body["policy"], int(body.get("after_days") or 0))
        elif subject["rule"] == LEAST_SCORE:
            least_score = float(body["score"])
        else:
            switches[subject["rule"]] = bool(body["on"])
    kept = {source: policy for source, policy in policies.items() if policy.kind != IGNORE}
    off = frozenset(rule for rule, on in switches.items() if not on)
    return Rules(precedence, kept, off, least_score, max((int(row["id"]) for row in made), default=0))


def with_precedence(sources: pl.DataFrame, given: Mapping[str, int]) -> pl.DataFrame:
    """`sources` (source, precedence) with the precedence that people gave in place of what their files came with."""
    if not given:
        return sources
    own = pl.col("source").replace_strict(dict(given), default=None, return_dtype=pl.Int32)
    return sources.with_columns(precedence=pl.coalesce(own, pl.col("precedence").cast(pl.Int32)))


def strongest_key(rules: Rules = AS_THEY_COME) -> pl.Expr:
    """The strongest rule in force that a row's own keys could join it by; null where no rule is left for it."""
    named = pl.col("alias").is_not_null() | pl.col("host").is_not_null()
    keys = {
        "source_id": pl.col("sid").is_not_null(),
        "uuid": pl.col("uuid").is_not_null(),
        "serial_number": pl.col("serial").is_not_null(),
        "asset_tag": pl.col("tag").is_not_null(),
        "fqdn": pl.col("domain").is_not_null(),
        "address": ~named,
        "host_address": named & pl.col("ips").is_not_null(),
        "name": named,
    }
    chosen = pl.lit(None, pl.String)
    for rule, present in reversed(keys.items()):
        if rules.allow(rule):
            chosen = pl.when(present).then(pl.lit(rule)).otherwise(chosen)
    return chosen
