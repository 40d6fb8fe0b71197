"""Any commands, then as many undos: the base exports byte for byte as it began, and as many redos bring it back."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as bounds
from hypothesis import strategies as st

from crmtui.store import connection
from crmtui.store.tables import ALL, Change, Operation

STAGES = ("Lead", "qualified", "Proposal", "negotiation", "won", "lost", "next", "prev")
NAMES = ("Ann", "Иванов Пётр", "김철수", "[red]", "a\nb", "-x", "O'Neil", 'say "hi"', "مريم", "Ann Lee")


def content(path: Path) -> list[tuple]:
    """Every row of every table, the journal aside, with the derived keys."""
    with connection.opened(path) as base:
        tables = [table for table in ALL if table not in (Operation, Change)]
        return [tuple(row) for table in tables for row in base.database.execute_sql(f"SELECT * FROM {table._meta.table_name} ORDER BY id")]


def commands(seed: int, count: int) -> Iterator[list[str]]:
    """Random command lines, many of which will be refused; the same for the same seed."""
    rng = random.Random(seed)
    pick = rng.choice

    def ref() -> str:
        return str(rng.randint(1, 12))

    makers: tuple[Callable[[], list[str]], ...] = (
        lambda: [
            "add-client",
            "--allow-duplicate",
            "--tag",
            pick("abc"),
            "--phone",
            f"+3712{rng.randint(1000000, 9999999)}",
            "--",
            pick(NAMES),
        ],
        lambda: ["edit-client", ref(), "--city", pick(("Riga", "", "京都")), "--status", pick(("customer", "prospect"))],
        lambda: ["edit-client", ref(), "--tag", pick("abcd"), "--email", f"{pick('abc')}@example.org", "--allow-duplicate"],
        lambda: ["edit-client", ref(), "--name", pick(NAMES[:4])],
        lambda: ["delete-client", ref(), *pick(([], ["--with-deals"]))],
        lambda: ["add-deal", f"Deal {rng.random():.3f}", "--client", ref(), "--value", str(rng.randint(0, 9999)), "--tag", pick("xyz")],
        lambda: ["edit-deal", ref(), "--value", str(rng.randint(0, 9999)), "--next", pick(("call", "visit", ""))],
        lambda: ["move-deal", ref(), pick(STAGES), "--reason", "price"],
        lambda: ["delete-deal", ref()],
        lambda: ["log-call", ref(), pick(("reached", "")), "--next", "offer", "--due", "+2d", "--move", "next"],
        lambda: ["log-call", ref(), "--minutes", str(rng.randint(0, 60))],
        lambda: ["add-task", "Task", "--due", "today", "--client", ref(), "--repeat", pick(("weekly", ""))],
        lambda: ["complete-task", ref()],
        lambda: ["add-rep", f"Rep {rng.randint(1, 30)}"],
        lambda: ["edit-stage", f"Sales/{pick(STAGES[:4])}", "--probability", str(rng.randint(0, 100))],
    )
    for _ in range(count):
        yield pick(makers)()


def there_and_back(crm: Callable, path: Path, seed: int, count: int) -> int:
    start = content(path)
    done = sum(crm("--db", str(path), *line).code == 0 for line in commands(seed, count))
    end = content(path)
    undone = 0
    while crm("undo", "--db", str(path)).code == 0:
        undone += 1
    assert content(path) == start
    while crm("redo", "--db", str(path)).code == 0:
        undone -= 1
    assert undone == 0
    assert content(path) == end
    return done


def test_200_commands_and_as_many_undos(crm: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert there_and_back(crm, tmp_path / "crm.db", seed=7, count=200) > 60


@bounds(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10_000))
def test_a_few_commands_of_any_kind_and_as_many_undos(crm: Callable, tmp_path: Path, seed: int) -> None:
    path = tmp_path / f"{seed}.db"
    if not path.exists():
        there_and_back(crm, path, seed, 25)


def test_the_export_after_the_undos_is_byte_equal(ok: Callable, crm: Callable, demo_base: Path) -> None:
    before = [ok("export-csv", kind) for kind in ("clients", "deals", "products", "reps")]
    done = sum(crm("--as", "1", *line).code == 0 for line in commands(11, 60))
    for _ in range(done):
        crm("undo", "--as", "1")
    assert [ok("export-csv", kind) for kind in ("clients", "deals", "products", "reps")] == before
