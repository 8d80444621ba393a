"""One end of a relation: of a connection string only its hosts and ports stay, `db01:1433`; other text is text."""

import polars as pl

from muster.phases.data_cleansing.connection_string import hosts
from muster.phases.data_cleansing.rule import Cleansed, Example, Reading, Rule
from muster.phases.data_cleansing.text import plain, tidy


def apply(raw: str, _reading: Reading) -> Cleansed:
    """The hosts of a connection string, else the tidied text."""
    text = tidy(raw)
    return Cleansed(text if text is None else ", ".join(hosts(text)) or text)


def fast(column: pl.Expr, _reading: Reading) -> pl.Expr:
    """Text without a sign of a connection string that needs no tidying."""
    return pl.when(~column.str.contains(r"=|//|@")).then(plain(column))


RULE = Rule(
    name="endpoint",
    apply=apply,
    fast=fast,
    attributes=frozenset({"relationship_source", "relationship_target"}),
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
