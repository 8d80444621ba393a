"""A table as the intake describes it: columns, record kind and warnings, the same for every format."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from muster.phases.data_import.kinds.record_kind import Kind, record_kind
from muster.phases.data_import.tables.form_rows import form_rows_issue, prepared
from muster.phases.data_import.tables.heading import Heading
from muster.phases.data_import.tables.section_lines import has_sections
from muster.phases.data_import.tables.sideways import lies_sideways, sideways_issue
from muster.vocabulary.issue import Issue
from muster.vocabulary.table import Json, Table

UNSURE = "record_kind_unsure"


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
    warnings = [] if named else _warnings(heading)
    if not named and len(heading.names) > 1 and lies_sideways(heading.names, body):
        kind = Kind("lookup", "The rows are attributes of the things in the columns, not things themselves.", 0.7)
        warnings.append(sideways_issue(heading.names))
    preset = {} if named else prepared(heading.names, body)
    if preset:
        warnings.append(form_rows_issue(heading.names, preset))
    return Table(
        name=name,
        format=format,
        record_kind=kind.name,
        columns=heading.names,
        encoding=encoding,
        delimiter=delimiter,
        header_row=None if heading.row is None else heading.row + 1,
        kind_reason=kind.reason,
        locator={**locator, **_special_rows(heading, body, preset, named=named)},
        warnings=(*warnings, *_doubts(kind)),
        kind_confidence=kind.confidence,
        kind_rival=kind.rival,
    )


def _special_rows(
    heading: Heading, body: Sequence[Sequence[str]], preset: Mapping[str, str], *, named: bool
) -> dict[str, Json]:
    """What the reader must know of rows that are no records: unfilled ones, and lines that head a part."""
    found: dict[str, Json] = {"prepared": dict(preset)} if preset else {}
    if not named and has_sections(heading.names, body):
        found["sections"] = True
    return found


def entitled(table: Table, body: Sequence[Sequence[str]], title: str) -> Table:
    """The table as if `title` were its name: what a file within an archive is called says what its rows are.

    A kind that its columns do not tell, but its format or its form, stays as it is.
    """
    if record_kind(table.columns, body, table.name).name != table.record_kind:
        return table
    kind = record_kind(table.columns, body, title)
    sure = [issue for issue in table.warnings if issue.code != UNSURE]
    return replace(
        table,
        record_kind=kind.name,
        kind_reason=kind.reason,
        warnings=(*sure, *_doubts(kind)),
        kind_confidence=kind.confidence,
        kind_rival=kind.rival,
    )


def _doubts(kind: Kind) -> tuple[Issue, ...]:
    """Where an asset and none are close: a wrong choice would fill the inventory with rubbish, or leave things out."""
    if kind.rival is None:
        return ()
    taken, other = kind.name.replace("_", " "), kind.rival.replace("_", " ")
    issue = Issue(
        UNSURE,
        f"The rows are taken for {taken}, but might be {other}. {kind.reason}",
        "Look at a few rows. Name the sheet or the columns after what they hold if this is wrong.",
    )
    return (issue,)


def _warnings(heading: Heading) -> list[Issue]:
    issues: list[Issue] = []
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
    return issues
