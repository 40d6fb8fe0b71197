"""The made-up company: the same for the same clock, one step of undo, in past and present times only, never mixed with a real book."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest

from crmtui import clock, demo
from crmtui.clients import clients
from crmtui.errors import Refused
from crmtui.sales import deals, moves, products
from crmtui.store import connection, rewind, search
from crmtui.store.tables import ALL, database

JOURNAL = ("operation", "change")


def query(sql: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in database.execute_sql(sql).fetchall()]


def dump() -> dict[str, list[tuple[Any, ...]]]:
    names = [table._meta.table_name for table in ALL]
    return {name: query(f"SELECT * FROM {name} ORDER BY id") for name in names}


def test_the_same_clock_gives_the_same_rows(tmp_path: Path) -> None:
    dumps = []
    for name in ("one.db", "two.db"):
        with connection.opened(tmp_path / name, actor="Tester"):
            demo.fill()
            dumps.append(dump())
    assert dumps[0] == dumps[1]


def test_it_says_what_it_made(base: connection.Base) -> None:
    filled = demo.fill()
    counted = {name: query(f"SELECT count(*) FROM {name}")[0][0] for name in ("rep", "product", "interaction", "task")}
    counted["deal"] = query("SELECT count(*) FROM deal WHERE deleted_at IS NULL")[0][0]
    kinds = dict(query("SELECT kind, count(*) FROM client WHERE deleted_at IS NULL GROUP BY kind"))
    still_open = query("SELECT count(*) FROM deal WHERE closed_at IS NULL AND deleted_at IS NULL")[0][0]
    assert filled == demo.Filled(
        counted["rep"], sum(kinds.values()), kinds["company"], kinds["person"], counted["product"], counted["deal"], still_open,
        counted["interaction"], counted["task"],
    )  # fmt: skip
    assert 150 <= filled.deals <= 200


def test_one_undo_takes_everything_away(base: connection.Base) -> None:
    before = dump()
    demo.fill()
    rewind.undo()
    after = dump()
    assert {name: rows for name, rows in after.items() if name not in JOURNAL} == {
        name: rows for name, rows in before.items() if name not in JOURNAL
    }
    assert search.found("client", "Alderbrook") == []


def test_redo_brings_it_back(base: connection.Base) -> None:
    demo.fill()
    before = dump()
    rewind.undo()
    rewind.redo()
    after = dump()
    assert {name: rows for name, rows in after.items() if name not in JOURNAL} == {
        name: rows for name, rows in before.items() if name not in JOURNAL
    }


def test_it_is_quick(base: connection.Base) -> None:
    started = time.process_time()
    demo.fill()
    assert time.process_time() - started < 1.5


def test_a_base_with_a_client_is_refused(base: connection.Base) -> None:
    clients.add({"name": "Ann"})
    with pytest.raises(Refused, match="the base holds 1 client;"):
        demo.fill()
    assert clients.count() == 1


def test_a_base_with_a_deal_or_a_product_is_refused(base: connection.Base) -> None:
    deals.add({"title": "Real"})
    products.add({"name": "Real"})
    with pytest.raises(Refused, match="1 deal, 1 product"):
        demo.fill()


def test_a_second_time_is_refused(base: connection.Base) -> None:
    demo.fill()
    with pytest.raises(Refused):
        demo.fill()


@pytest.mark.parametrize(
    "now", ["2026-03-01T00:05:00+02:00", "2026-08-31T23:58:00+03:00", "2028-02-29T12:00:00Z", "2026-03-29T03:30:00+03:00"]
)
def test_nothing_lies_in_the_future_whatever_the_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: str) -> None:
    monkeypatch.setenv("CRMTUI_NOW", now)
    with connection.opened(tmp_path / "late.db", actor="Tester"):
        demo.fill()
        columns = ("stage_change.at", "interaction.at", "client.created_at", "task.done_at", "deal.closed_at")
        latest = max(query(f"SELECT max({column}) FROM {column.partition('.')[0]}")[0][0] for column in columns)
        assert latest <= f"{clock.now():%Y-%m-%d %H:%M:%S.%f}"


def test_moves_of_a_deal_come_one_after_the_other_and_end_where_it_is(base: connection.Base) -> None:
    demo.fill()
    assert query("SELECT 1 FROM stage_change a JOIN stage_change b ON b.deal_id = a.deal_id AND b.id > a.id AND b.at <= a.at") == []
    assert query(
        "SELECT d.id FROM deal d JOIN stage_change c ON c.id = (SELECT max(id) FROM stage_change WHERE deal_id = d.id)"
        " WHERE c.to_stage_id <> d.stage_id OR c.at <> d.stage_since"
    ) == []  # fmt: skip


def test_a_lost_deal_has_a_reason_and_only_it(base: connection.Base) -> None:
    demo.fill()
    reasons = "SELECT DISTINCT s.outcome FROM deal d JOIN stage s ON s.id = d.stage_id WHERE d.lost_reason IS {} NULL"
    assert query(reasons.format("NOT")) == [("lost",)]
    assert ("lost",) not in query(reasons.format(""))


def test_the_value_of_a_deal_is_that_of_its_products(base: connection.Base) -> None:
    demo.fill()
    assert query(
        "SELECT d.id FROM deal d JOIN deal_product p ON p.deal_id = d.id GROUP BY d.id"
        " HAVING sum(p.quantity_thousandths * p.price_cents) / 1000 <> d.value_cents"
    ) == []  # fmt: skip


def test_wins_in_this_month_and_in_the_one_before(base: connection.Base) -> None:
    demo.fill()
    won = "SELECT count(*) FROM deal d JOIN stage s ON s.id = d.stage_id WHERE s.outcome = 'won' AND d.closed_at LIKE '{}%'"
    assert query(won.format("2026-03"))[0][0] >= 3
    assert query(won.format("2026-02"))[0][0] >= 3


def test_every_record_is_found_as_if_it_had_been_typed(base: connection.Base) -> None:
    demo.fill()
    keys = {table: query(f"SELECT id, search_key FROM {table} ORDER BY id") for table in ("client", "deal", "rep", "product")}
    for table, rows in keys.items():
        search.refresh(table, [row[0] for row in rows])
    assert {table: query(f"SELECT id, search_key FROM {table} ORDER BY id") for table in keys} == keys
    assert [card.name for card in clients.page(words="潮見坂", kind="company")] == ["潮見坂工務店"]


def test_people_and_numbers_are_nobodys(base: connection.Base) -> None:
    demo.fill()
    mails = [row[0] for row in query("SELECT value FROM contact_point WHERE kind = 'email' UNION SELECT email FROM rep")]
    phones = [row[0] for row in query("SELECT value FROM contact_point WHERE kind = 'phone'")]
    assert all(re.fullmatch(r"[\w.-]+@(?:[\w-]+\.)?example\.(?:com|org|net)", mail) for mail in mails)
    assert all(re.fullmatch(r"\+1 \d{3} 555 01\d\d|\+44 7700 900\d{3}", phone) for phone in phones)


def test_the_work_goes_on_from_there(base: connection.Base) -> None:
    demo.fill()
    deal = deals.page(outcome="open", limit=1)[0]
    assert moves.move(deal.id, "won").deal.outcome == "won"
