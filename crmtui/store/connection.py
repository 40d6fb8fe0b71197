"""Opening and closing the one base of this process, reading and writing in it, and what goes wrong said in sentences."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import peewee

from crmtui import clock
from crmtui.errors import Busy, CrmError, Failed, Refused, Unreadable
from crmtui.store import cipher, engine
from crmtui.store.engine import driver
from crmtui.store.queue import DEADLINE_SECONDS, Queue
from crmtui.store.tables.base import database

APPLICATION_ID = 0x43524D54
"""Marks an SQLite file as ours."""

SCHEMA_VERSION = 12
"""The number of the newest migration; a test holds it to the files."""


class Base:
    """The open base: its file, its database, the queue of its writers, and who works in it through which command.

    `follow` is handed the recorder of each change before it is written, to add what follows from it; `afterwards` is done once a change
    is committed, and never when it is not. `notes` are sentences for whoever made the change, each door tells them in its way.
    """

    def __init__(self, path: Path, actor: str, command: str) -> None:
        self.path = path
        self.stands_in = False
        self.rehearsal = False
        self.committed = False
        self.before_commit: Callable[[], object] = lambda: None
        self.follow: Callable[[Any], object] = lambda _: None
        self.afterwards: list[Callable[[], object]] = []
        self.notes: list[str] = []
        self._identity = _identity(path)
        self.actor = actor
        self.actor_id: int | None = None
        self.command = command
        self.read_only = path.exists() and not os.access(path, os.W_OK)
        self.past = False
        self._saving_day = False
        self.queue = Queue(path)
        self.database = engine.database(path, self.read_only, DEADLINE_SECONDS)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One write transaction, taken in turn with every other process; rolled back whole when the block raises."""
        if self.past:
            raise Refused("what is past cannot be changed", "leave --as-of out")
        if self.read_only:
            raise Failed(f"{self.path} cannot be written", "it is open for reading only")
        self.save_day()
        with self.queue.held(self.command):
            stands = len(self.afterwards)
            try:
                with self.database.atomic():
                    yield
                    self._refuse_moved()
                    self.before_commit()
                stands = len(self.afterwards)
            finally:
                del self.afterwards[stands:]
            over = not self.database.in_transaction()
            self.committed = self.committed or over
            due = [self.afterwards.pop(0) for _ in range(stands)] if over else []
        for each in due:
            each()

    def save_day(self) -> None:
        """Have the state before the first change of a day kept. On all other changes this costs one look at the folder.

        While another thread makes that backup, nobody waits for it: it holds what stood when it began.
        """
        if self._saving_day or self.stands_in or self.database.in_transaction() or os.path.lexists(daily_place(self.path)):
            return
        from crmtui.store import backups

        self._saving_day = True
        try:
            backups.daily(self)
        finally:
            self._saving_day = False

    def _refuse_moved(self) -> None:
        """A base that was deleted or replaced under us would take the change along to where nobody finds it."""
        if not self.stands_in and self._identity != _identity(self.path):
            raise Failed(f"{self.path} was deleted or replaced by another program; nothing was changed", "try again")

    @contextmanager
    def rehearsing(self) -> Iterator[None]:
        """Carry out what the block does, then take all of it back: the content of the base is as it was."""
        with self.queue.held(self.command), self.database.atomic() as transaction:
            self.rehearsal = True
            try:
                yield
            finally:
                self.rehearsal = False
                self.afterwards.clear()
            transaction.rollback()
        self.committed = False

    @contextmanager
    def bygone(self, database: peewee.SqliteDatabase | None) -> Iterator[None]:
        """For the block nothing can be changed, and all is read from `database`, if one is given.

        For a program that does one thing at a time: other threads would find themselves in the past too.
        """
        own = self.database
        self._read_from(database or own, past=True)
        try:
            yield
        finally:
            self._read_from(own, past=False)

    def _read_from(self, other: peewee.SqliteDatabase, past: bool) -> None:
        self.database, self.past = other, past
        database.initialize(other)

    def state(self) -> int:
        """A number that differs from the last one asked for on this thread when another program has changed the base since."""
        return int(self.database.execute_sql("PRAGMA data_version").fetchone()[0])

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Several reads that see one state of the base."""
        if self.database.in_transaction():
            yield
        else:
            with self.database.atomic("DEFERRED"):
                yield


_open: Base | None = None
_last: Base | None = None


def current() -> Base:
    """The base that is open in this process."""
    if _open is None:
        raise RuntimeError("no base is open")
    return _open


def change_stands() -> bool:
    """Whether the base that was open last was changed for good, whatever went wrong afterwards."""
    return _last is not None and _last.committed


@contextmanager
def opened(where: str | Path, *, actor: str = "", command: str = "", make: bool = True) -> Iterator[Base]:
    """Open the base at a path for the block, on this thread; what SQLite complains of becomes a `CrmError`.

    A missing one is made; without `make` an empty one stands in for it that is gone after the block, and no file appears.
    """
    path = located(where)
    if make or os.path.lexists(path):
        with _opened(path, actor, command) as base:
            yield base
        return
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="crmtui-") as folder, _opened(Path(folder) / path.name, actor, command) as base:
        base.path, base.stands_in = path, True
        yield base


@contextmanager
def _opened(path: Path, actor: str, command: str) -> Iterator[Base]:
    global _open, _last
    if _open is not None:
        raise RuntimeError("a base is open already")
    with explained(path):
        _made(path)
        base = Base(path, actor, command)
        database.initialize(base.database)
        _open = _last = base
        try:
            with connected():
                from crmtui.store import upgrade

                upgrade.bring_up_to_date(base)
                if cipher.wanted() and cipher.is_plain(path):
                    base.notes.append(f"{path} is not encrypted, though a key is set: crmtui encrypt-base makes a copy that is")
                yield base
        finally:
            _open = None


@contextmanager
def connected() -> Iterator[None]:
    """A connection for this thread, closed after the block. Every thread that reads or writes needs one."""
    base = current()
    base.database.connect(reuse_if_open=False)
    try:
        yield
    finally:
        _close(base)


def _close(base: Base) -> None:
    """The last to close copies the log into the base: on a library with the WAL-reset fault only while holding the queue."""
    if base.read_only or engine.library_is_safe():
        base.database.close()
        return
    with base.queue.held("closing"):
        base.database.close()


def located(where: str | Path) -> Path:
    """The file a path or an `sqlite:` URL names. Raises `Unreadable` for other URLs."""
    text = str(where)
    if text.startswith("sqlite:"):
        text = text.removeprefix("sqlite:").removeprefix("//")
        text = text.removeprefix("/") if text.startswith("//") or not text.startswith("/") else text
    elif "://" in text:
        raise Unreadable(f'"{text.partition("://")[0]}" bases are not supported', "name a file: --db PATH")
    if not text or "\0" in text:
        raise Unreadable("the base has no name", "name a file: --db PATH")
    return Path(os.path.realpath(os.path.expanduser(text)))


def _made(path: Path) -> None:
    """Make an empty file that only its owner can read, before SQLite ever opens it; refuse what is no file of ours."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if cipher.wanted() and not os.path.lexists(path):
            _begun(path)
        else:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        return
    except FileExistsError:
        found = _status(path)
    except OSError as why:
        raise Failed(f"no base can be made at {path}: {why.strerror}") from None
    if not stat.S_ISREG(found.st_mode):
        raise Refused(f"{path} is no file", "name a file: --db PATH")
    if not found.st_size:
        os.chmod(path, 0o600)
        if cipher.wanted():
            cipher.begin(path)


