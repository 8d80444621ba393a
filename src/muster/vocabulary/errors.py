"""Every error the product can raise. One table drives exit code, HTTP status, retry and what is stored."""

from enum import StrEnum
from typing import ClassVar


class ErrorClass(StrEnum):
    """Whether trying again can help. A property of the type, never read from a message."""

    RETRYABLE = "retryable"
    NON_RETRYABLE = "non_retryable"
    PARTIAL = "partial"


class MusterError(Exception):
    """Something went wrong."""

    code: ClassVar[str] = "muster_error"
    status: ClassVar[int] = 500
    error_class: ClassVar[ErrorClass] = ErrorClass.NON_RETRYABLE
    hint: ClassVar[str] = "Report this with the flow id; muster doctor shows the state of the installation."

    def __init__(self, message: str = "", *, hint: str = "") -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())
        self.recovery_hint = hint or self.hint

    @property
    def retryable(self) -> bool:
        """True where the same call may succeed later without a person."""
        return self.error_class is ErrorClass.RETRYABLE

    @property
    def exit_code(self) -> int:
        """3 for what may pass by itself, 2 for wrong use, 1 for a refusal."""
        if self.retryable:
            return 3
        return 2 if self.status in (400, 404) else 1

    def details(self) -> dict[str, str]:
        """The structured form that is stored with a flow and returned by every door."""
        return {
            "error_code": self.code,
            "error_class": self.error_class.value,
            "message": str(self),
            "recovery_hint": self.recovery_hint,
        }


class UnexpectedFault(MusterError):
    """A step ended in a way that nobody foresaw: a defect of the program."""

    code = "unexpected_fault"
    hint = "Report this with the flow id; muster flow retry goes on from the last committed batch."


class FileRefused(MusterError):
    """The file cannot be imported."""

    code = "file_refused"
    status = 422
    hint = "Open the file, check what it holds, and export it again as CSV or XLSX."


class FileMissing(FileRefused):
    """There is no such file."""

    code = "file_missing"
    status = 404
    hint = "Check the path; the file may have been moved or renamed."


class FileEmpty(FileRefused):
    """The file holds no records."""

    code = "file_empty"
    hint = "Export it again; nothing was imported from it."


class FormatUnknown(FileRefused):
    """No reader recognises the file's content."""

    code = "format_unknown"
    hint = "Export the data as CSV or XLSX and import that."


class FileDamaged(FileRefused):
    """The file starts as a known format and cannot be read to its end."""

    code = "file_damaged"
    hint = "Copy or export the file again; it is truncated or altered."


class FileTooLarge(FileRefused):
    """The file, or what it unpacks to, is over the limit."""

    code = "file_too_large"
    status = 413
    hint = "Split the file, or raise the limit named in the message."


class IllegalTransition(MusterError):
    """The flow cannot move there."""

    code = "illegal_transition"
    status = 409
    hint = "Look at the flow's history with muster flow show; another worker or person may have moved it."


class StateInvalid(MusterError):
    """What a phase left for the next does not fit the model of a flow's state."""

    code = "state_invalid"
    hint = "Report this with the flow id; nothing of the step was written."


class RestartRequested(MusterError):
    """A person asked for a phase to be done again."""

    code = "restart_requested"
    status = 409
    hint = "Nothing to do: the flow starts again from that phase."


class FlowNotFound(MusterError):
    """There is no such flow in this engagement."""

    code = "flow_not_found"
    status = 404
    hint = "muster flow list shows the flows of an engagement."


class ImportNotFound(MusterError):
    """There is no such import in this engagement."""

    code = "import_not_found"
    status = 404
    hint = "muster import list shows the imports of an engagement."


class AssetNotFound(MusterError):
    """There is no such asset in this engagement."""

    code = "asset_not_found"
    status = 404
    hint = "muster asset list shows the assets of an engagement."


class DecisionNotFound(MusterError):
    """There is no such decision in this engagement."""

    code = "decision_not_found"
    status = 404
    hint = "muster decision list shows the decisions of an engagement with their numbers."


class PreviewDiffers(MusterError):
    """The result is no longer what was expected; nothing was changed."""

    code = "preview_differs"
    status = 409
    hint = "Claims or decisions changed meanwhile: look at the preview again, then give the digest that it shows."


class RecordNotFound(MusterError):
    """There is no such record in this import."""

    code = "record_not_found"
    status = 404
    hint = "Rows count from 1 below the header; --sheet names the table where the file has several."


class DependencyNotFound(MusterError):
    """No such dependency leads from the one asset to the other."""

    code = "dependency_not_found"
    status = 404
    hint = "muster dependency list shows those there are; muster dependency add tells of one that no file has."


