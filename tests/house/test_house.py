"""The rules of the house that a linter does not know: each is one function over the syntax tree of a module."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "muster"

Broken = Iterator[ast.AST]


@dataclass(frozen=True)
class Module:
    """One source file: its path below src/muster, its text and its syntax tree."""

    path: str
    text: str
    tree: ast.Module

    def below(self, *folders: str) -> bool:
        return self.path.startswith(tuple(f"{folder}/" for folder in folders))


# What a rule lets pass: (rule, path) -> why. An entry that nothing needs any more fails.
EXEMPT: dict[tuple[str, str], str] = {
    (
        "names_say_what_a_thing_is",
        "plan_names.py",
    ): "the plans' own name WorkflowStateService, for those who call it so",
    ("the_environment_is_read_in_one_place", "store/postgres_programs.py"): "hands PATH on to a program it starts",
    (
        "only_one_door_connects_begins_and_commits",
        "phases/dependency_analysis/connection_sums.py",
    ): "DuckDB in the memory of a pure function, which holds nothing of anybody's",
    (
        "sql_stands_only_in_the_store",
        "phases/dependency_analysis/connection_sums.py",
    ): "what a pure function has DuckDB compute over frames; no stored table is asked",
    ("sql_stands_only_in_the_store", "bench/connections.py"): "the yardstick is a query of DuckDB over a file",
}

VAGUE = r"utils?|helpers?|managers?|services?|handlers?|common|misc|base|processors?"
VAGUE_MODULE = re.compile(rf"(^|_)({VAGUE})(_|$)")
VAGUE_CLASS = re.compile(r"(Utils?|Helper|Manager|Service|Handler|Common|Misc|Base|Processor)(?=[A-Z]|$)")
STALE_NAME = re.compile(r"\w_v\d+$|(^|_)legacy(_|$)|^new_(?!id$)|_no_commit$")
SQL = re.compile(
    r"\s*((select|SELECT)\s.+\s(from|FROM)\s|(insert|INSERT)\s+(into|INTO)\s|(update|UPDATE)\s+\w+\s+(set|SET)\s"
    r"|(delete|DELETE)\s+(from|FROM)\s|(with|WITH)\s+\w+\s+(as|AS)\s*\(|(create|CREATE|alter|ALTER|drop|DROP)\s+(or\s)?"
    r"\s*(table|TABLE|index|INDEX|view|VIEW|role|ROLE|schema|database|function|policy|temp)|(copy|COPY)\s+\w+\s)",
    re.DOTALL,
)
PICTURE = re.compile("[\u2190-\u21ff\u2600-\u27bf\u2b00-\u2bff\ufe0f\U0001f000-\U0001faff]")


def walk(module: Module, *kinds: type[ast.AST]) -> Iterator[ast.AST]:
    return (node for node in ast.walk(module.tree) if isinstance(node, kinds))


def calls(module: Module) -> Iterator[ast.Call]:
    return (node for node in ast.walk(module.tree) if isinstance(node, ast.Call))


def docstrings(module: Module) -> set[int]:
    """The ids of the constants that are docstrings, of modules, classes, functions and the fields below them."""
    bodies = [getattr(node, "body", None) for node in ast.walk(module.tree)]
    statements = [statement for body in bodies if isinstance(body, list) for statement in body]
    return {id(statement.value) for statement in statements if isinstance(statement, ast.Expr)}


def texts(module: Module) -> Iterator[ast.Constant]:
    """String constants that are not docstrings."""
    written = docstrings(module)
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in written:
            yield node


def called(node: ast.Call) -> str:
    """The last word of what is called: 'commit' for tx.commit(), 'Issue' for Issue(...)."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def spelled(node: ast.AST) -> str:
    """The last word of a name: 'datetime' for datetime and for datetime.datetime."""
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def messages(module: Module) -> Iterator[ast.Constant]:
    """What is said to a person: texts in raised errors and in issues."""
    raised = [node.exc for node in walk(module, ast.Raise) if isinstance(node, ast.Raise) and node.exc]
    for said in [*raised, *(node for node in calls(module) if called(node) == "Issue")]:
        yield from (part for part in ast.walk(said) if isinstance(part, ast.Constant) and isinstance(part.value, str))


