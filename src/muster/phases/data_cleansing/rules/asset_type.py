"""What kind of thing a record is: class names and words of many tools, as one of the inventory's asset types.

The list holds the ServiceNow classes (cmdb_ci_*), the iTop and GLPI classes, the resource types of AWS, Azure and
vSphere, and the words of spreadsheets in ten languages. 'Computer' and 'hardware' are not in it on purpose: they stand
for servers in one tool and for desks in the next. An unknown text is kept and asked about; nothing is guessed from it,
except from the tokens of a ServiceNow class, whose names are built from a fixed set (server, db, lb, storage ...).
"""

import re

from muster.phases.data_cleansing.rule import Cleansed, Example, Reading, Rule
from muster.phases.data_cleansing.vocabulary import word

CLASS = re.compile(r"^(?:x_|u_)?(?:[a-z0-9]+_)*cmdb_ci_(\w+)$")
# Strongest kind first: cmdb_ci_db_mssql_server is a database, not a server.
TOKENS = {
    "database": ("db",),
    "load_balancer": ("lb",),
    "cluster": ("cluster",),
    "hypervisor": ("esx",),
    "virtual_machine": ("vm", "vmware"),
    "container": ("docker", "kubernetes"),
    "middleware": ("web", "app"),
    "application": ("appl",),
    "storage": ("storage", "nas", "san", "disk"),
    "network": ("switch", "router", "firewall", "netgear", "network"),
    "cloud_resource": ("cloud",),
    "server": ("server",),
}


def apply(raw: str, reading: Reading) -> Cleansed:
    """The asset type; unknown text is kept with an issue."""
    answer = word("asset_type", raw, reading)
    found = CLASS.match(raw.strip().lower()) if answer.issue else None
    if found is None:
        return answer
    tokens = set(found[1].split("_"))
    return next((Cleansed(kind) for kind, named in TOKENS.items() if tokens.intersection(named)), answer)


RULE = Rule(
    name="asset_type",
    apply=apply,
    attributes=frozenset({"asset_type"}),
    examples=(
        Example("cmdb_ci_win_server", "server"),
        Example("u_cmdb_ci_special_linux_server", "server"),
        Example("cmdb_ci_db_mssql_instance", "database"),
        Example("VM", "virtual_machine"),
        Example("VirtualMachine", "virtual_machine"),
        Example("Physical Server", "server"),
        Example("HostSystem", "hypervisor"),
        Example("ApplicationSolution", "application"),
        Example("Fachanwendung", "application"),
        Example("base de données", "database"),
        Example("负载均衡", "load_balancer"),
        Example("SAN Switch", "network"),
        Example("Laptop", "other"),
        Example("none", None),
        Example("Computer", "Computer", "unknown_word"),
        Example("Soft Flooring", "Soft Flooring", "unknown_word"),
    ),
)