class ColumnNotFound(MusterError):
    """There is no such column in this import."""

    code = "column_not_found"
    status = 404
    hint = "muster mapping show lists the columns of an import; --table names the table where the file has several."


class CriteriaUnmet(MusterError):
    """The mapping does not meet the criteria yet."""

    code = "criteria_unmet"
    status = 409
    hint = "Map the missing targets with muster mapping set, or go on without them with muster mapping approve --waive."


class MappingClosed(MusterError):
    """The mapping of this import cannot be changed now."""

    code = "mapping_closed"
    status = 409
    hint = "muster flow show says where the flow of the import stands."


class ProfileInvalid(MusterError):
    """The mapping profile cannot be used."""

    code = "profile_invalid"
    status = 422
    hint = "Correct what the message names; muster mapping profile export writes such a file."


class RecipeInvalid(MusterError):
    """The recipe cannot be used."""

    code = "recipe_invalid"
    status = 422
    hint = "Correct what the message names; muster recipe export writes such a file."


class CorrectionRefused(FileRefused):
    """The file corrects no record of the import."""

    code = "correction_refused"
    hint = "muster issue export writes the bad records of an import; keep its column 'muster record' as it is."


class NotRemembered(MusterError):
    """There is nothing of this name or number to use or take back."""

    code = "not_remembered"
    status = 404
    hint = "muster mapping memory list, profile list and attribute list show what the client has."


class ValueRefused(MusterError):
    """The value does not fit the attribute."""

    code = "value_refused"
    status = 422
    hint = "Write the value as the attribute's description says; nothing was changed."


class TenantMissing(MusterError):
    """No client and engagement were named, or they do not exist."""

    code = "tenant_missing"
    status = 400
    hint = "Give --client and --engagement, or set MUSTER_CLIENT and MUSTER_ENGAGEMENT; muster run creates them."


class UsageError(MusterError):
    """The command was called with values that do not fit together."""

    code = "usage"
    status = 400
    hint = "muster --help lists the commands and their options."


class StoreUnavailable(MusterError):
    """The database did not answer."""

    code = "store_unavailable"
    status = 503
    error_class = ErrorClass.RETRYABLE
    hint = "It is tried again by itself; muster doctor shows whether the database is up."


class SpoolUnavailable(MusterError):
    """The folder for files that are being read cannot be written."""

    code = "spool_unavailable"
    status = 507
    error_class = ErrorClass.RETRYABLE
    hint = "Make room on the disk of MUSTER_HOME; the step is tried again by itself."


class TransactionConflict(MusterError):
    """Another transaction was in the way; nothing was written."""

    code = "transaction_conflict"
    status = 409
    error_class = ErrorClass.RETRYABLE
    hint = "It is tried again by itself."


class StepTimeout(MusterError):
    """A step took longer than its time limit."""

    code = "step_timeout"
    status = 504
    error_class = ErrorClass.RETRYABLE
    hint = "It is tried again by itself; raise MUSTER_STEP_TIMEOUT if the input is very large."


class WorkerLost(MusterError):
    """The worker that held this step went away."""

    code = "worker_lost"
    status = 503
    error_class = ErrorClass.RETRYABLE
    hint = "Another worker takes the step over by itself."


class Superseded(MusterError):
    """The step's lease moved to another worker; nothing was committed here."""

    code = "superseded"
    status = 409
    hint = "Nothing to do: the other worker finishes the step."


class DatabaseTooOld(MusterError):
    """The database server or its data directory does not fit this version."""

    code = "database_version"
    hint = "Use PostgreSQL 15 or later; data of another major version needs its own server, or a new MUSTER_HOME."


class AdviserMissing(MusterError):
    """No adviser is set up, or its library is not installed."""

    code = "adviser_missing"
    status = 400
    hint = "Set MUSTER_ADVISER__URL and MUSTER_ADVISER__MODEL and install muster[adviser]; all else works without it."


class BackupFailed(MusterError):
    """The database could not be written to the file, or read from it."""

    code = "backup_failed"
    hint = (
        "A restore needs an empty database (a new MUSTER_HOME); a backup needs a user that row security does not bind."
    )


class OutputExists(MusterError):
    """A file of that name exists already."""

    code = "output_exists"
    status = 409
    hint = "Name another place, or give --force to write over it."


class OutputUnwritable(MusterError):
    """The file cannot be written there."""

    code = "output_unwritable"
    status = 422
    hint = "Name a place that can be written and has room for the file."


class RecordsLost(MusterError):
    """The dispositions do not add up to the records; nothing was written."""

    code = "records_lost"
    hint = "Report this with the flow id: the inventory refused to account for fewer records than the file holds."


class PartlyDone(MusterError):
    """Some records are done and some are not."""

    code = "partly_done"
    error_class = ErrorClass.PARTIAL
    hint = "Retry the flow: it goes on after the last batch that was committed."