def _begun(path: Path) -> None:
    """Make an encrypted base, which has its name only once its salt is in it. Raises `FileExistsError` when another was faster."""
    import tempfile

    handle, name = tempfile.mkstemp(prefix=f".{path.name[:100]}-", dir=path.parent)
    os.close(handle)
    try:
        cipher.begin(Path(name))
        os.link(name, path)
    finally:
        os.unlink(name)


def daily_place(path: Path) -> Path:
    """Where the backup of a base from the morning of this day lies."""
    return path.with_name(f"{path.name}-{clock.today():%Y%m%d}-daily.backup")


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _status(path: Path) -> os.stat_result:
    try:
        return path.stat()
    except OSError as why:
        raise Failed(f"{path} cannot be opened: {why.strerror}") from None


@contextmanager
def copied() -> Iterator[peewee.SqliteDatabase]:
    """A copy of the open base for the block, for this process alone, in the platform's folder for what is passing; others go on writing.

    Its file has mode 0600 and loses its name once it is filled, so that it is gone however the process ends; where the platform does not
    let go of an open file, it goes with the block.
    """
    from tempfile import TemporaryDirectory

    unsafe = {"journal_mode": "off", "synchronous": "off", "locking_mode": "exclusive", "cache_size": -64 * 1024}
    with TemporaryDirectory(prefix="crmtui-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "scratch"
        _made(path)
        made: Any = engine.Sqlite(path, str(path), pragmas=unsafe, autoconnect=False, field_types=engine.TYPES)
        try:
            with explained(path):
                made.connect()
                current().database.connection().backup(made.connection())
                made.execute_sql("PRAGMA journal_mode = off")  # the copy is in the base's mode at first, which needs the name
            if os.name == "posix":
                path.unlink()
            yield made
        finally:
            made.close()


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what the database raises in the block into the `CrmError` that tells a person what happened."""
    try:
        yield
    except (peewee.PeeweeException, driver.Error) as why:
        found = _explained(why, path)
        if found is None:
            raise
        raise found from why


_GENERIC = 1
"""SQLite's code for what has no code of its own, like taking back a transaction that is over already."""


def _chain(why: BaseException | None) -> Iterator[BaseException]:
    """An exception and all that led to it, the first cause last."""
    while why is not None:
        yield why
        why = why.__cause__ or why.__context__


def _is_full(path: Path) -> bool:
    import shutil

    try:
        return shutil.disk_usage(path.parent).free < 64 * 1024
    except OSError:
        return False


def _explained(why: Exception, path: Path) -> CrmError | None:
    if "integer overflow" in str(why):
        return Refused(
            "the amounts add up to more than can be counted", "look for those that are far too large: crmtui list-deals --sort value"
        )
    code = next((c for e in _chain(why) if (c := getattr(e, "sqlite_errorcode", None)) and c != _GENERIC), 0)
    if code & 0xFF in (10, 14) and _is_full(path):
        code = 13
    match code & 0xFF:
        case 5 | 6:
            return Busy(f"{path} is busy: another program has been writing for {DEADLINE_SECONDS:.0f} s", "try again in a moment")
        case 13:
            return Failed(f"the disk with {path} is full; nothing was changed", "make room and try again")
        case 8 | 10 | 14:
            return Failed(f"{path} cannot be read or written ({why}); nothing was changed", "check the disk and the permissions")
        case 26 if cipher.wanted() and not cipher.is_plain(path):
            return Failed(
                f"{path} has another key, or is damaged or no crmtui base ({why})", "its key: CRMTUI_KEY, or db_key in the configuration"
            )
        case 26 if not cipher.is_plain(path):
            return Failed(f"{path} is damaged or no crmtui base, or encrypted ({why})", "one that is needs its key: CRMTUI_KEY, or db_key")
        case 11 | 26:
            return Failed(f"{path} is damaged or no crmtui base ({why})", "put back a copy made by crmtui backup")
        case 19:
            return Refused(f"other records depend on it or it exists already ({why})")
    return None
