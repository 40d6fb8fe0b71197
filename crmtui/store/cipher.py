"""Encrypted bases: which library opens them, and with which key.

SQLCipher encrypts a whole base, its log included, with a raw key of 256 bits: 64 hexadecimal digits as they are, else made of a
passphrase by scrypt (RFC 7914; n = 32,768, r = 8, p = 1) with the 16 random bytes that the file begins with. It is made once in a process.
"""

from __future__ import annotations

import os
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from crmtui import config, secret
from crmtui.errors import CrmError, Failed, Refused

PLAIN = b"SQLite format 3\0"
"""How a file begins that is not encrypted."""

SALT = 16
"""Random bytes at the beginning of an encrypted file."""

_RAW = re.compile(r"[0-9A-Fa-f]{64}")
_COST = {"n": 2**15, "r": 8, "p": 1, "maxmem": 64 * 2**20, "dklen": 32}
_WHAT = "the key of the database"


@lru_cache
def wanted() -> bool:
    """Whether this process was told a key, or where it is: then new bases are encrypted, and encrypted ones can be opened."""
    try:
        return bool(os.environ.get("CRMTUI_KEY") or config.current().db_key)
    except CrmError:  # whoever needs the settings tells what is wrong with them
        return False


def library() -> Any:
    """SQLCipher's driver; None where it is not installed."""
    try:
        from sqlcipher3 import dbapi2
    except ImportError:
        return None
    return dbapi2


def is_plain(path: Path) -> bool:
    """Whether a file is a base that is not encrypted."""
    return beginning(path) == PLAIN


def beginning(path: Path) -> bytes:
    """The first 16 bytes of a file: `PLAIN`, or the salt, which all copies of an encrypted base share. Empty when it cannot be read."""
    try:
        with path.open("rb") as stream:
            return stream.read(SALT)
    except OSError:
        return b""


def unlock(connection: Any, path: Path) -> None:
    """Give a new connection the key of its file, before anything else is done with it; one to a plain base needs none.

    Raises `Failed` without SQLCipher, and as `secret.told` does.
    """
    start = beginning(path) if wanted() else PLAIN
    if start == PLAIN or not start:
        return
    if library() is None:
        raise _without_library(f"{path} is encrypted")
    _use(connection, raw_key(_secret(), start))


def _use(connection: Any, key: str) -> None:
    connection.execute("PRAGMA cipher_log_level = none")  # else a wrong key is told on stderr, over the screen
    connection.execute(f"PRAGMA key = \"x'{key}'\"")


@lru_cache
def _secret() -> str:
    found = secret.told("CRMTUI_KEY", config.current().db_key, "key", _WHAT)
    if not found.strip():
        raise Refused(f"{_WHAT} is empty", "a passphrase, or 64 hexadecimal digits")
    return found


@lru_cache
def raw_key(told: str, salt: bytes) -> str:
    """The raw key of a passphrase, or of 64 hexadecimal digits, and the salt, as the hexadecimal digits that SQLCipher takes."""
    if _RAW.fullmatch(told):
        return told.lower() + salt.hex()
    from hashlib import scrypt
    from unicodedata import normalize

    return scrypt(normalize("NFC", told).encode(), salt=salt, **_COST).hex() + salt.hex()


def begin(path: Path) -> None:
    """Make an empty file the beginning of a base encrypted with the key that this process was told. Raises as `unlock` does."""
    found = library()
    if found is None:
        raise _without_library("a key is set")
    connection = found.connect(str(path), isolation_level=None)
    try:
        _use(connection, raw_key(_secret(), os.urandom(SALT)))
        connection.execute("PRAGMA user_version = 0")
    finally:
        connection.close()


def recast(source: Path, target: Path, told: str) -> None:
    """Write all that a base holds to an empty file, encrypted with another passphrase or key, or not at all for an empty one.

    Raises `Failed` without SQLCipher, and as `unlock` does.
    """
    found = library()
    if found is None:
        raise _without_library("what is encrypted needs SQLCipher")
    key = raw_key(told, os.urandom(SALT)) if told else ""
    connection = found.connect(str(source), isolation_level=None)
    try:
        unlock(connection, source)
        connection.execute("ATTACH ? AS other KEY ?", (str(target), f"x'{key}'" if key else ""))
        connection.execute("PRAGMA other.journal_mode = off")  # nothing beside it to be left behind
        connection.execute("SELECT sqlcipher_export('other')")
        for name in ("user_version", "application_id"):
            connection.execute(f"PRAGMA other.{name} = {connection.execute(f'PRAGMA {name}').fetchone()[0]}")
        connection.execute("PRAGMA other.journal_mode = wal")
        connection.execute("DETACH other")
    finally:
        connection.close()


def as_base(source: Path, target: Path, base: Path) -> None:
    """Write all that a base holds to an empty file, encrypted or plain as another base is."""
    recast(source, target, "" if is_plain(base) else _secret())


def _without_library(sentence: str) -> Failed:
    return Failed(f"{sentence}, and SQLCipher is not installed", "pip install 'crmtui[encrypted]'")
