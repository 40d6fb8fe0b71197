"""Templates of documents: texts in one folder of the user's own, known by the names of their files."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import BinaryIO

from crmtui import config
from crmtui.errors import Failed, NotFound, Refused, Unreadable, nearest
from crmtui.frozen import dataclass

KINDS = {".md": "markdown", ".txt": "text", ".html": "html", ".htm": "html"}
"""The endings of templates, and what each says of the document."""

LARGEST = 256 * 1024
"""Bytes of a template."""

MOST = 1_000
"""Templates in the folder."""

STDIN = "-"
"""The name under which a template is read from a stream instead."""

_NAME = re.compile(r"\w[\w .,()+-]{0,98}\w")

SAMPLE = """\
{{ today|long }}

{% if client.name %}
To {{ client.name }}
{% endif %}
{% if client.address %}
{{ client.address }}
{% endif %}

{{ deal.title }}

{% for line in deal.products %}
{{ line.number }}. {{ line.name }}, {{ line.quantity }}{% if line.amount %}: {{ line.amount }}{% endif %}

{% else %}
{{ deal.need|default("as we have agreed") }}
{% endfor %}

Altogether: {{ deal.amount|default("to be agreed") }}
Payment: {{ company.payment_details|default("by invoice") }}

{{ rep.name|default("Your sales team") }}
{{ company.name|default("") }}
"""
"""A template to begin with: it can be filled in whatever is known of a deal."""


@dataclass(frozen=True, slots=True)
class Template:
    """A template: its name, the text, and what its ending says of the documents made of it: text, markdown or html."""

    name: str
    text: str

    @property
    def kind(self) -> str:
        """What its ending says."""
        return KINDS[Path(self.name).suffix.lower()]


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong in a template: the line (None when it cannot be told), the placeholder it is about (None for none), the sentence."""

    line: int | None
    placeholder: str | None
    problem: str


def place() -> Path:
    """The folder of the templates, which need not exist: the one that the settings name, else templates beside the configuration."""
    named = config.current().templates
    return Path(named).expanduser() if named else config.path().with_name("templates")


def names() -> list[str]:
    """The names of the templates that are there. Raises `Failed` for a folder that cannot be read."""
    try:
        found = [each.name for each in os.scandir(place()) if each.is_file()]
    except FileNotFoundError:
        return []
    except OSError as why:
        raise Failed(f"the templates in {place()} cannot be read: {why.strerror}") from None
    return sorted(name for name in found if _NAME.fullmatch(name) and Path(name).suffix.lower() in KINDS)[:MOST]


def get(name: str) -> Template:
    """The template of a name, its ending left out where only one is so called. Raises `NotFound`, `Refused`, `Unreadable`, `Failed`.

    A name is never a path: what is not in the folder itself is not found.
    """
    there = names()
    meant = [each for each in there if name in (each, Path(each).stem)]
    if name in meant:
        meant = [name]
    if len(meant) != 1:
        listed = f"templates: {', '.join(there)}" if there else f"put a file like offer.md into {place()}"
        raise NotFound(f'no template "{name}"', nearest(name, there) or listed)
    try:
        with open(place() / meant[0], "rb") as stream:
            return read(stream, meant[0])
    except OSError as why:
        raise Failed(f'the template "{meant[0]}" cannot be read: {why.strerror}') from None


def read(stream: BinaryIO, name: str) -> Template:
    """The template that a stream holds, under a name. Raises `Unreadable` for another ending or no UTF-8, `Refused` for too much."""
    if not _NAME.fullmatch(name) or Path(name).suffix.lower() not in KINDS:
        raise Unreadable(f'"{name}" is no name of a template', f"a name without folders that ends in {', '.join(KINDS)}")
    held = stream.read(LARGEST + 1)
    if len(held) > LARGEST:
        raise Refused(f'the template "{name}" is larger than {LARGEST // 1024} KB', "put pictures and styles into files of their own")
    try:
        text = held.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable(f'the template "{name}" is no UTF-8 text', "save it as UTF-8") from None
    if "\0" in text:
        raise Unreadable(f'the template "{name}" holds a NUL character', "take it out")
    return Template(name, text)
