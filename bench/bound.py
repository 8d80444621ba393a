"""What the columns of an estate can tell at most: which records no reader could give to their thing.

A record is open where it has nothing in common with the others of its thing, not even almost a name, or where it has
all of that in common with another thing too and nothing that it says speaks against that one: no environment, no
operating system, not that one of them is retired, and no other row of its own list that is surely about that thing.
Who guesses can be right of open records; who is to be right of a thousand pairs but one does not guess.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from estate_tools import NO_SERIAL, NO_UUID, Written
from muster.phases.asset_inventory.systems import system_kin


def reachable(rows: Sequence[Written]) -> tuple[set[int], float]:
    """The open records, and the share of pairs of one thing of which neither is open: recall without a guess."""
    open_rows = _open(rows)
    every, told = Counter(row.thing for row in rows), Counter[int]()
    for at, row in enumerate(rows):
        told[row.thing] += at not in open_rows
    return open_rows, _pairs(told) / max(1, _pairs(every))


def _pairs(sizes: Mapping[int, int]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes.values())


def keys_of(row: Written) -> set[str]:
    """What identifies a row, to the letter; what tools write where they know nothing is left out."""
    said = row.values
    if (database := said.get("database_name")) is not None:
        return {f"database {str(database).lower()} on {str(said.get('hostname')).lower()}"}
    name, short, full = names_of(row)
    address = short == name.lower() and name.replace(".", "").isdigit()
    found = {f"name {short}"} if short and not address else set()
    found |= {f"full {text}" for text in (full, name.lower()) if "." in text and not address}
    found |= {f"address {ip}" for ip in [*_texts(said.get("ip_address")), *([name] if address else [])]}
    found |= {f"card {mac.lower().replace('-', ':')}" for mac in _texts(said.get("mac_address"))}
    found |= {f"uuid {_digits(said.get('uuid'))}"} if said.get("uuid") not in (None, *NO_UUID) else set()
    serial = said.get("serial_number")
    if serial is not None and serial not in NO_SERIAL:
        text = str(serial)
        found |= {f"uuid {_digits(text[7:])}" if text.startswith("VMware-") else f"serial {text}"}
    return found


def names_of(row: Written) -> tuple[str, str, str]:
    """The name as it is written, the short name and the full name in lower case."""
    said = row.values
    name = str(said.get("name") or said.get("hostname") or said.get("application_name") or "")
    full = str(said.get("fqdn") or "").lower()
    if name.replace(".", "").isdigit():
        return name, name.lower(), full
    return name, name.lower().split(".")[0] or full.split(".")[0], full


def _texts(value: object) -> list[str]:
    return [str(text) for text in value] if isinstance(value, list) else []


def _digits(value: object) -> str:
    plain = str(value).lower().replace("-", "").replace(" ", "")
    order = [plain[at : at + 2] for at in (6, 4, 2, 0, 10, 8, 14, 12)]
    return min(plain, "".join(order) + plain[16:])


def _facts(row: Written) -> dict[str, str]:
    """What speaks against another thing where both say it and it differs."""
    said = row.values
    retired = "retired" if said.get("lifecycle_status") == "retired" else "live"
    system = system_kin(str(said.get("os_name") or "")) or ""
    family, _, kin = system.partition(" ")
    stage = str(said.get("environment") or "")
    return {
        name: text for name, text in {"retired": retired, "family": family, "kin": kin, "stage": stage}.items() if text
    }


def _open(rows: Sequence[Written]) -> set[int]:
    keys, facts = [keys_of(row) for row in rows], [_facts(row) for row in rows]
    holders: dict[str, Counter[int]] = defaultdict(Counter)
    of_thing: dict[int, list[int]] = defaultdict(list)
    names: dict[str, set[int]] = defaultdict(set)
    for at, (row, own) in enumerate(zip(rows, keys, strict=True)):
        of_thing[row.thing].append(at)
        names[names_of(row)[1]].add(row.thing)
        for key in own:
            holders[key][row.thing] += 1

    def surely(at: int, thing: int) -> bool:
        """True for a row that has something in common with its thing and not with this one."""
        return any(holders[key][rows[at].thing] > 1 and not holders[key][thing] for key in keys[at])

    def against(at: int, rival: int) -> bool:
        others, own = of_thing[rival], (rows[at].tool, rows[at].table)
        beside = [other for other in others if (rows[other].tool, rows[other].table) == own]
        if any(surely(other, rows[at].thing) for other in beside):
            return True
        stated = (
            {facts[other][name] for other in others if name in facts[other]} - {text}
            for name, text in facts[at].items()
        )
        return any(
            text not in {facts[other].get(name) for other in others} and differing
            for (name, text), differing in zip(facts[at].items(), stated, strict=True)
        )

    def is_open(at: int) -> bool:
        thing = rows[at].thing
        shared = {key for key in keys[at] if holders[key][thing] > 1}
        if not shared:
            return not _almost(names_of(rows[at])[1], thing, names)
        rivals = {other for key in shared for other in holders[key] if other != thing}
        return any(
            shared <= {key for key in keys[at] if holders[key][rival]} and not against(at, rival) for rival in rivals
        )

    return {at for at, row in enumerate(rows) if len(of_thing[row.thing]) > 1 and is_open(at)}


def _almost(name: str, thing: int, names: Mapping[str, set[int]]) -> bool:
    """True where one letter's mistake leads to a name of the thing, and to no other thing's."""
    near = process.extract(name, [*names], scorer=OSA.distance, score_cutoff=1, limit=None)
    meant = {other for found, _, _ in near for other in names[found]}
    return meant == {thing} and any(found != name for found, _, _ in near)