def only_one_door_connects_begins_and_commits(module: Module) -> Broken:
    if module.path == "store/transaction.py" or module.path.startswith("store/schema/"):
        return
    acts = {"commit", "rollback", "begin", "connect", "create_pool"}
    for node in calls(module):
        if (
            isinstance(node.func, ast.Attribute)
            and node.func.attr in acts
            and spelled(node.func.value) != "transaction"
        ):
            yield node


def sql_stands_only_in_the_store(module: Module) -> Broken:
    if not module.below("store"):
        yield from (node for node in texts(module) if SQL.match(str(node.value)))


def names_say_what_a_thing_is(module: Module) -> Broken:
    if any(VAGUE_MODULE.search(part) for part in Path(module.path).with_suffix("").parts):
        yield module.tree
    for node in walk(module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef):
        name = getattr(node, "name", "")
        if isinstance(node, ast.ClassDef) and VAGUE_CLASS.search(name) or STALE_NAME.search(name):
            yield node


def functions_and_files_are_short(module: Module) -> Broken:
    if len(module.text.splitlines()) > 400:
        yield module.tree
    for node in walk(module, ast.FunctionDef, ast.AsyncFunctionDef):
        if getattr(node, "end_lineno", 0) - getattr(node, "lineno", 0) >= 50:
            yield node


def a_broad_except_raises(module: Module) -> Broken:
    for node in walk(module, ast.ExceptHandler):
        caught = ast.unparse(node.type) if isinstance(node, ast.ExceptHandler) and node.type else "Exception"
        if re.search(r"\b(Base)?Exception\b", caught) and not any(
            isinstance(part, ast.Raise) for part in ast.walk(node)
        ):
            yield node


def nothing_is_suppressed_that_is_not_named(module: Module) -> Broken:
    for node in calls(module):
        if called(node) == "suppress" and any(ast.unparse(what).endswith("Exception") for what in node.args):
            yield node


def a_module_says_in_a_sentence_what_it_is(module: Module) -> Broken:
    first = (ast.get_docstring(module.tree) or "").split("\n\n")[0].strip()
    if module.text.strip() and not re.search(r"[.:?](\)|$)", first):  # a folder's empty __init__ says nothing
        yield module.tree


def words_are_plain(module: Module) -> Broken:
    said = texts(module) if module.below("cli") else messages(module)  # elsewhere a symbol may be data
    yield from (node for node in said if PICTURE.search(str(node.value)))
    yield from (node for node in messages(module) if re.search(r"\w!(\s|$)", str(node.value)))


def the_phase_of_a_flow_is_written_in_one_place(module: Module) -> Broken:
    if module.path == "flow/advance.py" or module.below("store"):
        return
    for number, line in enumerate(module.text.splitlines(), 1):
        if re.search(r"current_phase[\"'\]]*\s*=[^=]", line):
            yield ast.Pass(lineno=number)


def flows_are_not_kept_in_memory(module: Module) -> Broken:
    for node in walk(module, ast.Name, ast.Attribute, ast.keyword):
        if {getattr(node, field, "") for field in ("id", "attr", "arg")} & {"active_flows", "completed_flows"}:
            yield node


def an_asset_has_an_asset_type_never_a_type(module: Module) -> Broken:
    if not module.below("phases/asset_inventory", "phases/dependency_analysis", "phases/tech_debt_assessment", "store"):
        return
    for node in walk(module, ast.Dict, ast.Subscript, ast.Call):
        keys = node.keys if isinstance(node, ast.Dict) else []
        keys = [node.slice] if isinstance(node, ast.Subscript) else keys
        keys = node.args if isinstance(node, ast.Call) and called(node) in {"col", "alias", "get"} else keys
        yield from (key for key in keys if isinstance(key, ast.Constant) and key.value == "type")


def only_the_clock_tells_the_time(module: Module) -> Broken:
    if module.path != "vocabulary/clock.py":
        asked = r"(datetime|date)\.(now|utcnow|today)|time\.(time|time_ns|localtime|gmtime)"
        for node in calls(module):
            if isinstance(node.func, ast.Attribute) and re.fullmatch(
                asked, f"{spelled(node.func.value)}.{node.func.attr}"
            ):
                yield node


