"""Whether one node of the flow may follow another, said in words a person can act on."""

from muster.flow.states import COMPLETED, FAILED, PENDING, RETRYING, TRANSITIONS
from muster.vocabulary.errors import IllegalTransition, UsageError
from muster.vocabulary.phases import ALIASES

NODES = frozenset(TRANSITIONS)


def node_named(name: str | None) -> str:
    """A node of the graph for a phase, a status or an alias; no name at all counts as pending."""
    if not name:
        return PENDING
    node = ALIASES[name].value if name in ALIASES else name
    if node not in NODES:
        raise UsageError(f"{name!r} is neither a phase nor one of {PENDING}, {FAILED}, {RETRYING}, {COMPLETED}.")
    return node


def validate(current: str | None, new: str) -> None:
    """Raise IllegalTransition unless `new` may follow `current`."""
    here, there = node_named(current), node_named(new)
    if there not in TRANSITIONS[here]:
        allowed = ", ".join(sorted(TRANSITIONS[here])) or "nothing"
        raise IllegalTransition(f"A flow in {here} cannot move to {there}; allowed: {allowed}.")
