"""What an environment is called, in one of nine words.

Pre-production and staging are one word, user acceptance is its own, quality assurance and integration are tests.
The spellings are a list of this project, from public exports in ten languages; an unknown text is kept and asked about.
"""

from functools import partial

from muster.phases.data_cleansing.rule import Example, Rule
from muster.phases.data_cleansing.vocabulary import word

RULE = Rule(
    name="environment",
    apply=partial(word, "environment"),
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
        Example("DR", "disaster_recovery"),
        Example("n/a", None),
        Example("Mars base", "Mars base", "unknown_word"),
    ),
)
