"""The file of the playbook → rules: TOML, each table checked by itself, each mistake told with its line."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from crmtui import config, sources
from crmtui.errors import CrmError, Refused, Unreadable, nearest
from crmtui.sales import playbooks
from crmtui.sales.playbooks import rules
from crmtui.sales.playbooks.rules import Book, Notify, Problem, Rule, Todo

_SPAN = re.compile(r"(\d{1,4}) ?(hours?|h|days?|d|weeks?|w)")
_HOURS = {"h": 1, "d": 24, "w": 168}
_HEAD = re.compile(r"\s*\[\[\s*rule\s*\]\]")
_KEY = re.compile(r"\s*(?:\[+\s*rule\s*\.\s*)?([\w-]+)\s*(?:=|\]+)")
_ON = ("stage", "source", "field", "to", "outcome", "of", "after", "imports")
_KNOWN = {
    rules.ENTERED: ("stage", "imports"), rules.CAPTURED: ("source", "imports"), rules.CHANGED: ("field", "to", "imports"),
    **dict.fromkeys(rules.LOGGED, ("outcome", "imports")), rules.UNTOUCHED: ("of", "stage", "after"),
}  # fmt: skip
_DOES = ("assign", "set", "task", "document", "notify", "run")
_TOLD = ("subject", "message")
_TASK = ("title", "for", "due", "priority", "note", "checklist")


def book() -> Book:
    """The playbook as its file is now; read again only when the file has changed. Without a file it has no rules."""
    path = playbooks.place()
    try:
        status = os.stat(path)
    except OSError as why:
        missing = isinstance(why, FileNotFoundError) and not config.current().playbooks
        trouble = Problem(str(path), None, None, "", "", f"it cannot be read: {why.strerror}")
        return Book(path.name, (), () if missing else (trouble,))
    if not stat.S_ISREG(status.st_mode):
        return Book(path.name, (), (Problem(path.name, None, None, "", "", f"it cannot be read: {path} is no file"),))
    return _read(path, status.st_mtime_ns, status.st_size, status.st_ino)


@lru_cache(maxsize=2)
def _read(path: Path, *_: int) -> Book:
    """The rules of a file in this state."""
    try:
        return read(sources.contents(path).decode(), path.name)
    except (OSError, UnicodeDecodeError, Refused) as why:
        return Book(path.name, (), (Problem(path.name, None, None, "", "", f"it cannot be read: {why}"),))


def read(text: str, file: str) -> Book:
    """The rules of a text; what cannot be read is among the problems of the book, and the other rules stand."""
    import tomllib

    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as why:
        found = re.search(r"at line (\d+)", str(why))
        return Book(file, (), (Problem(file, int(found[1]) if found else None, None, "", "", f"this is no TOML: {why}"),))
    except RecursionError:
        return Book(file, (), (Problem(file, None, None, "", "", "it is nested too deep"),))
    tables = given.get("rule", [])
    problems = [Problem(file, None, None, "", "", f'unknown "{name}"; rules begin with [[rule]]') for name in given if name != "rule"]
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        return Book(file, (), (*problems, Problem(file, None, None, "", "", "rules begin with [[rule]], in two brackets")))
    places = _places(text, len(tables))
    found_rules: list[Rule] = []
    for number, (table, keys) in enumerate(zip(tables, places, strict=True), 1):
        reader = _Reader(file, number, table, keys)
        rule = reader.rule({each.name for each in found_rules})
        problems += reader.problems
        found_rules += [rule] if rule else []
    return Book(file, tuple(found_rules), tuple(problems))


def _places(text: str, count: int) -> list[dict[str, int]]:
    """Where the keys of each rule stand, the rule itself under an empty one, the keys of its tasks as `1.title`; empty where lines cannot
    be told."""
    found: list[dict[str, int]] = []
    task = 0
    for number, line in enumerate(text.splitlines(), 1):
        key = _KEY.match(line)
        if _HEAD.match(line):
            found.append({"": number})
            task = 0
        elif found and key:
            task += line.strip().startswith("[[") and key[1] == "task"
            found[-1].setdefault(f"{task}.{key[1]}" if task else key[1], number)
    return found if len(found) == count else [{} for _ in range(count)]


def span(text: str) -> timedelta:
    """A stretch of time: `48 hours`, `3 days`, `2 weeks`. Raises `Unreadable`."""
    match = _SPAN.fullmatch(" ".join(text.lower().split()))
    if not match or not int(match[1]):
        raise Unreadable(f'"{text}" is no time', "write it like 48 hours, 3 days or 2 weeks")
    return timedelta(hours=int(match[1]) * _HOURS[match[2][0]])


class _Reader:
    """Reads one table of the file, collecting what is wrong."""

    def __init__(self, file: str, number: int, table: Mapping[str, Any], keys: dict[str, int]) -> None:
        self.problems: list[Problem] = []
        self._file, self._number, self._table, self._keys = file, number, table, keys
        self._name = str(table.get("name", "")).strip()
        self._on = str(table.get("on", "")).strip().lower()

    def _wrong(self, key: str, sentence: str) -> None:
        line = self._keys.get(key, self._keys.get("")) or None
        self.problems.append(Problem(self._file, line, self._number, self._name, self._on if self._on in rules.TRIGGERS else "", sentence))

    def rule(self, taken: set[str]) -> Rule | None:
        """The rule, None when it is wrong."""
        if not self._name:
            self._wrong("name", "it has no name")
        if self._name in taken:
            self._wrong("name", f'there is a rule "{self._name}" already')
        if self._on not in rules.TRIGGERS:
            told = nearest(self._on, list(rules.TRIGGERS)) or f"it is one of: {', '.join(rules.TRIGGERS)}"
            self._wrong("on", f'on is "{self._on}"; {told}' if self._on else f'it says no "on"; it is one of: {", ".join(rules.TRIGGERS)}')
            return None
        self._check_keys()
        made = Rule(
            self._name, self._number, self._keys.get("", 0), self._keys, self._on,
            stages=self._texts("stage"), source=self._text("source"), field=self._text("field"), to=self._text("to"),
            outcome=self._text("outcome"), of=self._text("of") or "deals", after=self._after(), imports=self._truth("imports"),
            assign=self._text("assign"), values=tuple(self._values()), tasks=tuple(self._tasks()), document=self._text("document"),
            notify=self._notify(), run=self._run(),
        )  # fmt: skip
        self._check_sense(made)
        return None if self.problems else made

    def _check_keys(self) -> None:
        allowed = ["name", "on", *_KNOWN[self._on], *_DOES, *_TOLD]
        for key in self._table:
            if key in allowed:
                continue
            if key in _ON:
                self._wrong(key, f'"{key}" says nothing on "{self._on}"')
            else:
                self._wrong(key, f'unknown "{key}"; {nearest(key, allowed) or "known: " + ", ".join(allowed)}')

    def _check_sense(self, made: Rule) -> None:
        if not any(key in self._table for key in _DOES):
            self._wrong("", f"it does nothing; give it one of: {', '.join(_DOES)}")
        if self._on == rules.CHANGED and not made.field:
            self._wrong("field", 'it names no field; write field = "deal.value"')
        if made.of not in ("deals", "leads", "clients"):
            self._wrong("of", f'of is "{made.of}"; it is deals, leads or clients')
        if made.stages and made.of != "deals":
            self._wrong("stage", "only deals are in a stage")
        if made.notify is None and (self._text("subject") or self._text("message")):
            self._wrong("message", 'it tells nobody; write notify = "owner"')

    def _text(self, key: str, table: Mapping[str, Any] | None = None) -> str:
        value = (self._table if table is None else table).get(key, "")
        if isinstance(value, str):
            return value.strip()
        if not isinstance(value, bool | list | dict):
            return str(value)
        self._wrong(key, f"{key} takes a text")
        return ""

    def _texts(self, key: str, table: Mapping[str, Any] | None = None) -> tuple[str, ...]:
        """A text or a list of texts."""
        value = (self._table if table is None else table).get(key, [])
        given = [value] if isinstance(value, str) else value
        if isinstance(given, list) and all(isinstance(each, str) and "\0" not in each for each in given):
            return tuple(given)
        self._wrong(key, f"{key} takes a text or a list of texts")
        return ()

    def _run(self) -> tuple[str, ...]:
        """A program and what it is given."""
        said = self._texts("run")
        if "run" in self._table and not (said and said[0].strip()):
            self._wrong("run", "run names no program")
        return said

    def _truth(self, key: str) -> bool:
        value = self._table.get(key, True)
        if not isinstance(value, bool):
            self._wrong(key, f"{key} takes true or false")
        return bool(value)

    def _after(self) -> timedelta | None:
        if self._on != rules.UNTOUCHED:
            return None
        try:
            return span(self._text("after"))
        except CrmError as why:
            self._wrong("after", f"after: {why}")
            return None

    def _values(self) -> Iterator[tuple[str, str]]:
        given = self._table.get("set", {})
        if not isinstance(given, dict):
            self._wrong("set", 'set takes fields with their values: set = { next_step = "measure" }')
            return
        for name, value in _flat(given):
            if isinstance(value, bool):
                yield name, "yes" if value else "no"
            elif isinstance(value, list | dict):
                self._wrong("set", f"set: {name} takes a text, a number, a date, true or false")
            else:
                yield name, str(value)

    def _tasks(self) -> Iterator[Todo]:
        given = self._table.get("task", [])
        for place, task in enumerate(given if isinstance(given, list) else [given], 1):
            if not isinstance(task, dict):
                self._wrong("task", "a task begins with [[rule.task]]")
                continue
            for key in task:
                if key not in _TASK:
                    self._wrong(f"{place}.{key}", f'unknown "{key}" of a task; {nearest(key, list(_TASK)) or "known: " + ", ".join(_TASK)}')
            if not self._text("title", task):
                self._wrong(f"{place}.task", "a task needs a title")
            yield Todo(
                self._text("title", task), self._text("for", task) or "owner", self._text("due", task),
                self._text("priority", task).lower() or "normal", self._text("note", task), self._texts("checklist", task),
            )  # fmt: skip

    def _notify(self) -> Notify | None:
        to = self._texts("notify")
        return Notify(to, self._text("subject"), self._text("message")) if to else None


def _flat(given: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """The fields of a table, those of a table in it under both names with a dot between, as TOML reads `client.status`."""
    for name, value in given.items():
        if isinstance(value, dict) and not before:
            yield from _flat(value, f"{name}.")
        else:
            yield f"{before}{name}", value
