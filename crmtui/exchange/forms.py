"""What web forms and mail handlers send, a JSON object or a URL-encoded form a line → requests."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO
from urllib.parse import parse_qsl

from crmtui.errors import Failed, Refused, Unreadable
from crmtui.frozen import dataclass
from crmtui.sales import origins
from crmtui.sales.intake import Request
from crmtui.store.keys import letters

LONGEST_LINE = 4 * 1024 * 1024
"""Bytes without a line break; more is no request."""

CHUNK = 64 * 1024
MOST_FIELDS = 1000
_FORM = re.compile(r'[^\s={}\[\]"]+=\S*')
_BOM = "\ufeff"

_NAMES = {
    "name": "name,full name,your name,contact name,client name,имя,фио",
    "first_name": "first name,first,given name",
    "last_name": "last name,last,surname,family name,фамилия",
    "emails": "email,emails,e mail,mail,email address,your email,почта",
    "phones": "phone,phones,phone number,telephone,tel,mobile,mobile phone,your phone,телефон",
    "company": "company,company name,organization,organisation,firm,компания",
    "position": "position,job title",
    "title": "subject,title,service,your subject,тема",
    "need": "message,need,text,comment,comments,your message,description,сообщение",
    "note": "note,notes",
    "source": "source,lead source,источник",
    "external_id": "external id,client external id",
    "system": "system",
    "key": "delivery,idempotency key,delivery id",
    **{name: name for name in origins.FIELDS},
}
_KNOWN = {field: [letters(word) for word in words.split(",")] for field, words in _NAMES.items()}
_PERSON = ("name", "first_name", "last_name", "position")


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds for requests that say nothing else: their source, the system of their external ids. `key_field` names the field
    that tells a delivery again, before the usual ones."""

    source: str = "web"
    system: str = "web"
    key_field: str = ""


def lines(source: BinaryIO) -> Iterator[list[tuple[int, bytes]]]:
    """The lines of a stream that are not blank, with their numbers; as many at a time as are there without waiting for more."""
    number, rest = 0, b""
    for chunk in _chunks(source):
        *whole, rest = (rest + chunk).split(b"\n")
        yield [(number + at, line) for at, line in enumerate(whole, 1) if line.strip()]
        number += len(whole)
        rest = rest[: LONGEST_LINE + 1]
    if rest.strip():
        yield [(number + 1, rest)]


def _chunks(source: BinaryIO) -> Iterator[bytes]:
    read: Any = getattr(source, "read1", source.read)
    try:
        while chunk := read(CHUNK):
            yield chunk
    except OSError as why:
        raise Failed(f"the requests cannot be read: {why.strerror}") from None


def read(line: bytes, defaults: Defaults) -> Request:
    """The request of a line. Raises `Refused` for what is neither a JSON object nor a URL-encoded form."""
    fields = _fields(line)
    given = {letters(name): (name, values) for name, values in fields.items()}
    taken: dict[str, list[str]] = {}
    used: set[str] = set()
    for field, words in _KNOWN.items():
        word = next((word for word in words if any(given.get(word, ("", ()))[1])), None)
        if word is not None:
            taken[field] = given[word][1]
            used.add(word)
    first = {field: values[0] for field, values in taken.items()}
    key = next(iter(given.get(letters(defaults.key_field), ("", ()))[1]), "") if defaults.key_field else ""
    used.add(letters(defaults.key_field))
    rest = [f"{name}: {', '.join(values)}" for word, (name, values) in given.items() if word not in used and any(values) and name[0] != "_"]
    return Request(
        source=first.get("source", defaults.source), key=_key(key or first.get("key", ""), fields),
        client={name: first[name] for name in _PERSON if name in first} | {name: taken.get(name, []) for name in ("emails", "phones")},
        company=first.get("company", ""), system=first.get("system", defaults.system), external_id=first.get("external_id", ""),
        title=first.get("title", ""), need="\n".join(taken.get("need", ())), note="\n".join([*taken.get("note", ()), *rest]),
        utm={name: first[name] for name in origins.FIELDS if name in first},
    )  # fmt: skip


def _key(named: str, fields: dict[str, list[str]]) -> str:
    """The key of a delivery: the one it names, else a hash of all it says."""
    if named.strip():
        return f"key {named.strip()}"
    return f"sha256 {hashlib.sha256(json.dumps(sorted(fields.items())).encode()).hexdigest()}"


def _fields(line: bytes) -> dict[str, list[str]]:
    """The fields of a request, each with its texts in order. Empty ones are left out."""
    if len(line) > LONGEST_LINE:
        raise Refused("it is longer than 4 MB")
    try:
        text = line.decode().strip().removeprefix(_BOM)
    except UnicodeDecodeError:
        raise Refused("it is no UTF-8") from None
    found = _form(text) if _FORM.fullmatch(text) else _object(text)
    return {name: texts for name, texts in found.items() if name.strip() and any(texts)}


def _form(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    try:
        pairs = parse_qsl(text, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError as why:
        raise Refused(f"it is no form that can be read: {why}") from None
    for name, value in pairs:
        found.setdefault(name, []).append(value.strip())
    return found


def _object(text: str) -> dict[str, list[str]]:
    try:
        given = json.loads(text)
    except RecursionError:
        raise Refused("it is nested too deeply") from None
    except ValueError as why:
        raise Refused(f"it is no JSON: {why}", "a JSON object or a URL-encoded form is read from each line") from None
    if not isinstance(given, dict):
        raise Refused("it is no JSON object", "a JSON object or a URL-encoded form is read from each line")
    utm = given.pop("utm", None)
    if isinstance(utm, dict):
        given |= {f"utm_{name.removeprefix('utm_')}": value for name, value in utm.items()}
    return {name: _texts(value) for name, value in given.items()}


def _texts(value: Any) -> list[str]:
    """A value as texts: of a list each item; objects within objects say nothing that we know."""
    if isinstance(value, list):
        return [text for each in value if not isinstance(each, list) for text in _texts(each)]
    if value is None or isinstance(value, dict):
        return []
    if isinstance(value, bool):
        return ["yes" if value else "no"]
    text = value.strip() if isinstance(value, str) else str(value)
    return [text] if text else []


def check(defaults: Defaults) -> None:
    """Refuse defaults that no request could live with. Raises `Unreadable`."""
    for name in ("source", "system"):
        if not getattr(defaults, name).strip():
            raise Unreadable(f"the {name} is empty", "name one, like web")


__all__: Sequence[str] = ("Defaults", "check", "lines", "read")
