"""Objects as PowerShell's Export-Clixml writes them: properties by name, typed, nested, repeated by reference."""

from collections.abc import Mapping
from xml.etree.ElementTree import Element

from muster.vocabulary.table import Json

DEEPEST = 8
MEMBERS = ("Props", "MS")
LISTS = ("LST", "IE", "QUE", "STK")


def shell_objects(root: Element) -> list[Mapping[str, Json]]:
    """One record for each object of the file, or of the one list that the file holds."""
    objects = [child for child in root if _tag(child) == "Obj"]
    inner = _entries(objects[0]) if len(objects) == 1 else None
    found = [_value(entry, 0) for entry in (inner if inner is not None else objects)]
    return [value if isinstance(value, dict) else {"value": value} for value in found]


def _tag(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _entries(element: Element) -> list[Element] | None:
    """The entries of an object that is a list; None for other objects."""
    for child in element:
        if _tag(child) in LISTS:
            return list(child)
    return None


def _value(element: Element, depth: int) -> Json:
    if _tag(element) != "Obj" or depth > DEEPEST:
        return (element.text or "").strip()
    entries = _entries(element)
    if entries is not None:
        return [_value(entry, depth + 1) for entry in entries]
    members = _members(element, depth)
    if members:
        return members
    return next((_text(child) for child in element if _tag(child) == "ToString"), _text(element))


def _members(element: Element, depth: int) -> dict[str, Json]:
    """Properties and notes by name, and the entries of a dictionary."""
    found: dict[str, Json] = {}
    for part in element:
        if _tag(part) in MEMBERS:
            found.update({str(child.get("N", _tag(child))): _value(child, depth + 1) for child in part})
        elif _tag(part) == "DCT":
            for entry in part:
                sides = {side.get("N"): side for side in entry}
                if "Key" in sides and "Value" in sides:
                    found[_text(sides["Key"])] = _value(sides["Value"], depth + 1)
    return found


def _text(element: Element) -> str:
    return (element.text or "").strip()
