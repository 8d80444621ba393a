"""What an environment is called, in one of nine words.

Pre-production and staging are one word, user acceptance is its own, quality assurance and integration are tests.
Where there are several of a kind they are numbered (QA2, UAT 1): the number falls away.
The spellings are a list of this project, from public exports in ten languages; an unknown text is kept and asked about.
"""

import re

from muster.phases.data_cleansing.rule import Cleansed, Example, Reading, Rule
from muster.phases.data_cleansing.vocabulary import word
from muster.vocabulary.spellings import meaning

NUMBERED = re.compile(r"(?<=[^\W\d_])[\s_-]*\d{1,2}$")


def apply(raw: str, reading: Reading) -> Cleansed:
    """The environment's word."""
    answer = word("environment", raw, reading)
    found = meaning("environment", NUMBERED.sub("", raw.strip())) if answer.issue else None
    return answer if found is None else Cleansed(found)


RULE = Rule(
    name="environment",
    apply=apply,
    attributes=frozenset({"environment"}),
    examples=(
        Example("PRD", "production"),
        Example("Produktion", "production"),
        Example("1 - Production", "production"),
        Example("pré-production", "staging"),
        Example("UAT", "acceptance"),
        Example("Recette", "acceptance"),
        Example("QA", "test"),
        Example("测试", "test"),
        Example("QA2", "test"),
        Example("UAT 1", "acceptance"),
        Example("Prod_01", "production"),
        Example("not production", "test"),
        Example("DR", "disaster_recovery"),
        Example("n/a", None),
        Example("Mars base", "Mars base", "unknown_word"),
    ),
)
