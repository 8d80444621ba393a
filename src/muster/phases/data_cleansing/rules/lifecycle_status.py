"""Where a thing is in its life: planned, in_stock, installed, operational, maintenance, non_operational or retired.

The words are those of the ServiceNow install and operational status, of IT asset lists and of spreadsheets in ten
languages. 'Installed' stays apart from 'operational': a thing can be installed before it is taken into use.
"""

from functools import partial

from muster.phases.data_cleansing.rule import Example, Rule
from muster.phases.data_cleansing.vocabulary import word

RULE = Rule(
    name="lifecycle_status",
    apply=partial(word, "lifecycle_status"),
    attributes=frozenset({"lifecycle_status"}),
    examples=(
        Example("In Use", "operational"),
        Example("Operational", "operational"),
        Example("In Stock", "in_stock"),
        Example("Spare", "in_stock"),
        Example("Repair", "maintenance"),
        Example("Decommissioned", "retired"),
        Example("To be decommissioned", "operational"),
        Example("in Betrieb", "operational"),
        Example("报废", "retired"),
        Example("On Order", "planned"),
        Example("Installed", "installed"),
        Example("", None),
        Example("borrowed", "borrowed", "unknown_word"),
    ),
)
