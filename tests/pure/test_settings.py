"""What the environment says becomes settings, and what does not fit is named."""

from pathlib import Path

import pytest

from muster.settings import Settings, read
from muster.vocabulary.errors import UsageError
from settings_docstrings import docstrings


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.__struct_fields__:
        monkeypatch.delenv(f"MUSTER_{name.upper()}", raising=False)


def test_nothing_needs_to_be_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    found = read()
    assert found.home.is_relative_to(tmp_path)
    assert found.home.name == "muster"
    assert not found.home.exists(), "reading the settings writes nothing"
    assert (found.client, found.engagement, found.database_url) == (None, None, None)


def test_each_kind_of_setting_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "HOME": "/srv/muster",
        "CLIENT": "Acme",
        "ENGAGEMENT": "",
        "LOG": "json",
        "STEP_TIMEOUT": "2.5",
        "LIMITS__MAX_COLUMNS": "300",
    }
    for name, value in given.items():
        monkeypatch.setenv(f"MUSTER_{name}", value)
    found = read()
    assert (found.home, found.client, found.engagement, found.log, found.step_timeout, found.limits) == (
        Path("/srv/muster"),
        "Acme",
        None,
        "json",
        2.5,
        {"max_columns": 300},
    )


def test_what_does_not_fit_is_named_with_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUSTER_WORKERS", "0")
    monkeypatch.setenv("MUSTER_LOG", "yaml")
    with pytest.raises(UsageError, match=r"(?s)MUSTER_LOG: .*MUSTER_WORKERS: .*>= 1"):
        read()


def test_every_setting_says_what_it_is() -> None:
    said = docstrings()
    assert [name for name in Settings.__struct_fields__ if not said.get(name, "").endswith(".")] == []
