"""The embedded database taken back and up again with data in it, by its owner, whom row security binds like anybody."""

from pathlib import Path

from conftest import Muster

SERVERS = (
    "Name,Serial Number,OS,Memory (GB)\nweb01,SN-1,RHEL 8,16\nWEB01,SN-1,RHEL 8,16\nweb02,SN-2,Debian 12,n/a\n,,,\n"
)


def test_what_a_database_holds_outlives_its_schema_going_down_and_up(muster: Muster, tmp_path: Path) -> None:
    del muster.environment["MUSTER_DATABASE_URL"]  # the embedded server, and the roles that the product gives itself
    (tmp_path / "servers.csv").write_text(SERVERS)
    try:
        muster.call("run", tmp_path / "servers.csv")
        before, links = muster.json("asset", "list"), tmp_path / "links.csv"
        muster.call("export", "links", "-o", links)
        told = links.read_bytes()
        muster.call("db", "downgrade", "0006_mapping_memory")
        muster.call("db", "upgrade")
        muster.call("export", "links", "-o", links)
        assert (muster.json("asset", "list"), links.read_bytes()) == (before, told)
        assert muster.json("validate", "all")["violations"] == 0
        assert muster.json("why", "web01", "memory_mb")["claims"][0]["raw"] == {"Memory (GB)": "16"}
    finally:
        muster.call("db", "stop", code=None)
