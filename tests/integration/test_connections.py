"""Flow logs of every kind to edges: the right ends, ports and amounts; no record an asset, none lost."""

import asyncio
import json
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from conftest import _execute, _named
from in_process import Pipeline, Upload, pipeline_on
from muster.store import dependencies
from muster.vocabulary.scope import Scope

HOSTS = {"web01": "10.20.1.11", "app01": "10.20.1.21", "db01": "10.20.1.31", "dns01": "10.20.1.53"}
TALKS = (("web01", "app01", 8080, 6), ("app01", "db01", 5432, 6), ("web01", "dns01", 53, 17))
BEGAN = 1_760_000_000  # 2025-10-09 08:53:20 UTC
WORDS = {6: "tcp", 17: "udp"}
# source, target, its port, protocol, the ephemeral port, number of the talk
ASKED = [(*talk, 33_000 + 100 * at + n, n) for at, talk in enumerate(TALKS) for n in range(4)]
Line = Callable[[str, str, int, int, int, int], str]


def lines(write: Line, both: bool = True) -> str:
    """Every talk as `write` has it: source and target address, their ports, protocol and time."""
    told = []
    for source, target, port, protocol, ephemeral, number in ASKED:
        ends = HOSTS[source], HOSTS[target]
        told.append(write(*ends, ephemeral, port, protocol, BEGAN + 60 * number))
        if both:
            told.append(write(*ends[::-1], port, ephemeral, protocol, BEGAN + 60 * number))
    return "\n".join(told) + "\n"


def written(at: int, form: str = "%Y-%m-%d %H:%M:%S") -> str:
    return datetime.fromtimestamp(at, UTC).strftime(form)


V2 = (
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status"
)


def vpc(s: str, d: str, a: int, b: int, p: int, t: int) -> str:
    return f"2 123456789012 eni-0a1 {s} {d} {a} {b} {p} 5 500 {t} {t + 50} ACCEPT OK"


def custom(s: str, d: str, a: int, b: int, p: int, t: int) -> str:
    return f"5 vpc-0a i-0b {s} {d} {a} {b} eni-0a1 {p} 500 5 {t} {t + 50} ACCEPT - OK eu-west-1"


def nfdump(s: str, d: str, a: int, b: int, p: int, t: int) -> str:
    return f"{written(t)}.000 00:00:50.000 {WORDS[p].upper():5} {f'{s}:{a}':>21} -> {f'{d}:{b}':>21} 5 500 1"


def conntrack(s: str, d: str, a: int, b: int, p: int, t: int) -> str:
    return (
        f"{WORDS[p]} {p} 99 src={s} dst={d} sport={a} dport={b} packets=5 bytes=500 "
        f"src={d} dst={s} sport={b} dport={a} packets=5 bytes=500 [ASSURED] mark=0 use=1"
    )


def fortigate(s: str, d: str, a: int, b: int, p: int, t: int) -> str:
    return (
        f'date={written(t, "%Y-%m-%d")} time={written(t, "%H:%M:%S")} devid="FG1" eventtime={t}000000000 '
        f'srcip={s} srcport={a} dstip={d} dstport={b} sessionid=1 proto={p} action="close" policyid=1 duration=50 '
        "sentbyte=300 rcvdbyte=700 sentpkt=5 rcvdpkt=5"
    )


def fortigate_csv(s: str, d: str, a: int, b: int, p: int, t: int) -> str:
    return f"{t},FG1,{s},{a},{d},{b},{p},svc,close,1,300,700,5,5"


def palo_alto(s: str, d: str, a: int, b: int, p: int, t: int) -> str:
    return (
        f"{written(t, '%Y/%m/%d %H:%M:%S')},0079,TRAFFIC,end,{s},{d},0.0.0.0,0.0.0.0,allow-all,web-browsing,trust,dmz,"
        f"1,1,{a},{b},{WORDS[p]},allow,1000,300,700,10,{written(t, '%Y/%m/%d %H:%M:%S')},50"
    )


def check_point(s: str, d: str, a: int, b: int, p: int, t: int) -> str:
    return f"{written(t, '%Y-%m-%dT%H:%M:%SZ')},Firewall,Accept,Log,eth1,gw-01,{s},{a},{d},{b},{WORDS[p]},12,Allow,1000"


