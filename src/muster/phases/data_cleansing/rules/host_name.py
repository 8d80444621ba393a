"""Host names: lower case, without domain, port or decoration.

The domain of a name in this column is not lost: the phase puts a fully qualified name into the attribute fqdn. Names
that every machine has of itself (localhost) are nothing. An address used as a name is kept as it is, with an issue.
"""

import polars as pl

from muster.phases.data_cleansing.host import NOBODY, bare, is_name, usual
from muster.phases.data_cleansing.rule import Cleansed, Example, Reading, Rule, wrong
from muster.phases.data_cleansing.text import tidy

HINT = "Correct the name in the source, or map the column to name."


def apply(raw: str, _reading: Reading) -> Cleansed:
    """The short name."""
    text = tidy(raw)
    if text is None:
        return Cleansed(None)
    name = bare(text)
    if name in NOBODY:
        return wrong("junk_host", text, "is what every machine calls itself", HINT)
    if not is_name(name):
        return wrong("not_a_host_name", text, "cannot be the name of a host", HINT, value=text.lower())
    return Cleansed(name.partition(".")[0])


def fast(column: pl.Expr, _reading: Reading) -> pl.Expr:
    """Undecorated names."""
    return usual(column).str.splitn(".", 2).struct.field("field_0")


RULE = Rule(
    name="host_name",
    apply=apply,
    fast=fast,
    attributes=frozenset({"hostname"}),
    examples=(
        Example("WEB01", "web01"),
        Example("Web01.Corp.Example.COM.", "web01"),
        Example("CORP\\WEB01$", "web01"),
        Example("\\\\files01\\share", "files01"),
        Example("https://app01.example.com:8443/x", "app01"),
        Example("CN=WEB01,OU=Servers,DC=corp,DC=example,DC=com", "web01"),
        Example("HOST/web01.corp.example.com", "web01"),
        Example("sql_prod-01", "sql_prod-01"),
        Example("web\u201301", "web-01"),
        Example("\uff37\uff25\uff22\uff10\uff11", "web01"),
        Example("SQL01\\REPORTS", "sql01"),
        Example("SQL01\\INST2", "sql01\\inst2", "not_a_host_name"),
        Example("web01/web02", "web01/web02", "not_a_host_name"),
        Example("localhost.localdomain", None, "junk_host"),
        Example("10.1.2.3", "10.1.2.3", "not_a_host_name"),
        Example("web 01 (old)", "web 01 (old)", "not_a_host_name"),
        Example("unknown", None),
    ),
)
