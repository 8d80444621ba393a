"""What mapping recognises as the values of an attribute, cleansing reads: both know the same words."""

import pytest

from muster.phases.data_cleansing.rule import Reading
from muster.phases.data_cleansing.rulebook import rule_for
from muster.phases.data_cleansing.words import all_words
from muster.phases.field_mapping.values import shapes_of, shared_vocabularies, values_of
from muster.vocabulary.spellings import key, synonyms

ATTRIBUTES = {
    "environment": "environment",
    "lifecycle": "lifecycle_status",
    "power": "power_state",
    "criticality": "criticality",
    "strategy": "migration_strategy",
    "architecture": "os_architecture",
    "asset_type": "asset_type",
    "virtual": "is_virtual",
    "protocol": "protocol",
    "manufacturer": "manufacturer",
}
SHAPES = sorted(ATTRIBUTES)


def spelt(shape: str) -> list[str]:
    """Every spelling of the list behind a shape."""
    return [text for word, others in synonyms(shared_vocabularies()[shape].list).items() for text in (word, *others)]


def unread(shape: str, texts: tuple[str, ...]) -> set[str]:
    answers = {text: rule_for(ATTRIBUTES[shape]).apply(text, Reading()) for text in texts}
    return {text for text, answer in answers.items() if answer.issue is not None}


def test_every_shared_vocabulary_is_looked_at_here() -> None:
    assert sorted(shared_vocabularies()) == SHAPES


@pytest.mark.parametrize("shape", SHAPES)
def test_cleansing_reads_every_word_that_mapping_recognises(shape: str) -> None:
    known = shared_vocabularies()[shape]
    told = tuple(text for text in spelt(shape) if shape in shapes_of(text))
    assert len(told) >= 18
    assert unread(shape, told) == set()
    assert unread(shape, known.also) <= set(known.also)


@pytest.mark.parametrize("shape", SHAPES)
def test_mapping_recognises_what_cleansing_reads_but_for_words_that_say_too_little(shape: str) -> None:
    known = shared_vocabularies()[shape]
    silent = {key(text) for text in known.silent}
    reads = {
        text for word, others in synonyms(known.list).items() for text in others if word in (known.words or {word})
    }
    missed = {text for text in reads if shape not in shapes_of(text)}
    assert {key(text) for text in missed} <= silent


@pytest.mark.parametrize("shape", SHAPES)
def test_what_is_named_beside_a_list_is_named_for_a_reason(shape: str) -> None:
    known = shared_vocabularies()[shape]
    assert {key(text) for text in known.silent} <= {key(text) for text in spelt(shape)}, "read, but telling nothing"
    assert not {key(text) for text in known.also} & {key(text) for text in spelt(shape)}, "telling, but not read"
    assert set(known.words) <= set(synonyms(known.list))


@pytest.mark.parametrize(
    ("shape", "texts"),
    [
        ("environment", ("Prod", "Test", "Entw")),
        ("environment", ("1 - Production", "2 - Pre-Prod", "3 - UAT")),
        ("environment", ("本番", "開発", "検証機")),
        ("lifecycle", ("Undeployable", "Ready to Deploy", "Pending diagnostics")),
        ("power", ("PoweredOn", "powered_off", "オフ")),
        ("criticality", ("Tier-1", "Tier II", "tier 3")),
        ("manufacturer", ("Dell Computer Corporation", "惠普", "Super Micro Computer")),
        ("virtual", ("virtualisiert", "physisch")),
    ],
)
def test_a_word_is_recognised_in_whatever_way_it_is_written(shape: str, texts: tuple[str, ...]) -> None:
    assert values_of(texts).share((shape,)) == 1.0


@pytest.mark.parametrize(
    ("shape", "texts"),
    [
        ("environment", ("Engineering", "Research", "Management")),
        ("asset_type", ("Oracle", "MySQL", "PostgreSQL")),
        ("asset_type", ("Other", "Misc")),
        ("criticality", ("1", "2", "3", "4")),
        ("criticality", ("C1", "C2", "C3")),
        ("criticality", ("Standard", "Optional")),
        ("lifecycle", ("poweredOn", "poweredOff", "suspended")),
        ("lifecycle", ("Approved", "Closed", "Cancelled")),
        ("power", ("yes", "no")),
        ("power", ("Start", "Stop")),
        ("protocol", ("1", "2", "47")),
        ("strategy", ("SaaS", "PaaS", "On-premises")),
        ("virtual", ("true", "false", "1")),
        ("boolean", ("physical", "virtual")),
        ("manufacturer", ("Adobe", "Atlassian", "SAP")),
    ],
)
def test_words_that_many_columns_hold_tell_nothing(shape: str, texts: tuple[str, ...]) -> None:
    assert values_of(texts).share((shape,)) == 0.0


@pytest.mark.parametrize(
    ("attribute", "text", "value"),
    [
        ("environment", "calidad", "test"),
        ("environment", "Produkce", "production"),
        ("environment", "灾备环境", "disaster_recovery"),
        ("environment", "准生产", "staging"),
        ("lifecycle_status", "Reserviert", "Reserviert"),
        ("lifecycle_status", "Réservé", "in_stock"),
        ("lifecycle_status", "списано", "retired"),
        ("lifecycle_status", "in transit", "in transit"),
        ("power_state", "シャットダウン", "off"),
        ("power_state", "notResponding", "notResponding"),
        ("criticality", "P0", "critical"),
        ("criticality", "Tier III", "medium"),
        ("criticality", "Core", "Core"),
        ("migration_strategy", "Rehosting", "rehost"),
        ("os_architecture", "64-bit operating system, x64-based processor", "x86_64"),
        ("os_architecture", "32-bit operating system, x64-based processor", "x86"),
        ("asset_type", "WAF", "network"),
        ("asset_type", "Chromebook", "other"),
        ("asset_type", "Rechner", "Rechner"),
        ("manufacturer", "海康威视", "Hikvision"),
        ("manufacturer", "Axis Communications AB", "Axis"),
    ],
)
def test_words_of_mapping_have_their_meaning_in_cleansing(attribute: str, text: str, value: str) -> None:
    answer = rule_for(attribute).apply(text, Reading())
    assert (answer.value, answer.issue is None) == (value, value != text)


def test_every_list_is_part_of_the_version_of_the_rules() -> None:
    names = [f"{shared.list}.json\n" for shared in shared_vocabularies().values()]
    assert all(name in all_words() for name in (*names, "booleans.json\n", "null_words.json\n", "spellings.py\n"))
