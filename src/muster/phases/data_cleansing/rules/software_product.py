"""Software: one spelling for well-known servers and databases, any other name as it is written."""

from muster.phases.data_cleansing.product_names import named, without_marks
from muster.phases.data_cleansing.rule import Cleansed, Example, Reading, Rule
from muster.phases.data_cleansing.text import tidy


def apply(raw: str, _reading: Reading) -> Cleansed:
    """The product's name in its maker's spelling."""
    text = tidy(raw)
    bare = without_marks(text) if text else None
    return Cleansed(named(("middleware", "databases"), bare) if bare else None)


RULE = Rule(
    name="software_product",
    apply=apply,
    attributes=frozenset({"software_name"}),
    examples=(
        Example("IIS 8.5", "Microsoft IIS 8.5"),
        Example("Internet Information Services", "Microsoft IIS"),
        Example("WebSphere MQ 9", "IBM MQ 9"),
        Example("BEA WebLogic 12c", "Oracle WebLogic Server 12c"),
        Example("tomcat9", "Apache Tomcat 9"),
        Example("Apache2", "Apache HTTP Server"),
        Example("Apache Maven", "Apache Maven"),
        Example("MySQL Server 5.7", "MySQL 5.7"),
        Example("7-Zip 19.00 (x64)", "7-Zip 19.00 (x64)"),
        Example("none", None),
    ),
)
