"""The settings: what each means, its default, and the file they are read from."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from crmtui.errors import Unreadable

ORDERS = ("", "dmy", "mdy", "ymd")


def _setting(default: Any, sentence: str) -> Any:
    return field(default=default, metadata={"sentence": sentence})


@dataclass(frozen=True, slots=True)
class Config:
    """Every setting, each followed by the sentence that `crmtui config` prints."""

    db: str = _setting("", "The database: a path. Empty: crmtui.db in the platform's folder for user data.")
    rep: str = _setting("", "Who is working: a rep's name, mail or id. Empty: the login name.")
    currency: str = _setting("USD", "The currency of amounts that name none, as three letters.")
    timezone: str = _setting("", "The zone in which times are typed and shown, like Europe/Riga. Empty: the machine's.")
    date_order: str = _setting("", "How 03/04/2026 is read: dmy, mdy or ymd. Empty: the locale's, and asked when it has none.")
    phone_region: str = _setting("", "The country of phone numbers that name none, as two letters like LV. Empty: none is assumed.")
    week_start: int = _setting(0, "The day a week begins: 0 for Monday, 6 for Sunday.")
    backups: int = _setting(7, "How many automatic backups are kept beside the database.")
    opener: str = _setting("", "The program that opens attached files, with its options. Empty: the desktop's own.")


def path() -> Path:
    """The configuration file: `CRMTUI_CONFIG`, else config.toml in the platform's folder; it need not exist."""
    named = os.environ.get("CRMTUI_CONFIG")
    if named:
        return Path(named)
    from platformdirs import user_config_path

    return user_config_path("crmtui", appauthor=False) / "config.toml"


@lru_cache
def current() -> Config:
    """The settings in force, read once. Raises `Unreadable` for a file, a name or a value that makes no sense."""
    return read(path())


def read(file: Path) -> Config:
    """The settings of one file over the defaults; a missing file is the defaults."""
    try:
        text = file.read_bytes()
    except FileNotFoundError:
        return Config()
    import tomllib

    try:
        given = tomllib.loads(text.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as why:
        raise Unreadable(f"the configuration {file} cannot be read: {why}") from None
    return replace(Config(), **{name: _checked(name, value, file) for name, value in given.items()})


def _checked(name: str, value: Any, file: Path) -> Any:
    known: dict[str, Any] = {setting.name: setting.default for setting in fields(Config)}
    if name not in known:
        raise Unreadable(f'no setting "{name}" in {file}', f"settings: {', '.join(known)}")
    wanted = type(known[name])
    given: Any = value
    if type(given) is not wanted:
        raise Unreadable(f"setting {name} is {value!r} in {file}", f"it takes {'a number' if wanted is int else 'a text'}")
    if name == "date_order" and given not in ORDERS:
        raise Unreadable(f'date_order is "{given}" in {file}', "it takes dmy, mdy or ymd")
    if name == "currency" and not (len(given) == 3 and given.isascii() and given.isalpha() and given.isupper()):
        raise Unreadable(f'currency is "{given}" in {file}', "it takes three letters like EUR")
    if name == "week_start" and not 0 <= given <= 6:
        raise Unreadable(f"week_start is {given} in {file}", "it takes 0 (Monday) to 6 (Sunday)")
    if name == "backups" and given < 1:
        raise Unreadable(f"backups is {given} in {file}", "it takes 1 or more")
    return given


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as it is in force, as text, and the sentence that says what it does."""

    name: str
    value: str
    sentence: str


def listed(base: str = "", rep: str = "") -> list[Setting]:
    """Every setting in force, in the order of the file; `base` and `rep` are what the command line and the environment say instead."""
    given = current()
    named = {"db": base or database(), "rep": rep or os.environ.get("CRMTUI_REP", "")}
    return [Setting(s.name, named.get(s.name) or str(getattr(given, s.name)), s.metadata["sentence"]) for s in fields(Config)]


def template() -> str:
    """A configuration file with every setting at its default, commented out, under its sentence."""
    parts = [f"# {s.metadata['sentence']}\n# {s.name} = {_toml(getattr(Config(), s.name))}\n" for s in fields(Config)]
    return "\n".join(parts)


def _toml(value: str | int) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


def database() -> str:
    """Where the base is when no option names it: `CRMTUI_DB`, else the configuration, else the user's data folder."""
    named = os.environ.get("CRMTUI_DB") or current().db
    if named:
        return named
    from platformdirs import user_data_path

    return str(user_data_path("crmtui", appauthor=False) / "crmtui.db")
