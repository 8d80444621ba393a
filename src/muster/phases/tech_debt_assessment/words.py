"""Words that mean a state of an asset, compared in lower case without anything but letters."""

import polars as pl

ON = ("on", "poweredon", "poweron", "running", "up", "online", "started", "active", "powered")
OFF = ("off", "poweredoff", "poweroff", "stopped", "down", "offline", "shutdown", "halted", "terminated", "deallocated")
RETIRED = (
    "retired",
    "decommissioned",
    "disposed",
    "scrapped",
    "endoflife",
    "obsolete",
    "removed",
    "absent",
    "tobedecommissioned",
)
NO_BACKUP = (
    "no",
    "none",
    "false",
    "notprotected",
    "unprotected",
    "notbackedup",
    "nobackup",
    "notconfigured",
    "disabled",
    "failed",
    "never",
    "excluded",
    "missing",
)


def letters(texts: pl.Series) -> pl.Series:
    """Texts in lower case, without anything but letters."""
    return texts.str.to_lowercase().str.replace_all(r"[^a-z]", "")
