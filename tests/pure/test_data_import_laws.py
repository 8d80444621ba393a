"""Laws of the intake: nothing is lost, wherever a file is cut and however its cells are written."""

import csv
import io
import tempfile
from itertools import pairwise
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from muster.phases.data_import import intake
from muster.phases.data_import.limits import Limits
from muster.phases.data_import.text.dialect import Dialect
from muster.phases.data_import.text.encoding import Encoding
from muster.phases.data_import.text.record_ends import record_ends
from muster.vocabulary.table import ColumnProfile

CELLS = st.text(st.sampled_from('ab ,;"\nä€本1'), max_size=6)
ROWS = st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=12)
HEADER = ("Hostname", "Operating System", "Location")


def as_csv(rows: list[tuple[str, str, str]], quoting: int, encoding: str) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, quoting=quoting, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


@settings(deadline=None, max_examples=150)
@given(
    rows=ROWS,
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be"]),
    span_bytes=st.integers(1, 200),
)
@example([("web01", 'a"b', "x\ny")], csv.QUOTE_MINIMAL, "utf-8", 7)
@example([("", "", "1"), ("", ";", "1")], csv.QUOTE_MINIMAL, "utf-8", 23)  # the last one is no sum: it has no word
def test_every_record_is_read_once_and_in_order_wherever_the_file_is_cut(
    rows: list[tuple[str, str, str]], quoting: int, encoding: str, span_bytes: int
) -> None:
    """the same cells, and file rows that count blank records."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload"
        path.write_bytes(as_csv([("web01", "AIX", "Ulm"), *rows], quoting, encoding))
        (table,) = intake.tables(path, Limits())
        spans = intake.spans(path, table, span_bytes)
        blocks = [block for span in spans for block in intake.read(path, table, span)]
    read = [row for block in blocks for row in block.frame.rows()]
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    assert table.columns == HEADER
    assert [span.start for span in spans[1:]] == [span.end for span in spans[:-1]]
    assert read == [("web01", "AIX", "Ulm"), *filled]
    assert sum(block.file_records for block in blocks) == 1 + len(rows)
    assert not any(block.rejected for block in blocks)


@settings(deadline=None, max_examples=300)
@given(text=st.text(st.sampled_from('ab,"\n'), max_size=40), cut=st.integers(0, 40))
def test_record_ends_cover_the_text_and_a_cut_at_one_of_them_changes_nothing(text: str, cut: int) -> None:
    """Ends grow to the end of the text; what was found before and after an end is what is found in the two parts."""
    dialect = Dialect(Encoding("utf-8"), ",")
    content = text.encode()
    ends = record_ends(content, dialect).ends.tolist()
    assert ends == sorted(set(ends))
    assert not ends or ends[-1] == len(content)
    assert all(content[start:end].endswith(b"\n") for start, end in pairwise([0, *ends[:-1]]))
    if ends:
        at = ends[cut % len(ends)]
        halves = (content[:at], content[at:])
        found = [record_ends(half, dialect).ends.tolist() for half in halves]
        assert found[0] + [at + end for end in found[1]] == ends


PROFILES = st.builds(
    lambda records, filled, samples: (
        ColumnProfile(1, "Name", records + filled, filled, tuple(dict.fromkeys(samples))),
    ),
    st.integers(0, 9),
    st.integers(0, 9),
    st.lists(st.text("abcdef", max_size=3), max_size=300),
)


@given(a=PROFILES, b=PROFILES, c=PROFILES)
def test_merging_profiles_is_associative(
    a: tuple[ColumnProfile], b: tuple[ColumnProfile], c: tuple[ColumnProfile]
) -> None:
    left = intake.merge_profiles((intake.merge_profiles((a, b)), c))
    assert left == intake.merge_profiles((a, intake.merge_profiles((b, c)))) == intake.merge_profiles((a, b, c))
