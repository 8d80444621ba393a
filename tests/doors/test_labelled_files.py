"""Real exports read and mapped through the door, against labels: what was reached must not be lost again."""

from pathlib import Path

import pytest

from in_process import Commands
from labelled_score import score

ROOT = Path(__file__).parents[2]
OWN = ROOT / "tests" / "labelled"
BESIDE = ROOT.parent / "shared" / "data"  # more files, under licences that keep them out of this repository


@pytest.mark.parametrize("folder", [OWN, BESIDE], ids=["in the repository", "beside it"])
def test_real_exports_are_read_and_mapped_as_well_as_before(folder: Path, tmp_path: Path) -> None:
    if not folder.is_dir():
        pytest.skip("the labelled files beside the checkout are not here")
    inspect = Commands("", tmp_path)
    reached = score(folder, lambda path: inspect.json("inspect", path)["tables"])
    assert reached.misread == ()
    assert reached.auto_wrong == ()
    assert reached.f1 >= 0.98
    assert reached.auto_share >= 0.9
