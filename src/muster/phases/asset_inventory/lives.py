"""What tells a machine from another that had its name before: whether it runs, and when it was last seen."""

from array import array
from dataclasses import dataclass

from muster.phases.asset_inventory.bodies import LONG

RUNS, STANDS = 1, 2


@dataclass(frozen=True, slots=True)
class Lives:
    """Per component: `running` (bits: said to run, said to stand still), `seen` (latest quarter of a year, 0 never)."""

    running: "array[int]"
    seen: "array[int]"

    def merge(self, root: int, gone: int) -> None:
        """`root` is both from now on."""
        self.running[root] |= self.running[gone]
        self.seen[root] = max(self.seen[root], self.seen[gone])

    def signs(self, one: int, other: int) -> int:
        """How much tells the two apart: one runs and the other does not, one was seen long after the other.

        That one was seen to run long before the other stood still is one sign and not two: it was switched off.
        """
        apart = {self.running[one], self.running[other]} == {RUNS, STANDS}
        runs, stands = (one, other) if self.running[one] == RUNS else (other, one)
        off_since = apart and self.long_after(stands, runs)
        return apart + self.long_after(one, other) + self.long_after(other, one) - off_since

    def long_after(self, one: int, other: int) -> bool:
        """True where the one was seen long after the other was seen for the last time."""
        return bool(self.seen[one] and self.seen[other]) and self.seen[one] - self.seen[other] >= LONG

    def stands(self, one: int) -> bool:
        """True where all that is known of its state is that it stands still."""
        return self.running[one] == STANDS
