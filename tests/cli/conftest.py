"""Bases ready for the walks over all commands, made once and copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from crmtui import clock, config
from crmtui.store import connection
from tests.cli import books
from tests.conftest import NOW


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The test's own folder is where it works, so that a file named by chance lands nowhere else."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def clear(folder: Path) -> Callable[[], None]:
    """Empties the test's folder: no base, no other file."""

    def away() -> None:
        for file in folder.iterdir():
            shutil.rmtree(file) if file.is_dir() else file.unlink()

    return away


@pytest.fixture(scope="session")
def twins_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`books.twins` at NOW, made once."""
    path = tmp_path_factory.mktemp("twins") / "crm.db"
    with _still(path):
        books.twins(path)
    return path


@pytest.fixture(scope="session")
def full_file(demo_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo company, with something to take back and to do again."""
    path = tmp_path_factory.mktemp("full") / "crm.db"
    shutil.copy(demo_file, path)
    with _still(path), connection.opened(path, actor="tester", command="test"):
        books.prepare()
    return path


@pytest.fixture
def twins(twins_file: Path, clear: Callable[[], None], folder: Path) -> Callable[[], Path]:
    """Puts a fresh copy of the base of twins in the test's folder, alone there."""
    return lambda: _fresh(twins_file, clear, folder)


@pytest.fixture
def full(full_file: Path, clear: Callable[[], None], folder: Path) -> Callable[[], Path]:
    """Puts a fresh copy of the demo company in the test's folder, beside it a playbook that no change meets and a template."""

    def fresh() -> Path:
        path = _fresh(full_file, clear, folder)
        (folder / "playbooks.toml").write_text(books.PLAYBOOK)
        (folder / "templates").mkdir()
        (folder / "templates" / "letter.md").write_text("Dear {{ client.name }}\n")
        return path

    return fresh


def _fresh(source: Path, clear: Callable[[], None], folder: Path) -> Path:
    clear()
    files = source.with_name(f"{source.name}-files")
    if files.exists():
        shutil.copytree(files, folder / "crm.db-files")
    shutil.copy(source, folder / "crm.backup")
    (folder / "key.txt").write_text("0123456789abcdef" * 4)
    (folder / "key.txt").chmod(0o600)
    return Path(shutil.copy(source, folder / "crm.db"))


@contextmanager
def _still(path: Path) -> Iterator[None]:
    """The clock at NOW in UTC and nothing configured, for the block."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CRMTUI_NOW", NOW)
        patch.setenv("TZ", "UTC")
        patch.setenv("CRMTUI_CONFIG", str(path.with_name("none.toml")))
        _forget()
        yield
    _forget()


def _forget() -> None:
    config.current.cache_clear()
    clock.named_zone.cache_clear()
