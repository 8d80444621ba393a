"""Makers and suppliers: one name each, without the legal form.

The list joins the names that one company goes by; a name it does not hold keeps its spelling, less 'Inc.', 'GmbH' and
the like at its end. Junk values of firmware are nothing. HP and HPE are two companies since 2015 and stay two.
"""

import re
from functools import cache

from muster.phases.data_cleansing.labels import problem
from muster.phases.data_cleansing.rule import Cleansed, Example, Reading, Rule
from muster.phases.data_cleansing.text import tidy
from muster.phases.data_cleansing.words import word_list
from muster.vocabulary.spellings import key, meaning

LAST_WORD = re.compile(r"^(?P<name>.*?\w.*?)[\s,]+(?P<form>\(?[^\s,()]+\)?)[\s,]*$", re.S)


@cache
def _forms() -> frozenset[str]:
    return frozenset(key(form) for form in word_list("legal_forms"))


def _without_form(name: str) -> str:
    found = LAST_WORD.match(name)
    while found and key(found["form"]) in _forms() | {"", "&"}:
        name = found["name"].rstrip(" ,&")
        found = LAST_WORD.match(name)
    return name.rstrip(" ,")


def apply(raw: str, _reading: Reading) -> Cleansed:
    """The company's usual name."""
    text = tidy(raw)
    if text is None:
        return Cleansed(None)
    name = _without_form(text)
    return problem(text) or Cleansed(meaning("vendors", text) or meaning("vendors", name) or name or text)


RULE = Rule(
    name="vendor",
    apply=apply,
    attributes=frozenset({"manufacturer", "vendor", "software_publisher"}),
    examples=(
        Example("Dell Inc.", "Dell"),
        Example("DELL EMC", "Dell"),
        Example("VMware, Inc.", "VMware"),
        Example("Microsoft Corporation", "Microsoft"),
        Example("Hewlett-Packard Company", "HP"),
        Example("Hewlett Packard Enterprise", "HPE"),
        Example("Cisco Systems, Inc.", "Cisco"),
        Example("Huawei Technologies Co., Ltd.", "Huawei"),
        Example("Musterbau GmbH & Co. KG", "Musterbau"),
        Example("Acme Tools", "Acme Tools"),
        Example("System manufacturer", None, "junk_value"),
        Example("", None),
    ),
)