def the_environment_is_read_in_one_place(module: Module) -> Broken:
    if module.path != "settings.py":
        for node in walk(module, ast.Attribute):
            if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv") and spelled(node.value) == "os":
                yield node


def a_phase_reaches_for_nothing(module: Module) -> Broken:
    """No clock, network, process, chance or settings: what a phase needs comes in as an argument."""
    outside = {"time", "random", "secrets", "socket", "subprocess", "urllib", "http", "asyncpg", "muster.settings"}
    if not module.below("phases"):
        return
    for node in walk(module, ast.Import, ast.ImportFrom):
        names = (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [part.name for part in getattr(node, "names", ())]
        )
        if any(name in outside or name.split(".")[0] in outside for name in names):
            yield node


RULES: tuple[Callable[[Module], Broken], ...] = (
    only_one_door_connects_begins_and_commits,
    sql_stands_only_in_the_store,
    names_say_what_a_thing_is,
    functions_and_files_are_short,
    a_broad_except_raises,
    nothing_is_suppressed_that_is_not_named,
    a_module_says_in_a_sentence_what_it_is,
    words_are_plain,
    the_phase_of_a_flow_is_written_in_one_place,
    flows_are_not_kept_in_memory,
    an_asset_has_an_asset_type_never_a_type,
    only_the_clock_tells_the_time,
    the_environment_is_read_in_one_place,
    a_phase_reaches_for_nothing,
)

# For every rule, what it must find: a rule that finds nothing anywhere proves nothing.
OFFENCES: dict[str, tuple[str, str]] = {
    "only_one_door_connects_begins_and_commits": ("flow/run.py", "tx.commit()"),
    "sql_stands_only_in_the_store": ("flow/run.py", "tx.fetch('select a from b where c')"),
    "names_say_what_a_thing_is": ("flow/flow_manager.py", "pass"),
    "functions_and_files_are_short": ("flow/run.py", "def f():\n" + "    x = 1\n" * 60),
    "a_broad_except_raises": ("flow/run.py", "try:\n    f()\nexcept Exception:\n    g()"),
    "nothing_is_suppressed_that_is_not_named": ("flow/run.py", "with suppress(Exception):\n    f()"),
    "a_module_says_in_a_sentence_what_it_is": ("flow/run.py", "'Runs'"),
    "words_are_plain": ("flow/run.py", "raise FileEmpty('Nothing in it!')"),
    "the_phase_of_a_flow_is_written_in_one_place": ("pipeline.py", "flow.current_phase = 'x'"),
    "flows_are_not_kept_in_memory": ("flow/run.py", "active_flows = {}"),
    "an_asset_has_an_asset_type_never_a_type": ("phases/asset_inventory/kinds.py", "asset['type']"),
    "only_the_clock_tells_the_time": ("flow/run.py", "datetime.now(UTC)"),
    "the_environment_is_read_in_one_place": ("flow/run.py", "os.environ['MUSTER_HOME']"),
    "a_phase_reaches_for_nothing": ("phases/data_cleansing/cleanse.py", "import random"),
}


@cache
def modules() -> tuple[Module, ...]:
    found = [(path.relative_to(SOURCE).as_posix(), path.read_text()) for path in sorted(SOURCE.rglob("*.py"))]
    return tuple(Module(path, text, ast.parse(text)) for path, text in found)


def line(node: ast.AST) -> int:
    return getattr(node, "lineno", 1)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps(rule: Callable[[Module], Broken]) -> None:
    broken = {module.path: sorted({line(node) for node in rule(module)}) for module in modules()}
    excused = {path for name, path in EXEMPT if name == rule.__name__}
    found = [f"{path}:{number}" for path, lines in broken.items() for number in lines if path not in excused]
    assert not found, "\n".join(found)
    assert [path for path in excused if not broken.get(path)] == [], "these exemptions excuse nothing any more"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_rule_finds_what_it_forbids(rule: Callable[[Module], Broken]) -> None:
    path, text = OFFENCES[rule.__name__]
    assert list(rule(Module(path, text, ast.parse(text))))
