"""The configuration: read once, checked to the letter, every setting told with its sentence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from crmtui import config
from crmtui.errors import Unreadable


def test_without_a_file_everything_is_at_its_default() -> None:
    assert config.current() == config.Config()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("colour = 1", 'no setting "colour"'), ("currency = 5", "currency is 5"), ('currency = "euro"', 'currency is "euro"'),
        ('date_order = "ydm"', "dmy, mdy or ymd"), ("week_start = 7", "0 (Monday)"), ("backups = 0", "1 or more"),
        ("week_start = true", "week_start is True"), ("this is no toml", "cannot be read"),
    ],
)  # fmt: skip
def test_a_setting_that_makes_no_sense_is_refused(text: str, told: str, settings: Callable[[str], None]) -> None:
    settings(text)
    with pytest.raises(Unreadable) as refused:
        config.current()
    assert told in str(refused.value)


def test_the_template_is_the_defaults(tmp_path: Path) -> None:
    file = tmp_path / "given.toml"
    file.write_text("\n".join(line.removeprefix("# ") for line in config.template().splitlines() if " = " in line))
    assert config.read(file) == config.Config()


def test_the_base_is_named_by_the_environment_then_the_configuration(
    settings: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings('db = "/somewhere/crm.db"')
    monkeypatch.setenv("CRMTUI_DB", "/elsewhere/crm.db")
    assert config.database() == "/elsewhere/crm.db"
    monkeypatch.delenv("CRMTUI_DB")
    assert config.database() == "/somewhere/crm.db"
    settings("")
    assert config.database().endswith("crmtui/crmtui.db")
