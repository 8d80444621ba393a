"""The other end of a dependency: of a connection string only its hosts and ports stay, `db01:1433`; other text is text.

Read are the keywords of ADO.NET and ODBC, Oracle's descriptors and JDBC addresses, and every address of the form
`scheme://`. What else stands in them (user, password, database) names no other end, and a secret belongs in no
inventory. The source: Microsoft's SqlConnection.ConnectionString keywords, Oracle Net connect descriptors, RFC 3986.
"""

import re

import polars as pl

from muster.phases.data_cleansing.rule import Cleansed, Example, Reading, Rule
from muster.phases.data_cleansing.text import plain, tidy

URL = re.compile(r"^(?:jdbc:)?[a-z][\w+.-]*:(?:[\w+.-]+:)*@?//(?:[^@/\s]*@)?(?P<hosts>[^/;?\s]+)", re.I)
THIN = re.compile(r"^jdbc:oracle:\w+:(?:[^@\s]*)@(?P<hosts>[\w.-]+:\d+)\b", re.I)
DESCRIPTOR = re.compile(r"\(\s*HOST\s*=\s*(?P<host>[^)\s]+)\s*\)\s*\(\s*PORT\s*=\s*(?P<port>\d+)\s*\)", re.I)
KEYWORD = re.compile(
    r"(?:^|;)\s*(?:data source|server|servername|host|hostname|addr|address|network address)\s*=\s*"
    r"(?:tcp:|np:|lpc:)?(?P<host>[\w.-]+)(?:\\[\w$]+)?(?:\s*[,:]\s*(?P<port>\d+))?",
    re.I,
)
PORT = re.compile(r"(?:^|;)\s*port\s*=\s*(\d+)", re.I)


def _hosts(text: str) -> str | None:
    """Hosts with their ports, parted by commas; None where the text is no connection string."""
    if found := URL.match(text) or THIN.match(text):
        return ", ".join(part for part in found["hosts"].split(",") if part)
    if described := DESCRIPTOR.findall(text):
        return ", ".join(dict.fromkeys(f"{host}:{port}" for host, port in described))
    found = KEYWORD.search(text)
    if found is None:
        return None
    port = found["port"] or (named[1] if (named := PORT.search(text)) else None)
    return f"{found['host']}:{port}" if port else found["host"]


def apply(raw: str, _reading: Reading) -> Cleansed:
    """The hosts of a connection string, else the tidied text."""
    text = tidy(raw)
    return Cleansed(text if text is None else _hosts(text) or text)


def fast(column: pl.Expr, _reading: Reading) -> pl.Expr:
    """Text without a sign of a connection string that needs no tidying."""
    return pl.when(~column.str.contains(r"=|//|@")).then(plain(column))


RULE = Rule(
    name="endpoint",
    apply=apply,
    fast=fast,
    attributes=frozenset({"depends_on", "relationship_source", "relationship_target"}),
    examples=(
        Example("Server=tcp:db01.corp.example,1433;Database=crm;User Id=crm;Password=x", "db01.corp.example:1433"),
        Example("Data Source=db01\\PROD;Initial Catalog=crm;Integrated Security=SSPI", "db01"),
        Example("Driver={PostgreSQL};Server=db02;Port=5433;Uid=erp;", "db02:5433"),
        Example("jdbc:oracle:thin:@//db02:1521/ERP", "db02:1521"),
        Example("jdbc:oracle:thin:@db02:1521:ERP", "db02:1521"),
        Example("jdbc:sqlserver://db01:1433;databaseName=crm", "db01:1433"),
        Example("mongodb://crm:x@db01:27017,db02:27017/crm?replicaSet=rs0", "db01:27017, db02:27017"),
        Example("(DESCRIPTION=(ADDRESS=(PROTOCOL=TCP)(HOST=db02)(PORT=1521))(CONNECT_DATA=(SID=ERP)))", "db02:1521"),
        Example("https://billing.corp.example/api", "billing.corp.example"),
        Example("db01:1433", "db01:1433"),
        Example("Payroll  system; Billing", "Payroll system; Billing"),
        Example("n/a", None),
    ),
)
