"""muster: the command line. Commands are imported when they are called, so that help answers at once."""

import gc
import sys
from pathlib import Path

from cyclopts import App

import muster

app = App(
    name="muster",
    help="Discovery for cloud migration: a client's inventory files become one trusted, explained inventory.",
    version=muster.__version__,
)
app.command("muster.cli.run:run", name="run")
app.command("muster.cli.inspect:inspect", name="inspect")

flow = App(name="flow", help="Follow and steer discovery flows.")
for verb in ("list", "show", "watch", "approve", "pause", "resume", "retry", "restart", "cancel"):
    flow.command(f"muster.cli.flow:{verb}_", name=verb)
app.command(flow)

imports = App(name="import", help="The files that were imported.")
imports.command("muster.cli.imports:list_", name="list")
for verb in ("undo", "exclude", "include"):
    imports.command(f"muster.cli.imports:{verb}", name=verb)
imports.command("muster.cli.run:preview", name="preview")
app.command(imports)

mapping = App(name="mapping", help="What the columns of imported files are taken for.")
for verb in ("show", "coverage"):
    mapping.command(f"muster.cli.mapping_show:{verb}_", name=verb)
for verb in ("approve", "set", "reset"):
    mapping.command(f"muster.cli.mapping:{verb}_", name=verb)
mapping.command("muster.cli.advise:advise", name="advise")

profile = App(name="profile", help="Named mappings of known exports.")
profile.command("muster.cli.mapping_profile:list_", name="list")
for verb in ("save", "apply", "export", "revoke"):
    profile.command(f"muster.cli.mapping_profile:{verb}", name=verb)
profile.command("muster.cli.mapping_profile:import_file", name="import")
mapping.command(profile)

own = App(name="attribute", help="Attributes of the client's own.")
own.command("muster.cli.mapping_attribute:list_", name="list")
for verb in ("add", "retire"):
    own.command(f"muster.cli.mapping_attribute:{verb}", name=verb)
mapping.command(own)

memory = App(name="memory", help="What was said about columns before.")
memory.command("muster.cli.mapping_memory:list_", name="list")
memory.command("muster.cli.mapping_memory:revoke", name="revoke")
mapping.command(memory)
app.command(mapping)

issues = App(name="issue", help="What is wrong with the data.")
issues.command("muster.cli.issues:list_", name="list")
issues.command("muster.cli.issues:export", name="export")
app.command(issues)

values = App(name="value", help="What raw values become, and what people say they mean.")
for verb in ("list", "set", "revoke", "decisions"):
    values.command(f"muster.cli.values:{verb}_", name=verb)
app.command(values)

recipe = App(name="recipe", help="Named lists of cleansing choices of a client.")
for verb in ("list", "preview", "adopt", "revoke"):
    recipe.command(f"muster.cli.recipe:{verb}_", name=verb)
for verb in ("show", "save", "export", "delete"):
    recipe.command(f"muster.cli.recipe:{verb}", name=verb)
recipe.command("muster.cli.recipe:import_file", name="import")
app.command(recipe)

asset = App(name="asset", help="The inventory.")
asset.command("muster.cli.asset:list_", name="list")
asset.command("muster.cli.asset:show", name="show")
for verb in ("edit", "unlock", "merge", "split"):
    asset.command(f"muster.cli.edit:{verb}", name=verb)
app.command(asset)

conflict = App(name="conflict", help="Values on which the records of an asset differ.")
conflict.command("muster.cli.conflict:list_", name="list")
conflict.command("muster.cli.conflict:decide", name="decide")
app.command(conflict)

decision = App(name="decision", help="What people decided.")
for verb in ("list", "show", "revoke"):
    decision.command(f"muster.cli.decision:{verb}_", name=verb)
app.command(decision)
app.command("muster.cli.decide:decide", name="decide")

precedence = App(name="precedence", help="Which source is believed when two differ.")
policy = App(name="policy", help="What is said of assets that newer exports of a source have no more.")
rule = App(name="rule", help="The identity rules: which are in force, and from which score on.")
for named, group in (("precedence", precedence), ("policy", policy), ("rule", rule)):
    group.command(f"muster.cli.rules:{named}_show", name="show")
    group.command(f"muster.cli.rules:{named}_set", name="set")
    app.command(group)
app.command("muster.cli.whatif:whatif", name="whatif")
app.command("muster.cli.moments:history", name="history")
app.command("muster.cli.moments:diff", name="diff")

review = App(name="review", help="Records that may be one thing, for a person to decide.")
review.command("muster.cli.identity_review:list_", name="list")
review.command("muster.cli.identity_review:propose", name="propose")
review.command("muster.cli.identity_review:decide", name="decide")
app.command(review)

lineage = App(name="lineage", help="From a thing to the records it was made of.")
lineage.command("muster.cli.asset:show", name="asset")
app.command(lineage)

export = App(name="export", help="Files for other tools.")
for what in ("links", "edges", "groups"):
    export.command(f"muster.cli.export:{what}", name=what)
export.command("muster.cli.export_evidence:evidence", name="evidence")
for file in sorted((Path(muster.__file__).parent / "exports" / "targets").glob("[a-z]*.py")):
    export.command(f"muster.cli.export_target:to_{file.stem}", name=file.stem)
app.command(export)

dependency = App(name="dependency", help="What depends on what, what belongs together, and in which waves it may move.")
for verb, function in {"list": "list_", "unresolved": "unresolved", "groups": "groups", "waves": "waves"}.items():
    dependency.command(f"muster.cli.dependency:{function}", name=verb)
for verb, function in {"hubs": "hubs", "applications": "applications", "cycles": "cycles_"}.items():
    dependency.command(f"muster.cli.dependency_structure:{function}", name=verb)
for verb in ("confirm", "refuse", "add", "pin", "grain"):
    dependency.command(f"muster.cli.dependency_decide:{verb}", name=verb)
app.command(dependency)

wave = App(name="wave", help="What people say about the waves.")
for verb in ("pin", "unpin"):
    wave.command(f"muster.cli.wave:{verb}", name=verb)
app.command(wave)

debt = App(name="debt", help="What is wrong with the technology of the estate.")
debt.command("muster.cli.debt:list_", name="list")
for verb in ("summary", "scores", "propose", "explain", "rules", "override", "readiness", "kev"):
    debt.command(f"muster.cli.debt:{verb}", name=verb)
app.command(debt)

app.command("muster.cli.asset:why", name="why")
app.command("muster.cli.quality:quality", name="quality")
app.command("muster.cli.check:digest", name="digest")
app.command("muster.cli.check:validate", name="validate")
app.command("muster.cli.check:doctor", name="doctor")
app.command("muster.cli.worker:worker", name="worker")

database = App(name="db", help="The database under the inventory.")
for verb in ("upgrade", "downgrade", "url", "stop", "backup", "restore"):
    database.command(f"muster.cli.database:{verb}", name=verb)
app.command(database)

bench = App(name="bench", help="Ratios to a yardstick measured in the same run.")
for verb in ("connections", "files", "inspect", "inventory", "pipeline", "state"):
    bench.command(f"muster.cli.bench:{verb}", name=verb)
app.command(bench)


def main() -> None:
    """The entry point: exits 0 ok, 1 finding or refused, 2 usage, 3 failed and retryable."""
    gc.set_threshold(100_000, 20, 20)
    gc.disable()  # imports make many objects that stay, and looking for rubbish takes a tenth of a start: see command
    result = app(sys.argv[1:], result_action="return_value")
    sys.exit(result if isinstance(result, int) else 0)
