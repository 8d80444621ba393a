"""The columns by which a corrected file is recognised: whose record each row is, and what was wrong with it."""

RECORD = "muster record"  # file hash, row number and table in one cell; the other marks are for people
MARKS = (
    *(RECORD, "muster file", "muster row", "muster column", "muster value", "muster rule", "muster code"),
    "muster hint",
)
