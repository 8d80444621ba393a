"""Konveyor Hub: import of applications, their tags, and what they depend on.

Source: konveyor/tackle2-ui, template_application_import.csv (header), and konveyor/tackle2-hub, api/import.go and
importer/manager.go (how it is read). The file is read by position and every row must have as many cells as the
header: 17 columns, then 20 pairs of tag category and tag. Rows of type 1 are applications, rows of type 2
dependencies: cells 6 and 7 are the other application and "southbound" (this one depends on the other). Names are
compared without regard to case.

- An owner must be "Name <address>", else the hub refuses the whole row: only an owner who is known by an address is
  written.
- A tag needs a category: the key of "key=value" or "key:value", else Muster. The tag itself stays whole, so that it
  comes back.
- The hub refuses cycles. Of a cycle the dependency that closes it is left out and reported (dependencies are taken
  in the order of the names), like one between other things than applications.
- Business services, categories and tags are made by the hub where it is told to create entities. No formula guard.
"""

import polars as pl

from muster.exports.columns import blank, fixed, plain
from muster.exports.csv_file import CSV
from muster.exports.machines import of_types, refusal
from muster.exports.target import Column, Example, Loss, Rows, Table, VendorTarget
from muster.vocabulary.kinds import AssetType

TAGS = 20
APPLICATIONS = (AssetType.APPLICATION,)
_ADDRESS = pl.col("owner").str.contains(r"^[^\s@<>]+@[^\s@<>]+$")
_OWNER = Column(
    "Owner",
    pl.when(_ADDRESS).then(pl.concat_str("owner", pl.lit(" <"), "owner", pl.lit(">"))),
    ("owner",),
    unsaid="the hub wants 'Name <address>' and refuses the application otherwise; no address is known",
)
_KEY = r"^([^=:]*[^=:\s])\s*[=:]"


def _tag(place: int) -> tuple[Column, Column]:
    tag = pl.col("tags").list.get(place, null_on_oob=True)
    category = pl.when(tag.is_not_null()).then(pl.coalesce(tag.str.extract(_KEY, 1), pl.lit("Muster")))
    many = (Loss("tags", pl.col("tags").list.len() > TAGS, f"{TAGS} tags have columns"),) if not place else ()
    return Column(f"Tag Category {place + 1}", category), Column(f"Tag {place + 1}", tag, ("tags",), losses=many)


_UNUSED = (
    "Binary Group",
    "Binary Artifact",
    "Binary Version",
    "Binary Packaging",
    "Repository Type",
    "Repository URL",
    "Repository Branch",
    "Repository Path",
)
_TAG_COLUMNS = tuple(column for place in range(TAGS) for column in _tag(place))
_BOTH = of_types(APPLICATIONS, "source_type") & of_types(APPLICATIONS, "target_type")
_NEEDS = pl.col("kind").is_in(["depends_on", "uses", "connection", "relation"])
_NONE = tuple(blank(column.header) for column in _TAG_COLUMNS)
TARGET = VendorTarget(
    title="Konveyor applications",
    source="konveyor/tackle2-ui, template_application_import.csv; konveyor/tackle2-hub, import.go and manager.go",
    encoding=CSV,
    tables=(
        Table(
            "konveyor_application_import",
            (
                fixed("Record Type", "1"),
                plain("Application Name", "name", required=True),
                plain("Description", "description"),
                plain("Comments", "notes"),
                plain("Business Service", "business_service"),
                blank("Dependency"),
                blank("Dependency Direction"),
                *(blank(header) for header in _UNUSED),
                _OWNER,
                blank("Contributors"),
                *_TAG_COLUMNS,
            ),
            takes=of_types(APPLICATIONS),
            refusal=refusal(APPLICATIONS),
            unique="Application Name",
        ),
        Table(
            "konveyor_application_import",
            (
                fixed("Record Type", "2"),
                Column("Application Name", pl.col("source"), required=True),
                blank("Description"),
                blank("Comments"),
                blank("Business Service"),
                Column("Dependency", pl.col("target"), required=True),
                Column(
                    "Dependency Direction",
                    pl.lit("southbound"),
                    ("kind",),
                    losses=(Loss("kind", pl.col("kind") != "depends_on", "written as a dependency"),),
                ),
                *(blank(header) for header in _UNUSED),
                blank("Owner"),
                blank("Contributors"),
                *_NONE,
            ),
            rows=Rows.EDGES,
            takes=_BOTH & _NEEDS,
            refusal="an end of it is no application",
            acyclic=True,
        ),
    ),
    implied={"asset_type": pl.lit(True), "application_name": pl.col("application_name") == pl.col("name")},
    examples=(
        Example(
            {
                "name": "Shop",
                "asset_type": "application",
                "business_service": "Retail",
                "owner": "ann@example.com",
                "tags": ["lang=Java", "legacy"],
                "criticality": "high",
            },
            {
                "konveyor_application_import": {
                    "Record Type": "1",
                    "Application Name": "Shop",
                    "Business Service": "Retail",
                    "Owner": "ann@example.com <ann@example.com>",
                    "Tag Category 1": "lang",
                    "Tag 1": "lang=Java",
                    "Tag Category 2": "Muster",
                    "Tag 2": "legacy",
                    "Tag 3": None,
                }
            },
            reported=("criticality",),
        ),
        Example(
            {"name": "Crm", "asset_type": "application", "owner": "Ann"},
            {"konveyor_application_import": {"Owner": None}},
            reported=("owner",),
        ),
        Example(
            {
                "source": "Shop",
                "source_type": "application",
                "target": "Crm",
                "target_type": "application",
                "kind": "depends_on",
            },
            {
                "konveyor_application_import": {
                    "Record Type": "2",
                    "Application Name": "Shop",
                    "Dependency": "Crm",
                    "Dependency Direction": "southbound",
                }
            },
            reported=(),
            rows=Rows.EDGES,
        ),
        Example(
            {
                "source": "Shop",
                "source_type": "application",
                "target": "web01",
                "target_type": "server",
                "kind": "runs_on",
            },
            reported=("dependency",),
            rows=Rows.EDGES,
        ),
    ),
)
