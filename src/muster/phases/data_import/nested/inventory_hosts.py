"""The hosts of an Ansible inventory, which stand by name below groups: one record a host, with its groups."""

from collections.abc import Iterator, Mapping

from muster.vocabulary.table import Json

Records = list[Mapping[str, Json]]
DEEPEST = 12


def inventory_hosts(document: Json) -> tuple[str, Records] | None:
    """Path and records of an inventory, as `ansible-inventory --list` or an inventory file has it; None for others."""
    if not isinstance(document, dict):
        return None
    meta = document.get("_meta")
    if isinstance(meta, dict) and isinstance(meta.get("hostvars"), dict):
        return "_meta.hostvars{}", _listed(document, meta["hostvars"])
    if document and all(_is_group(group) for group in document.values()) and any(map(_holds, document.values())):
        return "hosts{}", _filed(document)
    return None


def _is_group(group: Json) -> bool:
    if group in (None, ""):
        return True
    return isinstance(group, dict) and bool(group) and set(group) <= {"hosts", "children", "vars"}


def _holds(group: Json) -> bool:
    return isinstance(group, dict) and any(isinstance(group.get(part), dict) for part in ("hosts", "children"))


def _listed(document: Mapping[str, Json], hostvars: Json) -> Records:
    """Hosts without variables stand in groups only."""
    groups: dict[str, list[Json]] = {}
    for name, group in document.items():
        hosts = group.get("hosts") if isinstance(group, dict) else None
        for host in hosts if isinstance(hosts, list) else []:
            groups.setdefault(str(host), []).append(name)
    known = hostvars if isinstance(hostvars, dict) else {}
    return [_record(host, groups.get(host, []), known.get(host)) for host in dict.fromkeys((*known, *groups))]


def _filed(document: Mapping[str, Json]) -> Records:
    groups: dict[str, list[Json]] = {}
    variables: dict[str, dict[str, Json]] = {}
    for group, host, said in _hosts(document, 0):
        groups.setdefault(host, []).append(group)
        variables.setdefault(host, {}).update(said)
    return [_record(host, groups[host], variables[host]) for host in groups]


def _hosts(groups: Mapping[str, Json], depth: int) -> Iterator[tuple[str, str, Mapping[str, Json]]]:
    for name, group in groups.items():
        if not isinstance(group, dict) or depth > DEEPEST:
            continue
        hosts, children = group.get("hosts"), group.get("children")
        for host, said in (hosts if isinstance(hosts, dict) else {}).items():
            yield name, host, said if isinstance(said, dict) else {}
        yield from _hosts(children if isinstance(children, dict) else {}, depth + 1)


def _record(host: str, groups: list[Json], said: Json) -> Mapping[str, Json]:
    return {"key": host, "groups": list(dict.fromkeys(map(str, groups))), **(said if isinstance(said, dict) else {})}
