"""Any commands, then as many undos: the base exports byte for byte as it began, and as many redos bring it back."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from hypothesis import HealthCheck, given
from hypothesis import settings as bounds
from hypothesis import strategies as st

from crmtui.store import connection
from crmtui.store.tables import ALL, Change, Draft, ImportBatch, Operation, Thinning
from tests.cli import mixture


def content(path: Path) -> list[tuple]:
    """Every row of every table, the journal and drafts aside, with the derived keys."""
    with connection.opened(path) as base:
        tables = [table for table in ALL if table not in (Operation, Change, Thinning, ImportBatch, Draft)]
        return [tuple(row) for table in tables for row in base.database.execute_sql(f"SELECT * FROM {table._meta.table_name} ORDER BY id")]


def there_and_back(crm: Callable, path: Path, seed: int, count: int) -> Counter[str]:
    """Lines of a mixture, all of them undone and done again; which commands were carried out how often."""
    start, first = content(path), whole(crm, path)
    done = Counter[str]()
    for line, food in mixture.Mixture(seed).lines(count):
        ran = crm("--db", str(path), *line, stdin=food)
        assert "made a mistake" not in ran.err, (line, ran)
        done[line[0]] += ran.code == 0
    end, last = content(path), whole(crm, path)
    undone = 0
    while (ran := crm("undo", "--db", str(path))).code == 0:
        undone += 1
    assert ran.code == 3, ran
    assert content(path) == start
    assert whole(crm, path) == first
    while (ran := crm("redo", "--db", str(path))).code == 0:
        undone -= 1
    assert (undone, ran.code) == (0, 3), ran
    assert content(path) == end
    assert whole(crm, path) == last
    return done


def whole(crm: Callable, path: Path) -> str:
    """Every byte of the whole base as `export-all` writes it, as a digest."""
    folder = path.with_name("whole")
    assert crm("export-all", str(folder), "--db", str(path)).code == 0
    digest = sha256(b"".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())).hexdigest()
    shutil.rmtree(folder)
    return digest


def test_many_commands_and_as_many_undos(crm: Callable, folder: Path) -> None:
    """`RANDOM_COMMANDS=1000` before the gate tries so many instead of a few; `RANDOM_SEED` others."""
    (folder / "playbooks.toml").write_text(mixture.RULES)
    count, seed = int(os.environ.get("RANDOM_COMMANDS", "150")), int(os.environ.get("RANDOM_SEED", "7"))
    done = there_and_back(crm, folder / "crm.db", seed, count)
    assert sum(done.values()) > count / 4, done


@bounds(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10_000))
def test_a_few_commands_of_any_kind_and_as_many_undos(crm: Callable, tmp_path: Path, seed: int) -> None:
    path = tmp_path / f"{seed}.db"
    if not path.exists():
        there_and_back(crm, path, seed, 25)


def test_the_export_after_the_undos_is_byte_equal(ok: Callable, crm: Callable, demo_base: Path) -> None:
    before = [ok("export-csv", kind) for kind in ("clients", "deals", "products", "reps")]
    lines = mixture.Mixture(11).lines(60)
    done = sum(crm("--as", "1", *line, stdin=food).code == 0 for line, food in lines)
    for _ in range(done):
        crm("undo", "--as", "1")
    assert [ok("export-csv", kind) for kind in ("clients", "deals", "products", "reps")] == before
