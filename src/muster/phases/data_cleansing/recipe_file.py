"""A recipe: a named list of cleansing choices, as it stands in files and is checked before it is kept."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from muster.phases.data_cleansing.choices import KINDS, NULL_WORD, READ_AS, READING, RULE, VALUE, Choice, as_json
from muster.phases.data_cleansing.rule import is_read
from muster.phases.data_cleansing.rulebook import RULES, rule_for
from muster.vocabulary.attributes import CUSTOM, attributes
from muster.vocabulary.errors import RecipeInvalid


class RecipeChoice(BaseModel):
    """One choice; see Choice for what each kind says."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["value", "null_word", "reading", "rule"]
    attribute: str | None = None
    column: str | None = None
    raw: str | None = None
    value: str | None = None
    accepted: bool = False
    unit: str | None = None
    day_first: bool | None = None
    decimal_comma: bool | None = None
    from_1904: bool | None = None
    year_first: bool | None = None
    rule: str | None = None

    @model_validator(mode="after")
    def _makes_sense(self) -> "RecipeChoice":
        if self.attribute is not None and self.attribute not in attributes() and not self.attribute.startswith(CUSTOM):
            raise ValueError(f"{self.attribute!r} is no attribute")
        if (self.kind in (VALUE, NULL_WORD)) != bool(self.raw):
            raise ValueError(f"a choice of kind {self.kind} {'has no' if self.raw else 'needs a'} raw text")
        if self.kind != NULL_WORD and self.attribute is None and self.column is None:
            raise ValueError(f"a choice of kind {self.kind} needs an attribute or a column")
        if self.kind == READING and all(getattr(self, name) is None for name in READ_AS):
            raise ValueError(f"a reading says one of {', '.join(READ_AS)}")
        if self.kind == RULE and self.rule not in RULES:
            raise ValueError(f"rule {self.rule!r} is none of {', '.join(RULES)}")
        return self

    def choice(self) -> Choice:
        """As cleansing reads it."""
        return Choice(**self.model_dump())


class Recipe(BaseModel):
    """A named list of choices."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["muster recipe"] = "muster recipe"
    version: Literal[1] = 1
    name: str = Field(min_length=1, max_length=100)
    choices: tuple[RecipeChoice, ...] = Field(min_length=1)

    def stored(self) -> list[dict[str, Any]]:
        """The choices as the store keeps them."""
        return [as_json(one.choice()) for one in self.choices]

    def text(self) -> str:
        """The recipe as a file holds it."""
        return self.model_dump_json(indent=1, exclude_defaults=False, exclude_none=True) + "\n"


def recipe_from(text: str) -> Recipe:
    """The recipe in a file. Raises RecipeInvalid, which names every mistake."""
    try:
        recipe = Recipe.model_validate_json(text)
    except ValidationError as error:
        found = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise RecipeInvalid(f"{found}. The kinds of choices are {', '.join(KINDS)}.") from error
    unfit = [f"choices.{place}: {said}" for place, one in enumerate(recipe.choices) if (said := _unfit(one))]
    if unfit:
        raise RecipeInvalid(" ".join(unfit))
    return recipe


def _unfit(choice: RecipeChoice) -> str:
    """Why the clean value of a choice is none for its attribute; '' where it is one."""
    if choice.kind != VALUE or choice.value is None or choice.attribute not in attributes():
        return ""
    rule = rule_for(choice.attribute)
    read = rule.apply(choice.value, rule.own)
    return "" if read.issue is None or is_read(read) else read.issue.message


def recipe_of(name: str, choices: list[dict[str, Any]]) -> Recipe:
    """A recipe of stored choices."""
    return Recipe(name=name, choices=tuple(RecipeChoice(**choice) for choice in choices))
