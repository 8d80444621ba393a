"""Flow logs of Azure, of a security group or a virtual network: JSON with one flow in each comma-separated tuple."""

import re
from collections.abc import Iterator
from pathlib import Path

import orjson

from muster.phases.data_import.format import Example
from muster.phases.data_import.nested.documents import document_format
from muster.phases.data_import.nested.record_lists import Record, RecordList
from muster.vocabulary.errors import FileDamaged
from muster.vocabulary.table import Json

TUPLES = re.compile(rb'"flow(?:Tuples|Records)"\s*:')
PROTOCOLS = {"T": "tcp", "U": "udp"}
# Azure Network Watcher, "Flow logs": network security groups, version 2, where the first eight are those of version 1;
# and virtual networks, whose times are in milliseconds and whose protocols are numbers.
OF_GROUP = (
    "time", "source_ip", "destination_ip", "source_port", "destination_port", "protocol", "flow_direction",
    "flow_decision", "flow_state", "packets_sent", "bytes_sent", "packets_received", "bytes_received",
)  # fmt: skip
OF_NETWORK = (
    "time", "source_ip", "destination_ip", "source_port", "destination_port", "protocol", "flow_direction",
    "flow_state", "flow_encryption", "packets_sent", "bytes_sent", "packets_received", "bytes_received",
)  # fmt: skip


def _recognise(_path: Path, head: bytes) -> float:
    return 0.99 if head.lstrip()[:1] in (b"{", b"[") and TUPLES.search(head) else 0.0


def _parse(path: Path) -> tuple[RecordList, ...]:
    try:
        document = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as error:
        raise FileDamaged(f"{path.name} is no JSON from its beginning to its end: {error}.") from error
    return (RecordList("flows", list(_flows(document, ""))),)


def _flows(part: Json, rule: str) -> Iterator[Record]:
    """Every flow below a part of the document, with the rule that stands above it."""
    if isinstance(part, list):
        for member in part:
            yield from _flows(member, rule)
    elif isinstance(part, dict):
        named = str(part.get("rule", rule))
        fields = OF_GROUP if "mac" in part else OF_NETWORK
        for name, value in part.items():
            if name == "flowTuples" and isinstance(value, list):
                yield from (_flow(str(one), fields, named) for one in value)
            else:
                yield from _flows(value, named)


def _flow(written: str, fields: tuple[str, ...], rule: str) -> Record:
    values = written.split(",")
    values += [""] * (len(fields) - len(values))
    values[5] = PROTOCOLS.get(values[5], values[5])
    return {**dict(zip(fields, values, strict=False)), "flow_rule": rule, "text": written}


FORMAT = document_format(
    "azure_flow_logs",
    _recognise,
    _parse,
    Example(
        b'{"records": [{"category": "NetworkSecurityGroupFlowEvent", "properties": {"Version": 2, "flows": [{"rule": '
        b'"AllowWeb", "flows": [{"mac": "000D3AF87856", "flowTuples": ['
        b'"1700000000,10.0.0.1,10.0.0.2,50000,443,T,O,A,E,10,1000,9,5000"]}]}]}}]}',
        (
            (
                "connection",
                (*OF_GROUP, "flow_rule", "text"),
                (
                    (
                        *("1700000000", "10.0.0.1", "10.0.0.2", "50000", "443", "tcp", "O", "A", "E", "10", "1000"),
                        *("9", "5000", "AllowWeb", "1700000000,10.0.0.1,10.0.0.2,50000,443,T,O,A,E,10,1000,9,5000"),
                    ),
                ),
            ),
        ),
    ),
)
