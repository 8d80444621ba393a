"""Names of operating systems: one spelling for each product, its edition and release as the text tells them.

'W2K12 R2 Std' and 'Microsoft Windows Server 2012 R2 Standard' are one system; 'Windows Server 2016 or later' is not
2016, 'SLES 12' names no service pack and 'CentOS 4/5/6' is one of three: what a release is, another phase says, with
a range. A number alone is the version of a system that it does not name, or an entry of another list: it is no name.
"""

from muster.phases.data_cleansing.product_names import named, without_marks
from muster.phases.data_cleansing.rule import Cleansed, Example, Reading, Rule, wrong
from muster.phases.data_cleansing.text import tidy

HINT = "Map the column to os_version, or take the names from the list that the number refers to."


def apply(raw: str, _reading: Reading) -> Cleansed:
    """The system's name in its maker's spelling."""
    text = tidy(raw)
    if text and text.isdecimal():
        return wrong("number_for_a_name", text, "is a number, which names no operating system", HINT)
    bare = without_marks(text) if text else None
    return Cleansed(named(("operating_systems",), bare) if bare else None)


RULE = Rule(
    name="operating_system",
    apply=apply,
    attributes=frozenset({"os_name"}),
    examples=(
        Example("Microsoft(R) Windows(R) Server 2003,  Web", "Windows Server 2003, Web"),
        Example("Microsoft® Windows Server® 2008", "Windows Server 2008"),
        Example("W2K12R2 Std", "Windows Server 2012 R2 Standard"),
        Example("Win2008 R2 Ent. SP1", "Windows Server 2008 R2 Enterprise SP1"),
        Example("Microsoft Windows Server 2016 (64-bit)", "Windows Server 2016 (64-bit)"),
        Example("Microsoft Windows Server 2016 or later (64-bit)", "Windows Server 2016 or later (64-bit)"),
        Example("Windows Server 2019 Datacenter Edition", "Windows Server 2019 Datacenter"),
        Example("win 10 Ent", "Windows 10 Enterprise"),
        Example("Red Hat Enterprise Linux Server release 7.9 (Maipo)", "Red Hat Enterprise Linux 7.9"),
        Example("Red Hat Enterprise Linux 7 (64-bit)", "Red Hat Enterprise Linux 7 (64-bit)"),
        Example("Win Serv 2016", "Windows Server 2016"),
        Example("Windows Serveur 2019", "Windows Server 2019"),
        Example("Redhat 7.9", "Red Hat Enterprise Linux 7.9"),
        Example("RHEL8", "Red Hat Enterprise Linux 8"),
        Example("SLES12SP5", "SUSE Linux Enterprise Server 12 SP5"),
        Example("SLES 12", "SUSE Linux Enterprise Server 12"),
        Example("CentOS Linux release 7.9.2009 (Core)", "CentOS 7.9.2009"),
        Example("CentOS 4/5/6 (64-bit)", "CentOS 4/5/6 (64-bit)"),
        Example("Ubuntu Linux 20.04.6 LTS (Focal Fossa)", "Ubuntu 20.04.6 LTS"),
        Example("Debian GNU/Linux 12 (bookworm)", "Debian 12"),
        Example("OL7.9", "Oracle Linux 7.9"),
        Example("IBM AIX 7.2", "AIX 7.2"),
        Example("VMware ESXi 7.0.3", "VMware ESXi 7.0.3"),
        Example("Red Hat Linux 9", "Red Hat Linux 9"),
        Example("BeOS", "BeOS"),
        Example("7", None, "number_for_a_name"),
        Example("Unknown", None),
    ),
)
