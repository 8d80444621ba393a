"""A folder of one-file entries. To add an entry, add a file; nothing else changes."""

import importlib
import pkgutil
from types import ModuleType
from typing import TypeVar

Entry = TypeVar("Entry")


def load(package: ModuleType, constant: str, kind: type[Entry]) -> dict[str, Entry]:
    """Map file name to the `constant` that each module of `package` defines, sorted by file name."""
    entries: dict[str, Entry] = {}
    for module in sorted(pkgutil.iter_modules(package.__path__), key=lambda found: found.name):
        found = getattr(importlib.import_module(f"{package.__name__}.{module.name}"), constant)
        if not isinstance(found, kind):
            raise TypeError(f"{package.__name__}.{module.name}.{constant} is not a {kind.__name__}")
        entries[module.name] = found
    return entries
