"""The settings: what each means, its default, and the file they are read from."""

from __future__ import annotations

import os
from dataclasses import field, fields, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from crmtui import sources
from crmtui.errors import Unreadable
from crmtui.frozen import dataclass

_ONE_OF = {
    "date_order": ("dmy", "mdy", "ymd"),
    "screen": ("home", "pipeline", "clients", "agenda", "calls", "reports"),
    "theme": ("auto", "dark", "light", "contrast", "16"),
    "keymap": ("plain", "vi"),
    "daily_backup": ("on", "off"),
}
_KINDS = {int: "a number", dict: 'a table of texts, like {"find" = "slash"}'}


def _setting(default: Any, sentence: str) -> Any:
    return field(default=default, metadata={"sentence": sentence})


@dataclass(frozen=True, slots=True)
class Config:
    """Every setting, each followed by the sentence that `crmtui config` prints."""

    db: str = _setting("", "The database: a path. Empty: crmtui.db in the platform's folder for user data.")
    db_key: str = _setting(
        "",
        "Where the key of an encrypted database is: a file that only you may read, keyring or ask; or CRMTUI_KEY has it. Empty: nowhere.",
    )
    rep: str = _setting("", "Who is working: a rep's name, mail or id. Empty: the login name.")
    currency: str = _setting("USD", "The currency of amounts that name none, as three letters.")
    timezone: str = _setting("", "The zone in which times are typed and shown, like Europe/Riga. Empty: the machine's.")
    date_order: str = _setting("", "How 03/04/2026 is read: dmy, mdy or ymd. Empty: the locale's, and asked when it has none.")
    phone_region: str = _setting("", "The country of phone numbers that name none, as two letters like LV. Empty: none is assumed.")
    week_start: int = _setting(0, "The day a week begins: 0 for Monday, 6 for Sunday.")
    working_hours: str = _setting(
        "mon-fri 9:00-18:00",
        'When people work, like "mon-fri 9:00-13:00 14:00-18:00, sat 10:00-14:00": deadlines in working hours and days count in them.',
    )
    holidays: str = _setting("", 'Days on which nobody works, like "2026-04-06, 12-25"; 12-25 is every year\'s.')
    daily_backup: str = _setting("on", "Whether a backup is made beside the database before the first change of a day: on or off.")
    backups: int = _setting(7, "Of how many days the daily backups are kept; and how many of those made before upgrades and restores.")
    backups_weekly: int = _setting(4, "Of how many further weeks the last daily backup is kept.")
    backups_monthly: int = _setting(12, "Of how many further months the last daily backup is kept.")
    opener: str = _setting("", "The program that opens attached files, with its options. Empty: the desktop's own.")
    assign: str = _setting(
        "turn",
        "Who gets a captured lead: turn (each in turn), load (who has the least open work), role:seller (who of that role has), source (see"
        " assign_by_source), or a rep. Empty: nobody.",
    )
    assign_by_source: str = _setting("", 'Whose leads of a source are, like "web=Nils, fair=Brigid"; those of other sources go in turn.')
    lead_task: str = _setting("call back", "The first task of a captured lead. Empty: none.")
    lead_task_minutes: int = _setting(15, "In how many minutes the first task of a captured lead is due.")
    dial: str = _setting(
        "", "The command that dials, with {number} where the number goes, like: linphonecsh dial {number}. Empty: nothing is dialled."
    )
    call_outcomes: str = _setting(
        "reached, no answer, voicemail, busy, call back, wrong number",
        "The outcomes that are offered first for a call, with commas between.",
    )
    playbooks: str = _setting("", "The file of the playbook, the rules of what follows from what. Empty: playbooks.toml beside this file.")
    escalate_after: str = _setting(
        "0", "How long work may be late until `report overdue --escalate` tells the manager, like 4h, 1d or 1w. 0: at once."
    )
    sendmail: str = _setting("", "The program that `notify` hands each mail to, with its options, like: /usr/sbin/sendmail -t -i.")
    smtp: str = _setting("", "The server that `notify` sends through when there is no sendmail, like smtps://crm@mail.example.com.")
    smtp_password_file: str = _setting(
        "", "The file with the server's password, that only you may read; or keyring; or CRMTUI_SMTP_PASSWORD has it."
    )
    mail_from: str = _setting("", "The address that mails to reps come from. Empty: crmtui@localhost.")
    templates: str = _setting("", "The folder of the templates of documents. Empty: templates beside this file.")
    company_name: str = _setting("", "The name of your own company, for documents.")
    company_address: str = _setting("", "The postal address of your own company, for documents.")
    payment_details: str = _setting("", "How and where your clients pay, for documents: bank, account, terms.")
    screen: str = _setting("home", "The view that the full screen opens with: home, pipeline, clients, agenda, calls or reports.")
    theme: str = _setting("auto", "The colours of the full screen: auto, dark, light, contrast, or 16 for the terminal's own sixteen.")
    keymap: str = _setting("plain", "The keys of the full screen: plain, or vi to move with h j k l as well.")
    keys: dict[str, str] = field(
        default_factory=dict,
        metadata={"sentence": 'Keys of your own: a table of the names that ? lists, each with its keys like "slash,ctrl+f".'},
    )


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
        text = sources.contents(file)
    except FileNotFoundError:
        return Config()
    import tomllib

    try:
        given = tomllib.loads(text.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as why:
        raise Unreadable(f"the configuration {file} cannot be read: {why}") from None
    return replace(Config(), **{name: _checked(name, value, file) for name, value in given.items()})


def _checked(name: str, value: Any, file: Path) -> Any:
    known: dict[str, Any] = {setting.name: getattr(Config(), setting.name) for setting in fields(Config)}
    if name not in known:
        raise Unreadable(f'no setting "{name}" in {file}', f"settings: {', '.join(known)}")
    wanted = type(known[name])
    given: Any = value
    if type(given) is not wanted or (wanted is dict and not all(isinstance(each, str) for each in given.values())):
        raise Unreadable(f"setting {name} is {value!r} in {file}", f"it takes {_KINDS.get(wanted, 'a text')}")
    if given and given not in _ONE_OF.get(name, (given,)):
        *some, last = _ONE_OF[name]
        raise Unreadable(f'{name} is "{given}" in {file}', f"it takes {', '.join(some)} or {last}")
    if name == "currency" and not (len(given) == 3 and given.isascii() and given.isalpha() and given.isupper()):
        raise Unreadable(f'currency is "{given}" in {file}', "it takes three letters like EUR")
    if name == "week_start" and not 0 <= given <= 6:
        raise Unreadable(f"week_start is {given} in {file}", "it takes 0 (Monday) to 6 (Sunday)")
    if name == "lead_task_minutes" and not 0 <= given <= 1_000_000:
        raise Unreadable(f"lead_task_minutes is {given} in {file}", "it takes a number of minutes from 0 on")
    if name == "backups" and given < 1:
        raise Unreadable(f"backups is {given} in {file}", "it takes 1 or more")
    if name in ("backups_weekly", "backups_monthly") and not 0 <= given <= 1_000:
        raise Unreadable(f"{name} is {given} in {file}", "it takes 0 or more")
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
    return [Setting(s.name, named.get(s.name) or _told(getattr(given, s.name)), s.metadata["sentence"]) for s in fields(Config)]


def _told(value: str | int | dict[str, str]) -> str:
    return ", ".join(f"{name} = {keys}" for name, keys in value.items()) if isinstance(value, dict) else str(value)


def template() -> str:
    """A configuration file with every setting at its default, commented out, under its sentence."""
    parts = [f"# {s.metadata['sentence']}\n# {s.name} = {_toml(getattr(Config(), s.name))}\n" for s in fields(Config)]
    return "\n".join(parts)


def _toml(value: str | int | dict[str, str]) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


def database() -> str:
    """Where the base is when no option names it: `CRMTUI_DB`, else the configuration, else the user's data folder."""
    named = os.environ.get("CRMTUI_DB") or current().db
    if named:
        return named
    from platformdirs import user_data_path

    return str(user_data_path("crmtui", appauthor=False) / "crmtui.db")
