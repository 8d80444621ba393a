"""Rows about parts of things wait for what they belong to, wherever it stands and whenever it comes."""

from pathlib import Path

from in_process import Commands

FILES = {
    "cpu.csv": "PKEY,DT,CPU_COUNT,CPU_CORE_COUNT,CPU_SOCKET_COUNT\norahost9_PRD1_010122,01/01/22,16,8,2\n",
    "space.csv": "PKEY,OWNER,SEGMENT_TYPE,TABLESPACE_NAME,SIZE_GB\n"
    + "".join(f"orahost9_PRD1_010122,APP{at},TABLE,USERS,{at}\n" for at in range(4)),
    "databases.csv": "PKEY,DBID,DB_NAME,DBVERSION\norahost9_PRD1_010122,77,PRD1,19.0.0.0.0\n",
    "disks.csv": "VMName,ControllerType,ControllerNumber,Path,VhdType,Size\n"
    + "".join(f"{name},SCSI,0,C:\\vm\\{name}.vhdx,Dynamic,64424509440\n" for name in ("shop01", "db02", "db02")),
}


def test_parts_wait_are_counted_and_join_what_comes_later(url: str, tmp_path: Path) -> None:
    commands = Commands(url, tmp_path / "home")
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    parts = commands.json("run", tmp_path / "cpu.csv", tmp_path / "space.csv")
    assert parts["assets"]["total"] == 0
    assert commands.json("validate", "lineage")["waiting"] == 5
    told = [(row["record_kind"], row["belongs_to"], row["records"]) for row in commands.json("import", "waiting")]
    assert told == [("database_usage", "id orahost9_prd1_010122", 4), ("cpu", "id orahost9_prd1_010122", 1)]
    later = commands.json("run", tmp_path / "databases.csv", tmp_path / "disks.csv")
    assert later["assets"]["by_type"] == {"database": 1, "server": 2}
    left = commands.json("validate", "lineage")
    assert (left["violations"], left["waiting"]) == (0, 1)
    [owner] = [one for one in commands.json("import", "list") if one["file"] == "databases.csv"]
    commands.json("import", "undo", owner["import_id"])
    assert commands.json("validate", "lineage")["waiting"] == 5
