"""Database products: one spelling for each, its edition and release as the text tells them."""

from muster.phases.data_cleansing.product_names import named, without_marks
from muster.phases.data_cleansing.rule import Cleansed, Example, Reading, Rule
from muster.phases.data_cleansing.text import tidy


def apply(raw: str, _reading: Reading) -> Cleansed:
    """The product's name in its maker's spelling."""
    text = tidy(raw)
    bare = without_marks(text) if text else None
    return Cleansed(named(("databases",), bare) if bare else None)


RULE = Rule(
    name="database_product",
    apply=apply,
    attributes=frozenset({"database_engine"}),
    examples=(
        Example("MSSQL 2016 Std", "Microsoft SQL Server 2016 Standard"),
        Example("MS SQL Server 2012 R2 (SP4)", "Microsoft SQL Server 2012 R2 (SP4)"),
        Example("SQL2019 Enterprise Edition", "Microsoft SQL Server 2019 Enterprise"),
        Example("mssql2k8 R2", "Microsoft SQL Server 2008 R2"),
        Example("SQL 2k14", "Microsoft SQL Server 2014"),
        Example("Oracle 19c", "Oracle Database 19c"),
        Example("Oracle RDBMS 12.1.0.2", "Oracle Database 12.1.0.2"),
        Example("Oracle TimesTen", "Oracle TimesTen"),
        Example("postgres 9.6", "PostgreSQL 9.6"),
        Example("pgsql", "PostgreSQL"),
        Example("Postgre SQL 13", "PostgreSQL 13"),
        Example("dynamodb", "Amazon DynamoDB"),
        Example("Informix IDS 14.10", "IBM Informix 14.10"),
        Example("Mongo DB", "MongoDB"),
        Example("DB2 UDB 10.5", "IBM Db2 10.5"),
        Example("n/a", None),
    ),
)
