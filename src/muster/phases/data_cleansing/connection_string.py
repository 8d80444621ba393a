"""Connection strings: the hosts and ports in them, and nothing else.

Read are the keywords of ADO.NET and ODBC, Oracle's descriptors and JDBC addresses, and every address of the form
`scheme://`. What else stands in them (user, password, database) names no other end, and a secret belongs in no
inventory. The source: Microsoft's SqlConnection.ConnectionString keywords, Oracle Net connect descriptors, RFC 3986.
"""

import re

SCHEME = r"(?:jdbc:)?[a-z][\w+.-]*:(?:[\w+.-]+:)*@?//"
URL = re.compile(rf"^{SCHEME}(?:[^@/\s]*@)?(?P<hosts>[^/;?\s]+)", re.I)
THIN = re.compile(r"^jdbc:oracle:\w+:(?:[^@\s]*)@(?P<hosts>[\w.-]+:\d+)\b", re.I)
DESCRIPTOR = re.compile(r"\(\s*HOST\s*=\s*(?P<host>[^)\s]+)\s*\)\s*\(\s*PORT\s*=\s*(?P<port>\d+)\s*\)", re.I)
KEYWORD = re.compile(
    r"(?:^|;)\s*(?:data source|server|servername|host|hostname|addr|address|network address)\s*=\s*"
    r"(?:tcp:|np:|lpc:)?(?P<host>[\w.-]+)(?:\\[\w$]+)?(?:\s*[,:]\s*(?P<port>\d+))?",
    re.I,
)
PORT = re.compile(r"(?:^|;)\s*port\s*=\s*(\d+)", re.I)
NEXT = re.compile(rf"[\s;,|]+(?={SCHEME}|jdbc:)", re.I)


def hosts(text: str) -> tuple[str, ...]:
    """The hosts of one connection string, each with its port where that is given; none where it is no such string."""
    if found := URL.match(text) or THIN.match(text):
        return tuple(part for part in found["hosts"].split(",") if part)
    if described := DESCRIPTOR.findall(text):
        return tuple(dict.fromkeys(f"{host}:{port}" for host, port in described))
    found = KEYWORD.search(text)
    if found is None:
        return ()
    port = found["port"] or (named[1] if (named := PORT.search(text)) else None)
    return (f"{found['host']}:{port}" if port else found["host"],)


def apart(text: str) -> list[str]:
    """The pieces of a text that begin with an address of the form `scheme://`, and what stands before the first."""
    return NEXT.split(text)
