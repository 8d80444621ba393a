"""Persons and teams: the name without its address, or the address alone in lower case.

'Last, First' is not turned round: 'Finance, Controlling' looks the same. A seat that nobody holds (vacant, N.N.) is
no person.
"""

import re

import polars as pl

from muster.phases.data_cleansing.rule import Cleansed, Example, Reading, Rule, wrong
from muster.phases.data_cleansing.text import plain, tidy
from muster.phases.data_cleansing.words import word_list

ADDRESS = r"[<(\[](?:mailto:)?[^<>()\[\]\s]+@[^<>()\[\]\s]+[>)\]]"
NAMED = re.compile(rf"^[\"']?(?P<name>[^<>\"']*[^<>\"'\s])[\"']?\s*{ADDRESS}$", re.I)
MAIL = re.compile(r"^<?(?:mailto:)?([^\s@<>;,]+@[^\s@<>;,]+\.[^\s@<>;,]+)>?$", re.I)
NAME_BEHIND = re.compile(r"^[^\s@<>;,]+@[^\s@<>;,]+\s+\((?P<name>[^()@]+)\)$")
AT = re.compile(r"(?<=\w)\s*[(\[{]\s?(?:at|ät)\s?[)\]}]\s*(?=\w)", re.I)  # jo(at)example.com, hidden from collectors
SEVERAL = re.compile(r"[;,\s]+")
ACCOUNT = re.compile(r"^[A-Za-z0-9_.-]+\\(?P<account>[^\\\s]+)$")


def apply(raw: str, _reading: Reading) -> Cleansed:
    """The person's or team's name."""
    text = tidy(raw)
    if text is None or text.lower() in word_list("nobody"):
        return Cleansed(None)
    text = AT.sub("@", text)
    if found := MAIL.match(text):
        return Cleansed(found[1].lower())
    if found := NAMED.match(text) or NAME_BEHIND.match(text):
        return Cleansed(tidy(found["name"]))
    if found := ACCOUNT.match(text):
        return Cleansed(tidy(found["account"]))
    if "@" in text and " " not in SEVERAL.sub("", text):
        return _addresses(text)
    return Cleansed(text)


def _addresses(text: str) -> Cleansed:
    """Several addresses, parted by semicolons; what is none of them is said."""
    parts = [part for part in SEVERAL.split(text) if part]
    if all(map(MAIL.match, parts)):
        return Cleansed("; ".join(dict.fromkeys(part.lower() for part in parts)))
    hint = "Correct the address in the source."
    return wrong("not_an_email", text, "holds something that is not an e-mail address", hint, value=text)


def fast(column: pl.Expr, _reading: Reading) -> pl.Expr:
    """Text without any sign of an address or account, and no word for nobody."""
    signs = column.str.contains(r"[@\\]|(?i:[(\[{] ?at ?[)\]}])")
    return pl.when(~signs & ~column.str.to_lowercase().is_in(word_list("nobody"))).then(plain(column))


RULE = Rule(
    name="person",
    apply=apply,
    fast=fast,
    attributes=frozenset({"owner", "business_owner", "assigned_user"}),
    examples=(
        Example("Jo Example <Jo.Example@Example.com>", "Jo Example"),
        Example("Jo.Example@Example.COM", "jo.example@example.com"),
        Example("mailto:jo@example.com", "jo@example.com"),
        Example("CORP\\jexample", "jexample"),
        Example("Example,  Jo", "Example, Jo"),
        Example("jo@example.com (Jo Example)", "Jo Example"),
        Example("jo(at)example.com", "jo@example.com"),
        Example("jo [at] example.com", "jo@example.com"),
        Example("vacant", None),
        Example("N.N.", None),
        Example("A@x.example, b@x.example", "a@x.example; b@x.example"),
        Example("jo@", "jo@", "not_an_email"),
        Example("jo@@example.com", "jo@@example.com", "not_an_email"),
        Example("Network Team", "Network Team"),
        Example("not assigned", None),
    ),
)
