"""What a person asks of a plan: how large waves are, when they run, and what is pinned where."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from muster.vocabulary.errors import UsageError
from muster.wave_planning.capacity import Capacity, Load


@dataclass(frozen=True, slots=True)
class Constraints:
    """Sizes count machines. `pins`: asset_no -> wave number (1 = first). `blackouts`: first and last day on which no
    wave may run. Without a `start` waves have no dates. `capacity` is that of a wave, `window` that of each of the
    `windows` (weekends, nights) in which a wave is moved. Raises UsageError for sizes that no wave can have.

    The largest default is that of AWS Transform (150 servers a wave); `chatty_share`, the share of pairs that count as
    chatty by their traffic, is our own judgement.
    """

    smallest: int = 5
    largest: int = 150
    chatty_share: float = 0.05
    pins: Mapping[int, int] = field(default_factory=dict)
    start: date | None = None
    days: int = 14
    blackouts: tuple[tuple[date, date], ...] = ()
    capacity: Capacity = Capacity()
    windows: int = 1
    window: Capacity = Capacity()

    def __post_init__(self) -> None:
        if not 1 <= self.smallest <= self.largest:
            raise UsageError(
                f"A wave of {self.smallest} to {self.largest} machines is none; the first must be 1 or more."
            )
        if self.days < 1 or not 0 <= self.chatty_share <= 1 or any(wave < 1 for wave in self.pins.values()):
            raise UsageError("A wave lasts a day or longer, waves count from 1, and the chatty share is from 0 to 1.")
        if self.windows < 1:
            raise UsageError("A wave has one window or more.")
        if any(last < first for first, last in self.blackouts):
            raise UsageError("A blackout ends before it begins.")

    @property
    def limits(self) -> Load:
        """What a wave can take at most: its own limits, and what its windows can take together."""
        own, each = self.capacity.limits, self.window.limits
        machines, terabytes, applications = (min(a, b * self.windows) for a, b in zip(own, each, strict=True))
        return min(machines, self.largest), terabytes, applications


def calendar(waves: int, asked: Constraints) -> list[tuple[date, date] | None]:
    """First and last day of each wave, one after the other, each moved behind the blackouts it would meet."""
    if asked.start is None:
        return [None] * waves
    found: list[tuple[date, date] | None] = []
    day = asked.start
    for _ in range(waves):
        for first, last in sorted(asked.blackouts):
            if day <= last and day + timedelta(days=asked.days - 1) >= first:
                day = last + timedelta(days=1)
        found.append((day, day + timedelta(days=asked.days - 1)))
        day += timedelta(days=asked.days)
    return found
