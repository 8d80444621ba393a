"""Names of machines on a network: what surrounds them falls away, what is no name is said."""

import re
from unicodedata import normalize

import polars as pl

from muster.phases.data_cleansing.text import null_words

LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
NAME = re.compile(rf"^{LABEL}(?:\.{LABEL})*$", re.ASCII)
DIGITS_AND_DOTS = re.compile(r"^[\d.]+$", re.ASCII)
# Scheme, UNC, Windows domain, service class of a Kerberos name
AROUND = re.compile(
    r"^(?:[a-z][a-z0-9+.-]*://|\\\\|[a-z0-9_.-]+\\|(?:host|http|cifs|ldap|termsrv|wsman|mssqlsvc)/)", re.ASCII
)
DISTINGUISHED = re.compile(
    r"^cn=([^,=]+),(?:(?:ou|cn|o|l)=[^,]+,)*(dc=.+)$", re.ASCII
)  # CN=WEB01,OU=Servers,DC=corp,DC=example,DC=com
BEHIND = re.compile(r"(?::\d{1,5})?(?:[/\\].*)?\$?$", re.ASCII)  # port, path or share, sign of a computer account
# What stands at a stroke in a text that begins with no scheme may be a second host: nothing is cut off there
AT_A_STROKE = re.compile(r"^[^/\\:]+/[^/]+$")
INSTANCE = re.compile(rf"^({LABEL})\\({LABEL})$", re.ASCII)  # server\instance of SQL Server, or domain\host
DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-")  # what word processors make of a hyphen
NOBODY = frozenset(
    {
        "localhost",
        "localhost.localdomain",
        "localhost.local",
        "localhost4",
        "localhost6",
        "localdomain",
        "ip6-localhost",
    }
)
USUAL = r"^[A-Za-z0-9_]+(?:-+[A-Za-z0-9_]+)*(?:\.[A-Za-z0-9_]+(?:-+[A-Za-z0-9_]+)*)*$"


def bare(text: str) -> str:
    """The name alone, lower case: without scheme, domain\\, port, path and trailing dots; LDAP's names too.

    Names of hosts have figures and names of domains have none: SQL01\\REPORTS is a server with an instance. Where both
    have, or two names stand at a stroke, the text stays as it is.
    """
    lower = text.lower() if text.isascii() else normalize("NFKC", text).translate(DASHES).lower()
    if found := DISTINGUISHED.match(lower):
        domain = ".".join(part.strip().removeprefix("dc=") for part in found[2].split(","))
        return f"{found[1].strip()}.{domain}"
    if (found := INSTANCE.match(lower)) and any(map(str.isdigit, found[1])):
        return lower if any(map(str.isdigit, found[2])) else found[1]
    if AT_A_STROKE.match(lower) and not AROUND.match(lower):
        return lower
    name = BEHIND.sub("", AROUND.sub("", lower)).rstrip(".")
    return name or lower


def is_name(name: str) -> bool:
    """Whether a lower-case text can name a host (RFC 1123, and the underscore that Windows allows); no address can."""
    return bool(NAME.match(name)) and not DIGITS_AND_DOTS.match(name) and len(name) <= 253


def usual(column: pl.Expr) -> pl.Expr:
    """Undecorated names with a letter in them, lower case; null for all else."""
    certain = column.str.contains(USUAL) & column.str.contains("[A-Za-z]") & (column.str.len_bytes() <= 63)
    name = pl.when(certain).then(column).str.to_lowercase()
    return pl.when(~name.is_in(sorted(NOBODY | null_words()))).then(name)
