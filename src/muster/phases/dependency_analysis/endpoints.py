"""Ends that are written with their port: `db01:1433`, `10.0.1.1:8443, 10.0.1.2:8443`."""

import polars as pl

# No IPv6 address without brackets fits: its last group would be taken for a port.
_WITH_PORT = r"(^|[\s,;|\[])((?:\d{1,3}\.){3}\d{1,3}|[A-Za-z][\w.-]*\w):(\d{1,5})\b"


def without_ports(text: pl.Expr) -> pl.Expr:
    """The same ends without what follows their colon."""
    return text.str.replace_all(_WITH_PORT, "${1}${2}")


def port_of(text: pl.Expr) -> pl.Expr:
    """The port that all of these ends are written with; null where there is none, or several."""
    ports = (
        text.str.extract_all(_WITH_PORT).list.eval(pl.element().str.extract(r":(\d+)$").cast(pl.Int64)).list.unique()
    )
    port = pl.when(ports.list.len() == 1).then(ports.list.first())
    return pl.when(port.is_between(1, 65_535)).then(port)
