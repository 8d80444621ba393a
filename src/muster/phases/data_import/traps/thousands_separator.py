"""Numbers whose thousands are set apart by a mark that elsewhere is the decimal mark."""

from collections.abc import Iterator

from muster.phases.data_import.profiles.trap import Seen, Trap, example, numbers_in, valued
from muster.vocabulary.issue import Issue


def _detect(seen: Seen) -> Iterator[Issue]:
    for column in seen.columns:
        sure = column.traits.get("thousands", 0)
        count = sure + column.traits.get("thousands_or_decimal", 0)
        if count and numbers_in(column) * 10 >= valued(column) * 8:
            either = "" if sure else " They may as well have three decimals."
            yield Issue(
                "thousands_separator",
                f"{count:,} numbers have a mark between their thousands.{either}",
                "Check one number against the source; without such marks no reading can go wrong.",
                column=column.source,
                value=example(column, r"\d[.,'’ \u00a0\u202f]\d{3}"),
            )


TRAP = Trap(
    _detect,
    warns=('Name,RAM\na,"16,384"\nb,"8,192"\n', "Name;Preis\na;1.234,50\nb;999,00\n", "Name,Cost\na,1'234'567\nb,12\n"),
    silent=("Name,RAM\na,16384\nb,8.192\n", 'Name,Ports\na,"22,80,443"\nb,"80,443"\nc,"22;80"\nd,any\n'),
)  # fmt: skip
