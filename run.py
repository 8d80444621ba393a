#!/usr/bin/env python3
"""Needs only Python 3.11 and pip: `python3 run.py run FILE...` does the work, `python3 run.py test` checks the project.

The first start makes an environment below this folder from requirements.lock; later ones need no network. Any other
words go to `muster` as they are: `python3 run.py up`. `test` with words of its own passes them to pytest alone.
"""

import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
LOCK = ROOT / "requirements.lock"
TOOLS = ROOT / ".venv-uv"
BIN = ROOT / ".venv" / "bin"
STAMP = ROOT / ".venv" / "stamp"
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check")
SIDE_BY_SIDE = ("--numprocesses=auto", "--maxprocesses=4", "--dist=worksteal")  # each process has a database of its own
GATES = (["ruff", "format", "--check"], ["ruff", "check"], ["lint-imports"], ["mypy"], ["pytest", *SIDE_BY_SIDE])


def main() -> int:
    if sys.version_info < (3, 11):  # noqa: UP036 - said in a sentence, where pip would print a page
        return say(f"Muster needs Python 3.11 or later; this is {sys.version.split()[0]}.")
    prepare()
    verb, *words = sys.argv[1:] or ["--help"]
    if verb != "test":
        sys.stdout.flush()
        os.execv(BIN / "muster", ["muster", verb, *words])
    for gate in [["pytest", *words]] if words else GATES:
        code = subprocess.call([BIN / gate[0], *gate[1:]], cwd=ROOT)
        if code:
            return say(f"{' '.join(gate)} found something.")
    return 0


def prepare() -> None:
    """Make .venv what the lock says, unless its stamp says that it is."""
    version = re.search(r"(?m)^uv==(\S+)", LOCK.read_text())[1]
    here = f"{sys.executable} {sys.version} {ROOT}".encode()
    digest = hashlib.sha256(LOCK.read_bytes() + (ROOT / "pyproject.toml").read_bytes() + here).hexdigest()
    if STAMP.is_file() and STAMP.read_text() == digest:
        return
    say("Preparing the environment, once...")
    STAMP.unlink(missing_ok=True)
    uv = TOOLS / "bin" / "uv"
    if not uv.is_file() or version not in subprocess.check_output([uv, "--version"], text=True):
        call(*PIP, "install", "-qq", "--upgrade", "--target", TOOLS, f"uv=={version}")
    call(uv, "venv", "--quiet", "--allow-existing", "--no-project", "--python", sys.executable, BIN.parent)
    to = ["--quiet", "--compile-bytecode", "--python", BIN / "python"]
    if call(uv, "pip", "sync", *to, "--require-hashes", LOCK, may_fail=True):  # an index that only pip is told of
        call(*PIP, "--python", BIN / "python", "install", "-qq", "--require-hashes", "--requirement", LOCK)
    call(uv, "pip", "install", *to, "--no-deps", "--no-build-isolation", "--editable", ROOT)
    call(BIN / "python", "-m", "compileall", "-q", ROOT / "src")  # a fifth of a start where Python may not keep them
    STAMP.write_text(digest)


def call(*command: object, may_fail: bool = False) -> int:
    code = subprocess.call([str(word) for word in command], cwd=ROOT, stdout=sys.stderr)
    if code and not may_fail:
        raise SystemExit(say(f"This did not work: {' '.join(map(str, command))}"))
    return code


def say(sentence: str) -> int:
    sys.stderr.write(sentence + "\n")
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
