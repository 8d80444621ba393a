"""Vendors' build numbers and names, read once from builds.json."""

import json
from functools import cache
from importlib import resources
from typing import Any


@cache
def builds() -> dict[str, dict[str, Any]]:
    """Vendors' build numbers and the releases they belong to."""
    text = resources.files("muster.phases.tech_debt_assessment").joinpath("builds.json").read_text("utf-8")
    table: dict[str, dict[str, Any]] = json.loads(text)
    return table
