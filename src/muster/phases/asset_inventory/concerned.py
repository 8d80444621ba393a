"""Which records a change concerns: those that share a key with a changed one, directly or through others.

Identity looks at nothing but keys that records share: what it finds for one group of such records depends on no other.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import polars as pl

from muster.phases.asset_inventory.letters import almost_equal

ROW = pl.UInt32
# A record without any of these says nothing of who it is but a name; see letters.py.
BESIDE_A_NAME = ("uuid", "serial", "tag", "sid", "domain", "macs", "ips", "address_name")


@dataclass(slots=True)
class SharedKeys:
    """(row, key) of every record that was added, one list of frames for each kind of key; keys are 64-bit hashes."""

    kinds: dict[str, list[pl.DataFrame]] = field(default_factory=dict)
    names: list[pl.DataFrame] = field(default_factory=list)

    def add(self, said: pl.DataFrame, source: str, file: str | None) -> None:
        """Records of one table: `row` and the columns of identity_keys. `file`: set where it holds parts of assets."""
        name_only = pl.all_horizontal(pl.col(name).is_null() for name in BESIDE_A_NAME)
        machines = said.filter((pl.col("family") == "hardware") & pl.col("known"))
        self.names.append(machines.select("row", name=pl.coalesce("host", "alias"), bare=name_only))
        self._put("name", said, pl.struct("family", name="host"), pl.col("host"))
        self._put("name", said, pl.struct("family", name="alias"), pl.col("alias"))
        for name in ("uuid", "serial", "tag"):
            self._put(name, said, pl.col(name), pl.col(name))
        self._put("number", said, pl.struct(pl.lit(source).alias("source"), "sid"), pl.col("sid"))
        self._put("address", said, pl.col("address_name"), pl.col("address_name"))
        for kind, name in (("address", "ips"), ("mac", "macs"), ("entry", "entries")):
            each = said.select("row", name).filter(pl.col(name).is_not_null()).explode(name)
            self._put(kind, each, pl.col(name), pl.col(name))
        if file is not None:
            self._put("in_file", said, pl.struct(pl.lit(file).alias("file"), "sid"), pl.col("sid"))

    def add_numbers(self, said: pl.DataFrame, numbers: pl.Series) -> None:
        """Of the records those with one of these ids, whatever list gave it."""
        if numbers.len():
            self._put("owner", said, pl.col("sid"), pl.col("sid").is_in(numbers.implode()).fill_null(False))

    def add_places(self, said: pl.DataFrame, place: str) -> None:
        """The rows of a table whose bytes came more than once: equal places are one row. `said`: row, row_number."""
        self._put("place", said, pl.struct(pl.lit(place).alias("place"), "row_number"), pl.lit(True))

    def add_together(self, number: int, rows: Iterable[int]) -> None:
        """Rows that one decision names."""
        frame = pl.DataFrame({"row": list(rows)}, schema={"row": ROW})
        self.kinds.setdefault("decision", []).append(frame.with_columns(key=pl.lit(number, pl.UInt64)))

    def _put(self, kind: str, said: pl.DataFrame, value: pl.Expr, given: pl.Expr) -> None:
        present = said.filter(given if kind in ("place", "owner") else given.is_not_null())
        if present.height:
            self.kinds.setdefault(kind, []).append(present.select("row", key=value.hash(seed=5)))

    def join(self) -> None:
        """Put the frames of each kind together; nothing is added afterwards."""
        if self.names:
            found = almost_equal(pl.concat(self.names).rename({"row": "at"}))
            self.kinds["letters"] = [found.select(pl.col("at").alias("row"), pl.col("key").cast(pl.UInt64))]
            self.names.clear()
        for kind, frames in self.kinds.items():
            self.kinds[kind] = [pl.concat(frames)]

    def keep(self, rows: pl.Series) -> None:
        """Forget all but these rows. Only after `join`."""
        for kind, [frame] in self.kinds.items():
            self.kinds[kind] = [frame.filter(pl.col("row").is_in(rows.implode()))]

    def sharing(self) -> pl.Series:
        """Every row that has a key in common with another. Only after `join`."""
        found = [pl.Series("row", [], dtype=ROW)]
        for kind, [frame] in self.kinds.items():
            # Most keys are of one record; without those, looking for a row that has a key twice costs little
            several = frame.filter(pl.col("key").is_duplicated()).unique()
            self.kinds[kind] = [several.filter(pl.col("key").is_duplicated())]
            found.append(self.kinds[kind][0]["row"])
        return pl.concat(found).unique()

    def around(self, rows: pl.Series) -> pl.Series:
        """`rows` and all that hang together with them. Only after `join`."""
        known = newest = rows.unique()
        while newest.len():
            reached = [self._beside(frame, newest) for [frame] in self.kinds.values()]
            together = pl.concat([known, *reached]).unique()
            newest = together.filter(~together.is_in(known.implode()))
            known = together
        return known

    def _beside(self, frame: pl.DataFrame, rows: pl.Series) -> pl.Series:
        keys = frame.filter(pl.col("row").is_in(rows.implode()))["key"].unique()
        return frame.filter(pl.col("key").is_in(keys.implode()))["row"].unique()
