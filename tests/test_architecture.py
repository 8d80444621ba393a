"""One way to do each thing: the import contracts, and the few things that only one module may write."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "muster"
LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")


def found(pattern: str) -> set[str]:
    """The source files, below src/muster, that say this."""
    paths = [path for ending in ("*.py", "*.sql") for path in SOURCE.rglob(ending)]
    return {path.relative_to(SOURCE).as_posix() for path in paths if re.search(pattern, path.read_text())}


def test_the_import_contracts_are_kept() -> None:
    command = str(LINT_IMPORTS) if LINT_IMPORTS.exists() else shutil.which("lint-imports")
    assert command, "import-linter is not installed; the lock has it"
    done = subprocess.run(
        [command, "--no-cache"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(SOURCE.parent)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("pattern", "owners"),
    [
        (r"\bcurrent_phase[\"'\]]*\s*=[^=]\s*(\$|[\"']|[a-z]+\.)", {"store/flows.py"}),
        (r"(?i)update\s+flow\s+set", {"store/flows.py"}),
        (r"(?i)update\s+phase_run\s+set", {"store/flows.py"}),
        (r"flows\.(set_phase|set_run|reset_runs|complete_runs)\(", {"flow/advance.py"}),
        (r"(?i)insert\s+into\s+asset\s*\(", {"store/inventory.py"}),
        (r"(?i)(insert\s+into|update|delete\s+from)\s+work\b", {"store/work.py"}),
        (r"\bactive_flows\b|\bcompleted_flows\b", set()),
        (r"discovery_flows\.flow_id", set()),
    ],
)
def test_it_is_written_in_one_place(pattern: str, owners: set[str]) -> None:
    assert found(pattern) - {"store/schema/sql/0002_flow.up.sql"} == owners