def zeek(s: str, d: str, a: int, b: int, p: int, t: int) -> str:
    return f"{t}.5\tC{t}\t{s}\t{a}\t{d}\t{b}\t{WORDS[p]}\t-\t50.0\t300\t700\tSF\t5\t5"


def google(s: str, d: str, a: int, b: int, p: int, t: int) -> str:
    return f"{s},{a},{d},{b},{p},500,5,{written(t, '%Y-%m-%dT%H:%M:%SZ')},{written(t + 50, '%Y-%m-%dT%H:%M:%SZ')},SRC"


def azure(s: str, d: str, a: int, b: int, p: int, t: int) -> str:
    return f"{t},{s},{d},{a},{b},{'T' if p == 6 else 'U'},O,A,E,5,300,5,700"


FILES = {
    "vpc.log": f"{V2}\n{lines(vpc)}2 123456789012 eni-0a1 - - - - - - - {BEGAN} {BEGAN} - NODATA\n",
    "vpc-without-header.log": lines(vpc),
    "vpc-custom-without-header.log": lines(custom),
    "nfdump.txt": "Date first seen          Duration Proto      Src IP Addr:Port          Dst IP Addr:Port   "
    f"Packets    Bytes Flows\n{lines(nfdump)}Summary: total flows: 24, total bytes: 1, total packets: 1\n",
    "conntrack.txt": lines(conntrack, both=False),
    "fortigate.log": lines(fortigate, both=False),
    "fortigate.csv": "itime,devid,srcip,srcport,dstip,dstport,proto,service,action,policyid,sentbyte,rcvdbyte,sentpkt,"
    f"rcvdpkt\n{lines(fortigate_csv, both=False)}",
    "palo-alto.csv": "Receive Time,Serial #,Type,Threat/Content Type,Source address,Destination address,NAT Source IP,"
    "NAT Destination IP,Rule,Application,Source Zone,Destination Zone,Session ID,Repeat Count,Source Port,Destination "
    "Port,IP Protocol,Action,Bytes,Bytes Sent,Bytes Received,Packets,Start Time,Elapsed Time (sec)\n"
    f"{lines(palo_alto, both=False)}",
    "check-point.csv": "Time,Blade,Action,Type,Interface,Origin,Source,Source Port,Destination,Service,IP Protocol,"
    f"Rule,Rule Name,Bytes\n{lines(check_point, both=False)}",
    "zeek.log": "#separator \\x09\n#unset_field\t-\n#path\tconn\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\t"
    "id.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state\torig_pkts\tresp_pkts\n"
    f"{lines(zeek, both=False)}#close\t2025-10-09-09-00-00\n",
    "google.csv": ",".join(
        f"jsonPayload.{name}"
        for name in (
            "connection.src_ip", "connection.src_port", "connection.dest_ip", "connection.dest_port",
            "connection.protocol", "bytes_sent", "packets_sent", "start_time", "end_time", "reporter",
        )
    ) + f"\n{lines(google)}",
    "azure.json": json.dumps(
        {"records": [{"properties": {"flows": [{"rule": "r", "flows": [
            {"mac": "0", "flowTuples": lines(azure, both=False).split()}]}]}}]}
    ),
}  # fmt: skip
# What a format does not say: conntrack and Azure no times or no end, Check Point no packets.
UNTOLD = {"conntrack.txt": {"first_seen", "last_seen"}, "check-point.csv": {"packets"}}


