"""Which form a value has: a number and how it is written, a day and in which order, an address, a word for nothing.

Every form is one regular expression that reads the same in Python's engine and in that of the column library, so that
single values and whole columns are judged alike. A value has the first form of `forms` that fits it.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib import resources

import polars as pl

from muster.vocabulary.late_pattern import late

BLANKS = "\t\n\x0b\x0c\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"  # the White_Space of Unicode
_BLANK = "".join(chr(code) for code in (*range(9, 14), 32, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B))) + (
    "\u2028\u2029\u202f\u205f\u3000"
)
MARKS = r"[;|,\n]"
# UTF-8 that was read as windows-1252 (and the other way round): what two or three bytes of one letter become.
GARBLED = (
    "\ufffd|[\u00c3\u00c4\u00c5][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc"
    "\u2013-\u203a\u20ac\u2122]|\u00c2[\u00a0-\u00bf]|\u00e2\u20ac|\u00ef\u00bb\u00bf|\u00ef\u00bf\u00bd"
)

_GARBLED = late(GARBLED)
_WORDS = {"word": ("null", "null_phrases", "junk"), "boolean": ("boolean",)}

_DIGIT, _HEX = "0123456789", "0123456789abcdefABCDEF"
_LETTER = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_GAPS = " ,;|\t\r\n"
_WHOLE, _DIGITS = r"(?:0|[1-9][0-9]*)", r"[0-9]+"
_SIGN = "[+-]?"
_AMOUNT = r"[0-9]+(?:[.,' \u00a0\u202f][0-9]+)*"
SIZES = r"[kmgtpe]i?b(?:ytes?)?|[kmgtpe]|[kmgt]o|bytes?|(?:kilo|mega|giga|tera)bytes?"
_RATES = r"[kmg]?bps|[kmg]i?b(?:it)?/s(?:ec)?|iops|[kmg]?hz|w|kw|va|kva"
_TIMES = (
    r"ms|sec|secs|seconds?|min|mins|minutes?|h|hrs?|hours?|std|stunden|days?|tage?|weeks?|months?|monate?|years?|jahre?"
)
_COUNTS = r"cores?|v?cpus?|cpu\(s\)|sockets?|threads?|vms?|u|he|eur|usd|gbp|chf|jpy|[€$£¥]"
UNITS = rf"{SIZES}|{_RATES}|{_TIMES}|{_COUNTS}"

_YEAR, _SHORT_YEAR = r"[0-9]{4}", r"(?:[0-9]{4}|[0-9]{2})"
_DAY, _MONTH = r"(?:0?[1-9]|[12][0-9]|3[01])", r"(?:0?[1-9]|1[0-2])"
_LATE = r"(?:1[3-9]|2[0-9]|3[01])"
_NAMES = (
    "jan feb mar mär apr may mai jun jul aug sep oct okt nov dec dez ene abr ago dic fev fév avr aoû aou déc gen mag "
    "giu lug set ott out janv juin juil"
)
MONTH_NAME = rf"(?i:(?:{'|'.join(_NAMES.split())})[a-zäéûôãç]{{0,7}})\.?"
_WEEKDAYS = "mon tue wed thu fri sat sun mo di mi do fr sa so lun mar mer jeu ven sam dim dom seg ter qua qui sex"
_DAY_WORDS = frozenset(word[:2] for word in (*_NAMES.split(), *_WEEKDAYS.split()))
_WEEKDAY = rf"(?:(?i:{'|'.join(_WEEKDAYS.split())})[a-zçá]{{0,6}}[.,]? {{1,2}})?"
_CLOCK = r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?(?: ?(?i:[ap]\.?m\.?))?"
_ZONE = r"(?: ?(?:Z|[A-Z]{2,5}|[+-][0-9]{2}:?[0-9]{2}))?"
_TIME_OF_DAY = rf"(?:T|,? {{1,2}}){_CLOCK}{_ZONE}"
_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_IPV4 = rf"{_OCTET}(?:\.{_OCTET}){{3}}"
_HEX4 = r"[0-9a-fA-F]{1,4}"
_IPV6 = (
    rf"(?:{_HEX4}(?::{_HEX4}){{7}}|(?:{_HEX4}(?::{_HEX4}){{0,6}})?::(?:{_HEX4}(?::{_HEX4}){{0,6}})?)"
    r"(?:%[0-9A-Za-z_.-]+)?"
)
_MAC = r"(?:[0-9a-fA-F]{2}(?:[:-][0-9a-fA-F]{2}){5}|[0-9a-fA-F]{4}\.[0-9a-fA-F]{4}\.[0-9a-fA-F]{4})"
_EMAIL = r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}"
_NEXT = r"(?:[ \t]*[;,|\r\n]+[ \t]*|[ \t]+)"
_COUNT = r"[0-9]{1,9}"

_NOT_VERSIONS = ("ipv4", "grouped_by_point", "dotted_day", "quantity", "size", "network")


@dataclass(frozen=True, slots=True)
class Form:
    """A way of writing a value.

    `shape` is what profiles call it, `traits` what is worth telling beside it, `order` whether such values are compared
    as numbers, days or text; `grouping` and `point` are the marks in a number. `unless` are earlier forms that fit some
    of the same values. `first` are the characters it can begin with (none: any), and one of `needs` must occur: both
    spare most looks at a value.
    """

    name: str
    shape: str
    pattern: str
    traits: tuple[str, ...] = ()
    order: str = "text"
    unless: tuple[str, ...] = ()
    grouping: str = ""
    point: str = "."
    first: str = ""
    needs: str = ""


@cache
def listed(name: str) -> tuple[str, ...]:
    """The words of a list in value_words.json, as they are written there."""
    text = (
        resources.files("muster.phases.data_import.profiles").joinpath("value_words.json").read_text(encoding="utf-8")
    )
    entry = json.loads(text)[name]
    return tuple(entry.split() if isinstance(entry, str) else entry)


def _any_of(*lists: str) -> str:
    found = dict.fromkeys(word for name in lists for word in listed(name))
    return f"(?i:{'|'.join(re.escape(word) for word in found)})"


def _numbers() -> tuple[Form, ...]:
    grouped = r"[1-9][0-9]{0,2}"
    comma = rf"{_SIGN}(?:{_DIGITS},(?:[0-9]{{1,2}}|[0-9]{{4,}})|(?:0|[0-9]{{4,}}),[0-9]{{3}})"
    excel = rf"{_SIGN}[1-9](?:[.,][0-9]{{1,5}})?E\+(?:1[1-9]|[2-9][0-9])"
    point = rf"{_SIGN}{grouped}(?:(?:\.[0-9]{{3}}){{2,}}(?:,{_DIGITS})?|\.[0-9]{{3}},{_DIGITS})"
    return (
        Form("integer", "integer", _SIGN + _WHOLE, order="number", unless=("phone",)),
        Form("padded", "integer", r"0[0-9]+", ("leading_zero",), "number", unless=("word",)),
        Form("decimal", "decimal", rf"{_SIGN}[0-9]*\.[0-9]+", order="number"),
        Form("excel_power", "decimal", excel, ("mangled_number",), "number"),
        Form(
            "power", "decimal", rf"{_SIGN}[0-9]+(?:[.,][0-9]+)?[eE][+-][0-9]{{1,3}}", ("power_of_ten",), "number",
            ("excel_power",),
        ),
        Form("comma", "decimal", comma, ("decimal_comma",), "number", point=","),
        Form("comma3", "integer", rf"{_SIGN}{grouped},[0-9]{{3}}", ("thousands_or_decimal",), "number", grouping=","),
        Form(
            "grouped", "integer", rf"{_SIGN}{grouped}(?:(?:,[0-9]{{3}}){{2,}}(?:\.{_DIGITS})?|,[0-9]{{3}}\.{_DIGITS})",
            ("thousands",), "number", grouping=",",
        ),
        Form("grouped_by_point", "integer", point, ("thousands",), "number", ("ipv4",), ".", ","),
        Form(
            "grouped_by_mark", "integer", rf"{_SIGN}{grouped}(?:['’ \u00a0\u202f][0-9]{{3}})+(?:[.,]{_DIGITS})?",
            ("thousands",), "number", ("phone",), "'’ \u00a0\u202f", ",",
        ),
        Form("percent", "percent", rf"{_SIGN}[0-9]*[.,]?[0-9]+ ?%", order="number", grouping="% ", point=","),
        Form("size", "size", rf"{_SIGN}{_AMOUNT} ?(?i:{SIZES})"),
        Form("quantity", "quantity", rf"{_SIGN}{_AMOUNT} ?(?i:{UNITS})|[€$£¥] ?{_SIGN}{_AMOUNT}", unless=("size",)),
    )  # fmt: skip


def _days() -> tuple[Form, ...]:
    both = "|".join(rf"0?{number}[/-]0?{number}" for number in range(1, 10)) + "|10[/-]10|11[/-]11|12[/-]12"
    named = (
        rf"{_WEEKDAY}(?:[0-9]{{1,2}}(?:st|nd|rd|th)?\.?[ -]{{1,2}}{MONTH_NAME}[, -]{{1,2}}{_SHORT_YEAR}"
        rf"|{MONTH_NAME} {{1,2}}[0-9]{{1,2}},? {_YEAR})"
    )
    written = (
        ("iso", r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])", (), ()),
        ("year_first", rf"{_YEAR}(?:/{_MONTH}/|\.{_MONTH}\.|-{_MONTH}-){_DAY}", (), ("iso",)),
        ("dotted", rf"{_DAY}\.{_MONTH}\.{_SHORT_YEAR}", ("day_first",), ()),
        ("either_way", rf"(?:{both})[/-]{_SHORT_YEAR}", (), ()),
        ("day_first", rf"{_LATE}[/-]{_MONTH}[/-]{_SHORT_YEAR}", ("day_first",), ()),
        ("month_first", rf"{_MONTH}[/-]{_LATE}[/-]{_SHORT_YEAR}", ("month_first",), ()),
        ("unclear", rf"{_MONTH}[/-]{_MONTH}[/-]{_SHORT_YEAR}", ("day_or_month",), ("either_way",)),
        ("named", named, (), ()),
    )
    plain = tuple(
        Form(f"{name}_day", "date", pattern, traits, _order(name), tuple(f"{other}_day" for other in unless))
        for name, pattern, traits, unless in written
    )
    timed = tuple(
        Form(
            f"{name}_moment", "datetime", f"(?:{pattern}){_TIME_OF_DAY}", traits, _order(name),
            tuple(f"{other}_moment" for other in unless),
        )
        for name, pattern, traits, unless in written
    )  # fmt: skip
    moment = rf"{_WEEKDAY}{MONTH_NAME} {{1,2}}[0-9]{{1,2}} {_CLOCK}(?: [A-Z]{{2,5}})? {_YEAR}"
    return (
        *plain,
        *timed,
        Form("written_moment", "datetime", moment, order="day"),
        Form("clock", "time", _CLOCK),
        Form("excel_day", "text", r"[0-3]?[0-9]-[A-Z][a-zäé]{2}|[A-Z][a-zäé]{2}-[0-9]{2}", ("month_and_day",)),
    )


def _order(name: str) -> str:
    return "text" if name == "unclear" else "day"


def _names() -> tuple[Form, ...]:
    token = rf"(?:{_IPV4}(?:/[0-9]{{1,2}})?|{_IPV6}(?:/[0-9]{{1,3}})?)"
    counts = (
        rf"{_COUNT}(?: *[;|] *{_COUNT})+|{_COUNT}(?:, +{_COUNT})+|{_COUNT}(?:,{_COUNT}){{2,}}"
        rf"|{_COUNT}(?:\r?\n{_COUNT})+"
    )
    path = rf"/[^/{BLANKS}][^/\n]*(?:/[^/\n]+)*/?|" r"[A-Za-z]:[\\/][^\n]*|\\\\[^\\\n]+\\[^\n]*"
    version = (
        r"[vV]?[0-9]+(?:\.[0-9]+){2,}(?:[-+._]?[A-Za-z0-9]+)*|[vV][0-9]+(?:\.[0-9]+)+"
        r"|[0-9]+(?:\.[0-9]+)+[-+_][A-Za-z0-9.+_-]+|[0-9]+(?:\.[0-9]+)+[a-z][0-9]*"
    )
    return (
        Form("ipv6", "ipv6", _IPV6, unless=("clock",)),
        Form("network", "network", rf"{_IPV4}/(?:[0-9]|[12][0-9]|3[0-2])|{_IPV6}/[0-9]{{1,3}}"),
        Form("endpoint", "endpoint", rf"(?:{_IPV4}|\[{_IPV6}\]):[0-9]{{1,5}}"),
        Form("mac", "mac", _MAC),
        Form(
            "uuid", "uuid", r"\{?[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\}?",
            unless=("word",),
        ),
        Form("email", "email", rf"{_EMAIL}|[^@<>{BLANKS}][^@<>\n]*<{_EMAIL}>", unless=("formula",)),
        Form("url", "url", r"[A-Za-z][A-Za-z0-9+.-]{1,15}://[^ \t\n]+"),
        Form("path", "path", path, unless=("email",)),
        Form("version", "version", version, unless=_NOT_VERSIONS),
        Form("fqdn", "fqdn", r"[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.[A-Za-z]{2,}", unless=("version", "mac")),
        Form("addresses", "ipv4", rf"{token}(?:{_NEXT}{token})+"),
        Form("macs", "mac", rf"{_MAC}(?:{_NEXT}{_MAC})+"),
        Form("emails", "email", rf"{_EMAIL}(?:{_NEXT}{_EMAIL})+"),
        Form("counts", "integer", counts, unless=("grouped",)),
    )  # fmt: skip


@cache
def forms() -> dict[str, Form]:
    """Every form by name, the first that fits first; 'blank', 'garbled', 'marked' and 'text' are not among them."""
    errors = r"#(?:N/A|NV|REF!|BEZUG!|NAME\?|VALUE!|WERT!|VALEUR!|DIV/0!|NUM!|ZAHL!|NULL!|SPILL!|CALC!|#+)"
    phone = r"\+[1-9][0-9]{0,2}(?:[ ./()-]{0,2}[0-9]){7,12}|\(?[2-9][0-9]{2}\)?[ -][0-9]{3}-[0-9]{4}"
    found = (
        Form("error", "error", errors, ("error_value",)),
        Form("word", "null", _any_of("null", "null_phrases", "junk") + r"|0{6,}", unless=("error",)),
        Form("boolean", "boolean", _any_of("boolean")),
        Form("formula", "formula", rf"=[^={BLANKS}].*|[+@-][A-Za-z]+\(.*", ("formula",)),
        Form("phone", "phone", phone),
        Form("ipv4", "ipv4", _IPV4),  # before numbers: 255.255.255.192 has no thousands
        *_numbers(),
        *_days(),
        *_names(),
    )
    return {entry.name: _gated(entry) for entry in found}


# Form -> characters it can begin with, and characters of which it must hold one.
_GATES = {
    "error": ("#", ""), "formula": ("=+-@", ""), "phone": ("+(23456789", "-+"),
    "integer": (_DIGIT + "+-", ""), "padded": ("0", ""), "decimal": (_DIGIT + "+-.", "."),
    "power": (_DIGIT + "+-", "eE"),
    "excel_power": (_DIGIT + "+-", "E"),
    "comma": (_DIGIT + "+-", ","), "comma3": (_DIGIT + "+-", ","), "grouped": (_DIGIT + "+-", ","),
    "grouped_by_point": (_DIGIT + "+-", "."), "grouped_by_mark": (_DIGIT + "+-", "'’ \u00a0\u202f"),
    "percent": (_DIGIT + "+-.,", "%"), "size": (_DIGIT + "+-", ""), "quantity": (_DIGIT + "+-€$£¥", ""),
    "clock": (_DIGIT, ":"), "excel_day": (_DIGIT + _LETTER, "-"), "written_moment": (_LETTER, ":"),
    "named_day": ("", _DIGIT), "named_moment": ("", ":"),
    "ipv4": (_DIGIT, "."), "ipv6": (_HEX + ":", ":"), "network": (_HEX + ":", "/"), "endpoint": (_DIGIT + "[", ":"),
    "mac": (_HEX, ":-."), "uuid": (_HEX + "{", "-"), "email": ("", "@"), "url": (_LETTER, ":"),
    "path": (_LETTER + "/\\", "/\\"), "version": (_DIGIT + "vV", "."), "fqdn": (_DIGIT + _LETTER + "_-", "."),
    "addresses": (_HEX + ":", _GAPS), "macs": (_HEX, _GAPS), "emails": ("", "@"), "counts": (_DIGIT, _GAPS),
}  # fmt: skip


def _gated(entry: Form) -> Form:
    numeric = entry.name.endswith(("_day", "_moment"))
    first, needs = _GATES.get(entry.name, (_DIGIT, "-/.") if numeric else ("", ""))
    return replace(entry, first=first, needs=needs)


LOOSE = {
    "garbled": Form("garbled", "text", GARBLED, ("garbled",)),
    "marked": Form("marked", "text", MARKS),
    "text": Form("text", "text", ""),
}


def form(name: str) -> Form:
    """The form of that name."""
    return LOOSE.get(name) or forms()[name]


def whole(pattern: str) -> str:
    """The pattern for a whole value, blanks around it left aside."""
    return f"^[{BLANKS}]*(?:{pattern})[{BLANKS}]*$"


@cache
def _special() -> str:
    return whole("|".join(f"(?:{entry.pattern})" for entry in forms().values()))


@cache
def _fits(name: str) -> Callable[[str], object]:
    """The test of one form, compiled when it is first needed: compiling all of them takes a tenth of a second."""
    if name in _WORDS:
        known = frozenset(word.casefold() for name_of_list in _WORDS[name] for word in listed(name_of_list))
        zeros = name == "word"
        return lambda text: text.casefold() in known or (zeros and len(text) > 5 and not text.strip("0"))
    return re.compile(forms()[name].pattern).fullmatch


@cache
def _candidates(first: str, lower: str) -> tuple[tuple[str, frozenset[str]], ...]:
    """The forms of a value that begins like this, each with the characters of which it needs one."""
    return tuple(
        (name, frozenset(entry.needs))
        for name, entry in forms().items()
        if (not entry.first or first in entry.first)
        and (not name.startswith(("named_", "written_")) or first.isdigit() or lower in _DAY_WORDS)
    )


def stripped(value: str) -> str:
    """The value without the blanks around it."""
    return value.strip(_BLANK)


@lru_cache(maxsize=1 << 16)
def form_of(value: str) -> str:
    """The name of the form of a value; 'blank' where it holds nothing."""
    text = stripped(value)
    if not text:
        return "blank"
    marks = frozenset(text)
    for name, needs in _candidates(text[0], text[:2].lower()):
        if (not needs or not needs.isdisjoint(marks)) and _fits(name)(text):
            return name
    if not text.isascii() and _GARBLED.search(text):
        return "garbled"
    return "text" if frozenset(value).isdisjoint(";|,\n") else "marked"


def has_form(name: str, values: pl.Expr) -> pl.Expr:
    """The same for a column: True where a value has the form, and so none that comes before it."""
    if name == "text":
        return ~values.str.contains(f"{_special()}|{GARBLED}|{MARKS}|{whole('')}")
    if name in LOOSE:
        special = f"{_special()}|{GARBLED}" if name == "marked" else _special()
        return values.str.contains(LOOSE[name].pattern) & ~values.str.contains(f"{special}|{whole('')}")
    entry = forms()[name]
    fits = values.str.contains(whole(entry.pattern))
    if not entry.unless:
        return fits
    return fits & ~values.str.contains(whole("|".join(f"(?:{forms()[other].pattern})" for other in entry.unless)))
