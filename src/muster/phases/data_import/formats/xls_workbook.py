"""XLS workbooks of Excel 5 to 2003 (BIFF in an OLE file): every sheet with a table, hidden ones too."""

from importlib import resources
from pathlib import Path

from muster.phases.data_import.format import Example
from muster.phases.data_import.limits import Limits
from muster.phases.data_import.typed.sheet_survey import SheetSurvey
from muster.phases.data_import.typed.workbook_ole import OLE_HEAD, ole_content, xls_survey
from muster.phases.data_import.typed.workbook_sheets import workbook_format


def _recognise(path: Path, head: bytes) -> float:
    return 1.0 if head.startswith(OLE_HEAD) and ole_content(path) == "workbook" else 0.0


def _survey(path: Path, _limits: Limits) -> tuple[SheetSurvey, ...]:
    """No limit is needed but that of the file: a sheet has at most 65,536 rows and 256 columns, uncompressed."""
    return xls_survey(path)


FORMAT = workbook_format(
    name="xls_workbook",
    recognise=_recognise,
    survey=_survey,
    example=Example(
        resources.files("muster.phases.data_import.typed").joinpath("workbook_example.xls").read_bytes(),
        (
            (
                "server",
                ("Hostname", "IP Address", "Memory GB"),
                (("web01", "10.0.0.1", "16"), ("db01", "10.0.0.2", "64")),
            ),
        ),
    ),
)
