"""What the values of a table tell of its kind: host names, addresses, classes of devices, and which name repeats."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from muster.phases.data_import.kinds.kind_evidence import evidence
from muster.phases.data_import.tables.cell_shapes import shape
from muster.phases.data_import.tables.words import fold
from muster.vocabulary.late_pattern import late

SHAPED_ROWS = 200  # what a column holds shows in so many; what repeats shows in all
FEW = 4  # fewer rows than these prove nothing by repeating
MOST = 2 / 3
MEASURED = 2  # so many columns of measures, a time and things that come again make samples
LEAST_HOSTED = 3
SPLIT = late(r"[\W_]+")
CODE = late(r"([A-Za-z]{1,12})[-_ ]?0*\d+$")


@dataclass(frozen=True, slots=True)
class Values:
    """`hosts`, `addresses` and `cards` (MAC addresses) are positions of columns that hold such; `key` that of the one
    that names a row.

    `repeats`: the key stands in several rows each. `unique`: it stands in one; `nearly_unique`: but for one row in ten,
    as in lists that name a few things twice. `classes` counts classes of devices.
    `networking`: most rows name a maker or a system of network devices. `timed`: there is a column of times.
    `measured`: things that repeat, a time, and at least two measures that change. `hosted`: a column says of (nearly)
    every row on which of a few other things it runs.
    """

    hosts: tuple[int, ...]
    addresses: tuple[int, ...]
    cards: tuple[int, ...]
    key: int | None
    repeats: bool
    unique: bool
    nearly_unique: bool
    classes: Counter[str]
    networking: bool
    timed: bool
    measured: bool
    hosted: bool


def values_of(spoken: Sequence[str], body: Sequence[Sequence[str]], named: bool) -> Values:
    """What the first records tell; `spoken` are the folded names of the columns, `named` is False without a header."""
    filled = {at: _filled(body, at) for at in range(len(spoken))}
    hosts = tuple(at for at in filled if _holds_hosts(spoken[at], filled[at][:SHAPED_ROWS], named))
    addresses = tuple(at for at in filled if _holds(filled[at][:SHAPED_ROWS], "ip"))
    cards = tuple(at for at in filled if _holds(filled[at][:SHAPED_ROWS], "mac"))
    key = _key(spoken, hosts, filled)
    of_key = filled.get(key, []) if key is not None else []
    times = Counter(of_key)
    repeats = len(of_key) >= FEW and len(times) * 2 <= len(of_key)
    told = len(of_key) > 1 and len(of_key) * 10 >= len(body) * 9
    timed = any(evidence().single["time_columns"].search(said) for said in spoken)
    return Values(
        hosts,
        addresses,
        cards,
        key,
        repeats=repeats,
        unique=told and len(times) == len(of_key),
        nearly_unique=told and len(times) * 10 >= len(of_key) * 9,
        classes=_classes(spoken, filled),
        networking=_networking(spoken, body),
        timed=timed,
        measured=timed and repeats and sum(_measures(at, spoken, key, body) for at in filled) >= MEASURED,
        hosted=any(_runs_on(at, spoken, filled, len(body)) for at in filled),
    )


def _measures(at: int, spoken: Sequence[str], key: int | None, body: Sequence[Sequence[str]]) -> bool:
    """A measure differs from time to time; what a machine is equipped with does not."""
    if key is None or evidence().single["measures"].search(spoken[at]) is None:
        return False
    told = {(row[key], row[at]) for row in body if max(key, at) < len(row)}
    return len(told) > len({thing for thing, _ in told})


def _runs_on(at: int, spoken: Sequence[str], filled: dict[int, list[str]], rows: int) -> bool:
    """Other things than the rows are, fewer than these: the hosts of virtual machines, not their own host names."""
    if evidence().single["runs_on"].match(spoken[at]) is None:
        return False
    hosts = set(filled[at])
    few = len(filled[at]) >= LEAST_HOSTED and len(hosts) < len(filled[at]) and len(filled[at]) * 10 >= rows * 9
    names = [filled[other] for other in filled if other != at and evidence().identity["name"].search(spoken[other])]
    return few and any(_names_rows(each) and hosts.isdisjoint(each) for each in names)


def _filled(body: Sequence[Sequence[str]], position: int) -> list[str]:
    return [row[position].strip() for row in body if position < len(row) and row[position].strip()]


def _holds(values: Sequence[str], what: str) -> bool:
    return len(values) > 0 and sum(shape(value) == what for value in values) > MOST * len(values)


def _holds_hosts(said: str, values: Sequence[str], named: bool) -> bool:
    """Names as machines have them, under a header that allows for it: numbered codes of other things look the same."""
    identity, devices = evidence().identity, evidence().single["device_names"].match(said) is not None
    if not values or len(set(values)) * 2 <= len(values) or identity["code"].search(said):
        return False
    shapes = Counter(map(shape, values))
    alike = shapes["numbered"] + shapes["fqdn"]
    if alike and (devices or identity["host"].search(said)):
        alike += shapes["ip"]  # some machines of a list go by their address
    if alike <= MOST * len(values):
        return False
    if identity["host"].search(said):
        return True
    stems = {found.group(1).lower() for value in values if (found := CODE.match(value))}
    coded = len(stems) == 1 and len(values) >= FEW and len(next(iter(stems))) < 3
    told = devices or identity["name"].search(said) is not None
    return not coded and (told or (not named and _long_stems(values)))


def _long_stems(values: Sequence[str]) -> bool:
    """web01 and srv-ulm-2, but not M003."""
    letters = [sum(letter.isalpha() for letter in value) for value in values]
    return sum(count > 1 for count in letters) > MOST * len(letters)


def _key(spoken: Sequence[str], hosts: Sequence[int], filled: dict[int, list[str]]) -> int | None:
    """The column that says which thing a row is about: that of a host's name, of a name, else the first.

    Where rows have names of their own, nearly all different, a host is what they run on.
    """
    identity, single = evidence().identity, evidence().single
    named = [at for at, said in enumerate(spoken) if single["own_name"].search(said) and _names_rows(filled[at])]
    if named and any(map(single["runs_on"].match, spoken)):
        return named[0]
    for pattern in (identity["host"], identity["name"]):
        found = [at for at, said in enumerate(spoken) if pattern.search(said)]
        if found:
            return found[0]
    return hosts[0] if hosts else 0 if spoken else None


def _names_rows(values: Sequence[str]) -> bool:
    return len(values) >= LEAST_HOSTED and len(set(values)) * 10 >= len(values) * 9


def _classes(spoken: Sequence[str], filled: dict[int, list[str]]) -> Counter[str]:
    """How many rows a column of classes gives to each; of several such columns, the one that tells of the most."""
    best: Counter[str] = Counter()
    for at, said in enumerate(spoken):
        if not evidence().single["class_columns"].search(said) or not filled[at]:
            continue
        told = Counter(kind for value in filled[at] for kind in _class_of(value))
        if sum(told.values()) * 2 > len(filled[at]) and sum(told.values()) > sum(best.values()):
            best = told
    return best


def _class_of(value: str) -> Iterator[str]:
    if len(value) > 60:
        return
    plain = _plain(value)
    yield from [kind for kind, pattern in evidence().classes.items() if pattern.search(plain)][:1]


def _networking(spoken: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    single = evidence().single
    places = [at for at, said in enumerate(spoken) if single["network_value_columns"].search(said)]
    rows = [" ".join(row[at] for at in places if at < len(row)) for row in body[:SHAPED_ROWS]]
    told = [row for row in rows if row.strip()]
    networked = sum(single["network_values"].search(_plain(row)) is not None for row in told)
    return len(told) > 0 and networked > MOST * len(told)


def _plain(value: str) -> str:
    return " ".join(SPLIT.split(fold(value))).strip()
