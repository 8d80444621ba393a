"""Where the name of an operating system tells its release: "Ubuntu 22.04 LTS", "Windows Server 2012 R2 Standard".

Patterns that PostgreSQL and polars read alike, so that what is counted as known and what exports write is the same: no
look-around, no lazy quantifier, no mark of a word's edge. The release is the first group of RELEASE in what is left of
the name without BITS. A name that leaves it open ("2016 or later", "CentOS 4/5/6") tells none.
"""

BITS = r"(?i)x86[_-]?64|(?:32|64)[ -]?bits?|[(](?:32|64)[^)]{0,5}[)]"
RELEASE = (
    r"(?i)(?:^|[^0-9a-z./+-]|[^0-9a-z]b[.])"
    r"(v?[0-9]+(?:[.][0-9x]+)*(?:r[0-9]+m[0-9]+|[a-z][0-9]+|[abi])?(?:-[0-9]+)*(?:[(][0-9]+[)][a-z0-9]*)*"
    r"(?:(?: [a-z]+)?[ _]?r2|[ _-]?sp ?[0-9]+| v[0-9]+| u[0-9]+| update [0-9]+| [0-9]{2}h[12])*)"
    r"(?:$|[^0-9a-z./+])"
)
LATER = (
    r"(?i)(?:^|[^a-z])(?:or|and|&) (?:later|newer|above|higher|up)(?:$|[^a-z])|或更高|以上|以降|이상"
    r"|oder (?:hoher|höher|neuer|spater|später)|ou (?:version )?(?:ulterieure|ultérieure|supérieure|superieure|plus)"
    r"|o (?:posterior|superior|successiva)"
)
OPEN = rf"{LATER}|(?:or|and) (?:earlier|older|below)"
