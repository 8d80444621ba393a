"""A table as the intake describes it: columns, record kind and warnings, the same for every format."""

from collections.abc import Mapping, Sequence

from muster.phases.data_import.heading import Heading
from muster.phases.data_import.record_kind import record_kind
from muster.vocabulary.issue import Issue
from muster.vocabulary.table import Json, Table


def described(
    *,
    name: str,
    format: str,
    heading: Heading,
    body: Sequence[Sequence[str]],
    locator: Mapping[str, Json],
    encoding: str | None = None,
    delimiter: str | None = None,
    named: bool = False,
) -> Table:
    """The table of these first records; its locator has `first_file_row`, the 1-based file row of the first record.

    `named` says that the columns have names although no row holds them.
    """
    kind = record_kind(heading.names, body, name)
    return Table(
        name=name,
        format=format,
        record_kind=kind.name,
        columns=heading.names,
        encoding=encoding,
        delimiter=delimiter,
        header_row=None if heading.row is None else heading.row + 1,
        kind_reason=kind.reason,
        locator=locator,
        warnings=() if named else _warnings(heading),
    )


def _warnings(heading: Heading) -> tuple[Issue, ...]:
    issues = []
    if heading.row is None:
        issues.append(
            Issue(
                "no_header",
                "No row names the columns; they are called #1, #2 and so on.",
                "Say which row is the header, or map the columns by position.",
            )
        )
    blank = [name for name in heading.names if name.startswith("#") and name[1:].isdigit()]
    if heading.row is not None and blank:
        issues.append(
            Issue(
                "blank_header",
                f"Columns without a header: {', '.join(blank[:10])}.",
                "Name them in the source, or map them by position.",
            )
        )
    repeated = [name for name in heading.names if name.endswith(")") and name.rpartition(" (")[0] in heading.names]
    if repeated:
        issues.append(
            Issue(
                "repeated_header",
                f"Headers that occur more than once: {', '.join(repeated[:10])}.",
                "Check which of the columns is meant.",
            )
        )
    return tuple(issues)
