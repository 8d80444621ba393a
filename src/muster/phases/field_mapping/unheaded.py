"""What the columns of a table without a header mean: each by its values, then by what stands beside it.

Nothing here needs nobody's look: without a header, values say what a column may be and never that it is.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from muster.phases.field_mapping.candidates import Candidates
from muster.phases.field_mapping.evidence import Column, Evidence
from muster.phases.field_mapping.second_names import NUMBERED_NAME, are_of_domains, same_names, short_names
from muster.phases.field_mapping.units import numbers
from muster.phases.field_mapping.uuids import is_of_machines
from muster.phases.field_mapping.values import agreement
from muster.vocabulary.late_pattern import late
from muster.vocabulary.table import ColumnProfile

BY_VALUES, BY_NEIGHBOURS = 0.62, 0.6
MANY = 3  # fewer different values say nothing of how values differ
DIFFERENT = 0.75  # the count of different values is an estimate, and lists hold repeated machines
OWN = 0.9  # of a second name: an alias that says what many run, Exchange or Intranet, is no name of theirs
_TAG = late(r"([A-Za-z]{1,5}[-_]?)0*\d{3,}")
_SERIAL = late(
    r"VMware-[0-9a-f -]{40,}|\d{4}(?:-\d{4}){5}-\d\d|(?=.*\d)(?=.*[A-Z])[A-Z0-9]{2,4}-?[A-Z0-9]{3,14}", re.IGNORECASE
)
_PLAIN_MAC = late(r"(?=.*\d)[0-9a-f]{12}", re.IGNORECASE)
_HEX_ID = late(r"[0-9a-f]{32}", re.IGNORECASE)
_COUNTS_OF_CORES = frozenset(
    (1, 2, 3, 4, 6, 8, 10, 12, 14, 16, 18, 20, 24, 28, 32, 36, 40, 44, 48, 56, 64, 72, 96, 128)
)
_MEMORIES = frozenset(
    (512, 768, 1536, 2560, 3072, 6144)
)  # MiB that are no whole power of two and are given all the same
_REPEATED = ("ip_address", "mac_address")
NAMED_AGAIN = "the names of another column, but for case or domain"  # several columns may: each is filled for some


@dataclass(frozen=True, slots=True)
class Seen:
    """One column without a header: its profile, its values, and what the samples say in numbers."""

    profile: ColumnProfile
    column: Column

    def share(self, *shapes: str) -> float:
        """The share of different values that have one of the shapes."""
        return self.column.values.share(shapes)

    @property
    def differs(self) -> float:
        """Different values for each filled record, 0..1; 0 where there are too few to say."""
        return self.profile.distinct / max(1, self.profile.filled) if self.profile.distinct >= MANY else 0.0

    def fits(self, pattern: re.Pattern[str]) -> float:
        """The share of samples that the pattern fits as a whole."""
        samples = [text.strip() for text in self.profile.samples]
        return sum(bool(pattern.fullmatch(text)) for text in samples) / max(1, len(samples))


@dataclass(frozen=True, slots=True)
class Sign:
    """Values of one attribute: which, how they are known, and the words for it."""

    target: str
    fits: Callable[[Seen], bool]
    reason: str


def _mostly(*shapes: str, least: float = 0.8) -> Callable[[Seen], bool]:
    return lambda seen: seen.share(*shapes) >= least and seen.share("boolean") < 0.5


SIGNS: tuple[Sign, ...] = (
    Sign("source_id", lambda seen: seen.fits(_HEX_ID) >= 0.9 and seen.differs >= DIFFERENT, "32 hexadecimal digits"),
    Sign("uuid", lambda seen: is_of_machines(seen.profile.samples), "UUIDs as the firmware of machines has them"),
    Sign("mac_address", _mostly("mac"), "nearly all values are hardware addresses"),
    Sign("mac_address", lambda seen: seen.fits(_PLAIN_MAC) >= 0.9 and seen.differs >= 0.5, "12 hexadecimal digits"),
    Sign("ip_address", _mostly("ip", "address_and_port"), "nearly all values are addresses"),
    Sign("cpu_model", _mostly("cpu"), "nearly all values are processors"),
    Sign("model", _mostly("hardware", least=0.6), "most values are product lines of hardware makers"),
    Sign("manufacturer", _mostly("manufacturer", least=0.6), "most values are makers"),
    Sign("os_name", _mostly("os", least=0.6), "most values are operating systems"),
    Sign("power_state", _mostly("power", least=0.9), "nearly all values are power states"),
    Sign("environment", _mostly("environment"), "nearly all values are environments"),
    Sign("lifecycle_status", _mostly("lifecycle"), "nearly all values are states of life"),
    Sign("asset_type", _mostly("asset_type"), "nearly all values are kinds of assets"),
    Sign("os_architecture", _mostly("architecture", least=0.9), "nearly all values are architectures"),
    Sign("virtualization_platform", _mostly("hypervisor", least=0.9), "nearly all values are hypervisors"),
    Sign("migration_strategy", _mostly("strategy", least=0.9), "nearly all values are ways to migrate"),
    Sign("criticality", _mostly("criticality", least=0.9), "nearly all values are degrees of importance"),
)  # fmt: skip


CONNECTED: tuple[Sign, ...] = (Sign("protocol", _mostly("protocol", least=0.9), "nearly all values are protocols"),)


def is_unheaded(columns: Sequence[Column]) -> bool:
    """True for a table none of whose columns has a name of its own."""
    return bool(columns) and all(column.header.absent for column in columns)


def by_values(
    profiles: Sequence[ColumnProfile],
    columns: Sequence[Column],
    choices: list[Candidates],
    decided: Mapping[int, str | None],
) -> list[Candidates]:
    """The columns whose own values say what they are; of several with the same sign the fullest, or which says more."""
    if not is_unheaded(columns):
        return choices
    seen = [Seen(profile, column) for profile, column in zip(profiles, columns, strict=True)]
    found: dict[int, Evidence] = {}
    signs = CONNECTED if columns[0].context.joins else SIGNS
    for place, one in enumerate(seen):
        sign = next((sign for sign in signs if one.profile.filled and sign.fits(one)), None)
        if sign is not None and place not in decided and sign.target not in decided.values():
            found[place] = Evidence(sign.target, BY_VALUES, sign.reason, values_only=True)
    lost: list[int] = []
    for target in {evidence.target for evidence in found.values()} - set(_REPEATED):
        rivals = [place for place in found if found[place].target == target]
        best = max(rivals, key=lambda place: (seen[place].profile.filled, seen[place].profile.distinct, -place))
        lost += [place for place in rivals if place != best]
    for place in lost:
        del found[place]
    kept = [Candidates(None, (), 0.0) if place in lost else choice for place, choice in enumerate(choices)]
    return _with(kept, columns, found)


def by_neighbours(
    profiles: Sequence[ColumnProfile],
    columns: Sequence[Column],
    choices: list[Candidates],
    decided: Mapping[int, str | None],
) -> list[Candidates]:
    """The columns that are known by what the others are: a domain behind the name, cores beside memory."""
    if not is_unheaded(columns):
        return choices
    seen = [Seen(profile, column) for profile, column in zip(profiles, columns, strict=True)]
    joins = columns[0].context.joins
    read_so_far = [choice.best.target if choice.best else None for choice in choices]
    told = [None if joins and target == "ip_address" else target for target in read_so_far]
    targets = [decided.get(place, target) for place, target in enumerate(told)]
    found: dict[int, Evidence] = {}
    for read in (_ends,) if joins else (_uuids, _names, _codes, _sizes, _versions):
        free = {at: one for at, one in enumerate(seen) if targets[at] is None and at not in decided}
        for place, target, reason in read(Table(seen, targets, free)):
            if targets[place] is None and (target not in targets or reason == NAMED_AGAIN):
                targets[place] = target
                found[place] = Evidence(target, BY_NEIGHBOURS, reason, values_only=True)
    return _with(choices, columns, found)


def _with(choices: list[Candidates], columns: Sequence[Column], found: Mapping[int, Evidence]) -> list[Candidates]:
    return [
        Candidates(found[place], (), agreement(str(found[place].target), columns[place].values))
        if place in found
        else choice
        for place, choice in enumerate(choices)
    ]


Found = Iterator[tuple[int, str, str]]  # place, target, reason


@dataclass(frozen=True, slots=True)
class Table:
    """All columns, what they mean so far, and by place those that mean nothing yet."""

    seen: Sequence[Seen]
    targets: Sequence[str | None]
    free: Mapping[int, Seen]

    def at(self, target: str) -> int | None:
        """The place of the column that means the target."""
        return self.targets.index(target) if target in self.targets else None


def _ends(table: Table) -> Found:
    """Of two columns of addresses the first began; of two of ports the one with fewer different values served."""
    addresses = [place for place, one in table.free.items() if one.share("ip") >= 0.8]
    for place, target in zip(addresses, ("source_ip", "destination_ip"), strict=False):
        yield place, target, "one of the two addresses of a connection"
    ports = [place for place, one in table.free.items() if _holds_ports(one)][:2]
    served = min(ports, key=lambda place: table.seen[place].profile.distinct, default=None)
    for place in ports:
        target = "destination_port" if place == served else "source_port"
        yield place, target, "few different ports" if place == served else "many different ports"


def _holds_ports(one: Seen) -> bool:
    values = numbers(one.profile.samples)
    return len(values) == len(one.profile.samples) > 0 and all(0 < value <= 65_535 for value in values)


def _uuids(table: Table) -> Found:
    """UUIDs that nothing shows to be the hardware's, one a row: the row's own key in the tool that wrote the list.

    They are the hardware's where the row has a key already, or where the list comes from what runs virtual machines.
    """
    places = [at for at, one in table.free.items() if one.share("uuid") >= 0.8 and one.differs >= DIFFERENT]
    keyed = table.at("source_id") is not None
    running = any(one.share("switched") >= 0.8 for one in table.seen)
    for place in sorted(places, key=lambda at: (-table.seen[at].profile.filled, at)):
        if keyed:
            yield place, "uuid", "UUIDs beside another key of the row"
        elif running:
            yield place, "uuid", "UUIDs of machines that are switched on and off"
        else:
            keyed = True
            yield place, "source_id", "a UUID for each row, by which the tool that wrote the list knows it"


def _names(table: Table) -> Found:
    place_of_name = table.at("name")
    if place_of_name is None:
        return
    named = table.seen[place_of_name]
    names = short_names(named.profile.samples)
    free = {place: one for place, one in table.free.items() if one.share("uuid") < 0.5}
    again = [
        place
        for place, one in free.items()
        if one.differs >= OWN and same_names(names, one.profile.samples, _expected(named, one))
    ]
    for place, one in free.items():
        dotted = one.share("fqdn") >= 0.8
        if dotted and one.differs >= DIFFERENT and named.share("fqdn") < 0.5:
            yield place, "fqdn", "different full names beside shorter ones"
        elif dotted and one.profile.distinct * 2 <= named.profile.distinct and _are_hosts(one):
            yield place, "virtualization_host", "few full host names, each beside many names"
        elif place in again:
            yield place, "hostname", NAMED_AGAIN
        elif not again and named.share("fqdn") >= 0.5 and not dotted and _are_short_names(one):
            yield place, "hostname", "different short names beside full ones"
        elif are_of_domains(names, one.profile.samples):
            yield place, "hostname", "machines of few domains, as directories write them"


def _expected(named: Seen, one: Seen) -> float:
    """The share of the samples of `one` that can be among those of `named`: not every record has a name, and both
    begin at the top of the list and end after so many different values.
    """
    filled = [seen.profile.filled / max(1, seen.profile.records) for seen in (named, one)]
    reach = [len(seen.profile.samples) / max(0.01, share) for seen, share in zip((named, one), filled, strict=True)]
    return filled[0] * min(1.0, reach[0] / max(1.0, reach[1]))


def _are_short_names(one: Seen) -> bool:
    return one.share("host") >= 0.8 and one.differs >= DIFFERENT


def _are_hosts(one: Seen) -> bool:
    """True for names of machines, which count; domains do not."""
    firsts = [text.split(".")[0] for text in one.profile.samples]
    return sum(any(mark.isdigit() for mark in first) for first in firsts) >= 0.8 * len(firsts)


def _codes(table: Table) -> Found:
    if table.at("name") is None:
        return
    for place, one in table.free.items():
        if one.differs < 0.5 or one.share("fqdn") >= 0.5 or _are_names(table, one):
            continue
        if _one_prefix(one):
            yield place, "asset_tag", "one prefix and a running number"
        elif one.fits(_SERIAL) >= 0.7:
            yield place, "serial_number", "codes of letters and digits, mostly different"


def _are_names(table: Table, one: Seen) -> bool:
    """True for the names of machines, whatever column holds them too: two machines may share one, never a serial."""
    named = table.at("name")
    again = named is not None and same_names(short_names(table.seen[named].profile.samples), one.profile.samples)
    return again or one.fits(NUMBERED_NAME) >= 0.5


def _one_prefix(one: Seen) -> bool:
    found = [_TAG.fullmatch(text.strip()) for text in one.profile.samples]
    return all(found) and len({match[1] for match in found if match}) == 1


def _sizes(table: Table) -> Found:
    memory = next((place for place, one in table.free.items() if _is_memory(one)), None)
    if memory is None:
        return
    yield memory, "memory_mb", "whole powers of two, as memory is given in megabytes"
    cores = next((place for place, one in table.free.items() if place != memory and _is_count_of_cores(one)), None)
    if cores is not None:
        yield cores, "cpu_cores", "small even numbers beside memory"


def _is_memory(one: Seen) -> bool:
    values = numbers(one.profile.samples)
    whole = [value for value in values if value >= 256 and (value % 1024 == 0 or value in _MEMORIES or value == 256)]
    return len(values) >= 2 and len(values) == len(one.profile.samples) and len(whole) >= 0.9 * len(values)


def _is_count_of_cores(one: Seen) -> bool:
    values = numbers(one.profile.samples)
    usual = [value for value in values if value in _COUNTS_OF_CORES]
    return len(values) >= 2 and len(values) == len(one.profile.samples) and len(usual) >= 0.9 * len(values)


def _versions(table: Table) -> Found:
    system = table.at("os_name")
    beside = table.free.get(system + 1) if system is not None else None
    if system is not None and beside is not None and beside.share("version") >= 0.8 and beside.differs < 0.5:
        yield system + 1, "os_version", "versions directly behind operating systems"
