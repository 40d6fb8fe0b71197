"""Importing texts and files, and exporting, in a few words."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from crmtui.exchange import exporting, importing
from crmtui.exchange.importing import Imported, Options
from crmtui.store.tables import ALL, database

DATA = Path(__file__).parents[2].parent / "shared" / "data"
COUNTS = ("rows", "created", "updated", "unchanged", "skipped", "rejected")


def taken(kind: str, text: str | bytes, **options: Any) -> Imported:
    """Import a text."""
    source = io.BytesIO(text if isinstance(text, bytes) else text.encode())
    return importing.run(kind, source, Options(**options))


def taken_file(kind: str, name: str, **options: Any) -> Imported:
    """Import one of the sample files; the test is skipped where they are not beside the checkout."""
    path = DATA / name
    if not path.is_file():
        pytest.skip("the sample data are not beside the checkout (../shared/data)")
    with path.open("rb") as source:
        return importing.run(kind, source, Options(file_name=str(path), **options))


def counts(done: Imported) -> tuple[int, ...]:
    """Rows, created, updated, unchanged, skipped, rejected."""
    found = tuple(getattr(done, name) for name in COUNTS)
    assert found[0] == sum(found[1:])
    return found


def given_out(kind: str) -> str:
    """The export of all records of a kind."""
    stream = io.StringIO()
    exporting.write(kind, stream)
    return stream.getvalue()


def content(*left_out: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table but the journal and those left out."""
    journal = ("operation", "change", "import_batch")
    names = [table._meta.table_name for table in ALL if table._meta.table_name not in (*journal, *left_out)]
    return {name: database.execute_sql(f"SELECT * FROM {name} ORDER BY id").fetchall() for name in names}
