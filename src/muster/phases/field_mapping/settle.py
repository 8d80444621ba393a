"""What columns mean beside each other: rivals for the name, words that yield to clearer ones, tables without a name."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from muster.phases.field_mapping.address_columns import by_addresses, without_shared
from muster.phases.field_mapping.candidates import THRESHOLD, Candidates
from muster.phases.field_mapping.context import needs_context
from muster.phases.field_mapping.evidence import Column, Evidence
from muster.phases.field_mapping.last_words import by_last_word
from muster.phases.field_mapping.lexicon import words
from muster.phases.field_mapping.naming import name_column
from muster.phases.field_mapping.own_keys import by_whose_uuids
from muster.phases.field_mapping.unheaded import by_neighbours, by_values
from muster.phases.field_mapping.values import agreement
from muster.vocabulary.table import ColumnProfile

PEOPLE = 0.8  # the share of values that look like names of people, where another column names things
FULL_DOMAINS, HALF = ("fqdn", "distinguished_name"), 0.5
ACCEPTED = 0.6  # what a mapping that nobody looks at takes; a name below it is as good as none


def settle(
    profiles: Sequence[ColumnProfile],
    columns: Sequence[Column],
    choices: Sequence[Candidates],
    decided: Mapping[int, str | None],
) -> list[Candidates]:
    """The choices of a whole table. `decided` are targets by place (0-based) that nothing here may change."""
    read = by_whose_uuids(profiles, columns, by_addresses(columns, choices), decided)
    read = _settle_domains(columns, read, decided)
    settled = by_values(profiles, columns, _settle_taken(columns, _settle_names(columns, read)), decided)
    named = _settle_nameless(profiles, columns, without_shared(profiles, settled, decided), decided)
    return by_last_word(profiles, columns, by_neighbours(profiles, columns, named, decided), decided)


def _settle_names(columns: Sequence[Column], choices: list[Candidates]) -> list[Candidates]:
    """Where several columns claim to be the name, the strongest keeps it; another one takes its second reading."""
    claims = [index for index, choice in enumerate(choices) if choice.best and choice.best.target == "name"]
    if len(claims) < 2:
        return choices
    people = {index for index in claims if columns[index].values.shares.get("person", 0.0) >= PEOPLE}
    winner = max(claims, key=lambda index: (index not in people, choices[index].strength, -index))
    settled = list(choices)
    for index in claims:
        if index in people and index != winner:
            settled[index] = Candidates(Evidence("assigned_user", 0.7, "people beside the names of things"), (), 0.0)
            continue
        rest = [evidence for evidence in choices[index].others if evidence.strength >= THRESHOLD]
        if index != winner and rest:
            settled[index] = Candidates(replace(rest[0], sure=False), tuple(rest[1:]), 0.0)
    return settled


def _settle_domains(
    columns: Sequence[Column], choices: list[Candidates], decided: Mapping[int, str | None]
) -> list[Candidates]:
    """Beside a domain of names (corp.example) one of a directory (EMEA) is none: it would stand in front of it."""
    claims = [place for place, choice in enumerate(choices) if _claims(place, choice, decided) == "dns_domain"]
    full = {place for place in claims if columns[place].values.share(FULL_DOMAINS) >= HALF}
    settled = list(choices)
    for place in set(claims) - full - decided.keys() if full else ():
        if columns[place].values.looked_at:
            settled[place] = Candidates(None, (), 0.0)
    return settled


def _claims(place: int, choice: Candidates, decided: Mapping[int, str | None]) -> str | None:
    return decided.get(place, choice.best.target if choice.best else None)


def _settle_nameless(
    profiles: Sequence[ColumnProfile],
    columns: Sequence[Column],
    choices: list[Candidates],
    decided: Mapping[int, str | None],
) -> list[Candidates]:
    """Where no column names the assets, the one that looks most like names does."""
    taken = [
        Evidence(decided[place], 1.0, "", sure=True) if place in decided else choice.best
        for place, choice in enumerate(choices)
    ]
    found = name_column(profiles, columns, taken, ACCEPTED)
    if found is None:
        return choices
    index, evidence = found
    named = Candidates(evidence, (), agreement("name", columns[index].values))
    return [named if place == index else choice for place, choice in enumerate(choices)]


def _settle_taken(columns: Sequence[Column], choices: list[Candidates]) -> list[Candidates]:
    """An ambiguous word yields to a clear one: beside a column of cores, a plain CPU count counts sockets."""
    targets = Counter(choice.best.target for choice in choices if choice.best)
    sure = {choice.best.target for choice in choices if choice.best and choice.best.sure}
    settled = []
    for column, choice in zip(columns, choices, strict=True):
        best = choice.best
        other = words().when_taken.get(str(best.target)) if best and not best.sure and best.target in sure else None
        if best and other and needs_context(column.header.phrase) and not targets[other]:
            moved = Evidence(other, 0.7, f"{best.reason}, and another column is clearly {best.target}")
            choice = Candidates(moved, (), agreement(other, column.values))
        settled.append(choice)
    return settled
