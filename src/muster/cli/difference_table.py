"""A difference between two inventories, as a person reads it."""

from typing import Any

from muster.cli.output import SCREEN, Format, say, shown, write_rows

SHORT = 20
TITLES = {
    "created": ("Created", ("name", "asset_type", "records")),
    "vanished": ("Vanished", ("name", "asset_type", "records")),
    "merged": ("Merged", ("name", "asset_type", "from")),
    "split": ("Split", ("name", "asset_type", "into")),
    "edges_added": ("Dependencies that appear", ("source", "target", "kind", "port", "protocol")),
    "edges_removed": ("Dependencies that go", ("source", "target", "kind", "port", "protocol")),
    "findings_added": ("Findings that appear", ("asset", "check_name", "severity", "detail")),
    "findings_removed": ("Findings that go", ("asset", "check_name", "severity", "detail")),
    "issues_added": ("Issues that appear", ("file", "sheet", "code", "rule", "records")),
    "issues_removed": ("Issues that go", ("file", "sheet", "code", "rule", "records")),
}


def show_difference(changes: dict[str, Any]) -> None:
    """Counts first, then the first rows of each list; json has them all."""
    if changes["equal"]:
        SCREEN.print(f"Nothing differs. Digest: {changes['digest']}", markup=False)
        return
    for table in changes["dispositions"]:
        became = ", ".join(f"{count} {name}" for name, count in table["dispositions"].items() if count) or "nothing"
        SCREEN.print(f"{table['file']} {table['sheet']}: {became}", markup=False)
    _show_changed(changes["changed"], changes["counts"]["changed"])
    for name, (title, columns) in TITLES.items():
        if changes["counts"][name]:
            write_rows(changes[name][:SHORT], columns, Format.TABLE, f"{title}: {changes['counts'][name]}")
    if any(count > SHORT for count in changes["counts"].values()):
        say(f"Of each list the first {SHORT} are shown; --format json has all.")
    assets, groups = changes["assets"], changes["groups"]
    SCREEN.print(
        f"Assets: {assets['before']} -> {assets['after']}. Groups: {groups['before']} -> {groups['after']}.",
        markup=False,
    )
    SCREEN.print(f"Digest: {changes['digest_before']} -> {changes['digest']}", markup=False)


def _show_changed(assets: list[dict[str, Any]], count: int) -> None:
    if not count:
        return
    rows = [
        {"asset": asset["name"], **{name: _short(value) for name, value in cell.items()}}
        for asset in assets[:SHORT]
        for cell in asset["attributes"]
    ]
    write_rows(rows, ("asset", "attribute", "before", "after", "source"), Format.TABLE, f"Changed: {count} assets")


def _short(value: object) -> str:
    text = shown(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
