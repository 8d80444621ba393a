"""The words of a request to a model, and the form its answer must have."""

import json
from collections.abc import Mapping
from dataclasses import asdict

from pydantic import BaseModel, ConfigDict, Field

from muster.adviser.adviser import Advice, AdvisedColumn, AskedTable

INSTRUCTIONS = (
    "You help to map the columns of an inventory export to the attributes of assets in a cloud migration. "
    "For each column choose the one attribute that it fills, or null where none fits; never guess. "
    "Use attribute names only from the list. Say in one short sentence why. "
    "Where one fact from a person would settle several columns, put it as one question, else leave the question null."
)


class AnsweredColumn(BaseModel):
    """One column of a model's answer."""

    model_config = ConfigDict(extra="ignore")

    position: int
    target: str | None = None
    reason: str = Field(default="", max_length=500)


class Answer(BaseModel):
    """A model's answer as it must be given."""

    model_config = ConfigDict(extra="ignore")

    columns: list[AnsweredColumn]
    question: str | None = Field(default=None, max_length=500)


def request_of(table: AskedTable, targets: Mapping[str, str]) -> str:
    """One request as text: the attributes to choose from and the open columns, as JSON."""
    return json.dumps({"attributes": dict(targets), "table": asdict(table)}, ensure_ascii=False, sort_keys=True)


def advice_of(answer: Answer, table: AskedTable, targets: Mapping[str, str]) -> Advice:
    """The part of an answer that speaks of what was asked: invented columns and attributes are left out."""
    asked = {column.position for column in table.columns}
    columns = {
        column.position: AdvisedColumn(column.position, column.target, column.reason.strip())
        for column in answer.columns
        if column.position in asked and (column.target is None or column.target in targets)
    }
    question = answer.question.strip() if answer.question and answer.question.strip() else None
    return Advice(tuple(columns[position] for position in sorted(columns)), question)
