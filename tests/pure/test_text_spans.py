"""Where a long text is cut: between records, also where the quotes near the cut are doubled, stray or hold lines."""

from pathlib import Path

import pytest

from muster.phases.data_import.text.dialect import Dialect
from muster.phases.data_import.text.encoding import Encoding
from muster.phases.data_import.text.record_ends import record_ends
from muster.phases.data_import.text.text_spans import text_spans

SPAN = 300_000
DIALECT = Dialect(Encoding("utf-8"), ",", '"', "\n")
RECORDS = {
    "plain": "web{0},10.0.0.1,note {0}\n",
    "quoted": 'web{0},"10.0.0.1","note {0}"\n',
    "doubled": 'web{0},10.0.0.1,"see ""web{0}"""\n',
    "doubled at the start": 'web{0},10.0.0.1,"""web{0}"" is old"\n',
    "with lines": 'web{0},10.0.0.1,"one ""a""\ntwo, {0}\n"\n',
    "empty": 'web{0},"","{0}"\n',
    "inches": 'web{0},24" screen {0},x\n',
}


@pytest.mark.parametrize("form", RECORDS)
def test_a_text_is_cut_where_its_records_end(form: str, tmp_path: Path) -> None:
    record = RECORDS[form]
    content = "".join(record.format(number) for number in range(4 * SPAN // len(record))).encode()
    path = tmp_path / "long.csv"
    path.write_bytes(content)
    spans = text_spans(path, 0, SPAN, DIALECT)
    ends = set(record_ends(content, DIALECT).ends.tolist())
    assert len(spans) > 2
    assert [span.end for span in spans if span.end not in ends] == []
    assert [span.start for span in spans[1:]] == [span.end for span in spans[:-1]]
    assert all(span.end - span.start <= SPAN for span in spans)
