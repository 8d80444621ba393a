"""The processor architecture a system is built for, in one spelling.

Only the names that vendors give the same instruction set are joined; '64-bit' means x86_64, the only 64-bit
architecture whose tools do not name it.
"""

from functools import partial

from muster.phases.data_cleansing.rule import Example, Rule
from muster.phases.data_cleansing.vocabulary import word

RULE = Rule(
    name="os_architecture",
    apply=partial(word, "os_architecture"),
    attributes=frozenset({"os_architecture"}),
    examples=(
        Example("x64", "x86_64"),
        Example("64-bit", "x86_64"),
        Example("AMD64", "x86_64"),
        Example("aarch64", "arm64"),
        Example("i686", "x86"),
        Example("", None),
        Example("riscv", "riscv", "unknown_word"),
    ),
)