@pytest.fixture(scope="module")
def running(server: str, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    """One pipeline at work for this module; each test is an engagement of its own."""
    name = f"connections_{uuid.uuid4().hex[:12]}"
    asyncio.run(_execute(server, f"create database {name} template {template}"))
    with pipeline_on(_named(server, name), tmp_path_factory.mktemp("flows") / "spool") as pipeline, pipeline.working():
        yield pipeline
    asyncio.run(_execute(server, f"drop database if exists {name} with (force)"))


def upload(folder: Path, name: str, text: str, as_of: date | None = None) -> Upload:
    (folder / name).write_text(text)
    return Upload(folder / name, as_of=as_of)


def hosts(folder: Path, name: str = "hosts.csv", as_of: date | None = None, **addresses: str) -> Upload:
    rows = "".join(f"{host},{address},Ubuntu 22.04,4\n" for host, address in (addresses or HOSTS).items())
    return upload(folder, name, f"Hostname,IP Address,Operating System,CPU Count\n{rows}", as_of)


def edges(running: Pipeline, scope: Scope) -> list[dict[str, Any]]:
    return [dict(row) for row in running.inside(scope, lambda tx: dependencies.listing(tx, scope))]


@pytest.mark.parametrize("name", FILES)
def test_every_kind_of_flow_log_becomes_the_same_edges(running: Pipeline, tmp_path: Path, name: str) -> None:
    scope = running.scope("Flows", name)
    running.take(scope, hosts(tmp_path))
    running.take(scope, upload(tmp_path, name, FILES[name]))
    found = edges(running, scope)
    assert {(row["source"], row["target"], row["port"], row["protocol"]) for row in found} == {
        (source, target, port, WORDS[protocol]) for source, target, port, protocol in TALKS
    }
    missing = {key for key in ("bytes", "packets", "first_seen", "last_seen") if found[0][key] is None}
    assert missing == UNTOLD.get(name, set())
    # Both ways are counted where the log has both; either way a talk is 1,000 bytes, or 500 in one direction each.
    assert {row["bytes"] for row in found} == {4_000}
    assert running.fetch(scope, "select count(*) as n from assets") == [{"n": len(HOSTS)}]
    assert running.violations(scope) == {}


def test_what_a_firewall_refused_is_no_dependency(running: Pipeline, tmp_path: Path) -> None:
    scope = running.scope("Flows", "refused")
    refused = FILES["vpc.log"].replace("ACCEPT", "REJECT")
    running.take(scope, hosts(tmp_path))
    running.take(scope, upload(tmp_path, "refused.log", refused))
    assert edges(running, scope) == []
    assert running.violations(scope) == {}


def test_an_address_belongs_to_whom_it_belonged_then(running: Pipeline, tmp_path: Path) -> None:
    """10.0.0.9 was old01's in January and is new01's since June; a flow of March and one of July tell of both."""
    scope = running.scope("Flows", "moved")
    flows = "src_ip,dst_ip,dst_port,protocol,first_seen,last_seen\n" + "".join(
        f"10.0.0.1,10.0.0.9,{port},tcp,{day} 08:00:00,{day} 09:00:00\n"
        for port, day in ((5432, "2025-03-01"), (5432, "2025-03-02"), (443, "2025-07-01"))
    )
    january = hosts(tmp_path, "january.csv", date(2025, 1, 1), web01="10.0.0.1", old01="10.0.0.9")
    june = hosts(tmp_path, "june.csv", date(2025, 6, 1), web01="10.0.0.1", old01="10.0.0.8", new01="10.0.0.9")
    running.take(scope, june)
    running.take(scope, upload(tmp_path, "flows.csv", flows))
    running.take(scope, january)
    found = {(row["source"], row["target"], row["port"], row["count"]) for row in edges(running, scope)}
    assert found == {("web01", "old01", 5432, 2), ("web01", "new01", 443, 1)}


def test_a_flow_log_that_is_taken_back_leaves_no_trace(running: Pipeline, tmp_path: Path) -> None:
    scope, without = running.scope("Flows", "undone"), running.scope("Flows", "never there")
    for each in (scope, without):
        running.take(each, hosts(tmp_path))
        running.take(each, upload(tmp_path, "vpc.log", FILES["vpc.log"]))
    [begun] = running.take(scope, upload(tmp_path, "zeek.log", FILES["zeek.log"]))
    assert running.digest(scope) != running.digest(without)
    running.undo(scope, begun.import_id)
    assert running.digest(scope) == running.digest(without)


def test_services_of_a_dump_say_which_end_of_a_flow_serves(running: Pipeline, tmp_path: Path) -> None:
    scope = running.scope("Flows", "listening")
    dump = (
        "Netid State  Recv-Q Send-Q Local Address:Port Peer Address:Port Process\n"
        "tcp   LISTEN 0      128    10.20.1.31:12345   0.0.0.0:*\n"
    )
    flow = "src_ip,src_port,dst_ip,dst_port,protocol\n10.20.1.31,12345,10.20.1.11,23456,tcp\n"
    running.take(scope, hosts(tmp_path))
    running.take(scope, upload(tmp_path, "flow.csv", flow), upload(tmp_path, "ss.txt", dump))
    assert [(row["source"], row["target"], row["port"]) for row in edges(running, scope)] == [("web01", "db01", 12345)]
