"""Every kind of record exported from one base and imported into an empty one is exported alike there; and again into its own base."""

from __future__ import annotations

from pathlib import Path

from crmtui import dates
from crmtui.activities import interactions, tasks
from crmtui.clients import clients
from crmtui.sales import deals, pipelines, purchases, stages
from crmtui.store import connection, rewind
from tests.logic.exchanging import content, given_out, taken
from tests.logic.test_exchange_vendors import hubspot, linked

ORDER = ("reps", "pipelines", "products", "clients", "deals", "interactions", "tasks", "purchases")


def again(first: dict[str, str], folder: Path) -> dict[str, str]:
    """These exports imported into an empty base, and exported from there; a second run must change nothing."""
    with connection.opened(folder / "two.db"):
        for kind, text in first.items():
            assert (kind, taken(kind, text, rejects=folder / f"{kind}.csv").rejects) == (kind, ())
        before = content()
        for kind, text in first.items():
            done = taken(kind, text)
            assert (kind, done.created, done.updated, done.rejected) == (kind, 0, 0, 0)
        assert content() == before
        return {kind: given_out(kind) for kind in first}


def test_the_demo_company_comes_back_whole(demo_base: Path, tmp_path: Path) -> None:
    with connection.opened(demo_base):
        first = {kind: given_out(kind) for kind in ORDER}
    assert again(first, tmp_path) == first


def test_files_of_vendors_come_back_whole(tmp_path: Path) -> None:
    with connection.opened(tmp_path / "one.db"):
        hubspot()
        linked()
        first = {kind: given_out(kind) for kind in ORDER}
    assert again(first, tmp_path) == first


def test_records_that_are_truly_alike_and_odd_texts_come_back(tmp_path: Path) -> None:
    with connection.opened(tmp_path / "one.db"):
        for mail in ("a@x.lv", "b@x.lv"):
            clients.add({"name": 'Ann; "A"', "emails": [mail]}, allow_duplicate=True)
        deals.add({"title": "=Roof, oak", "client": 2})
        for _ in range(2):
            interactions.log("call", client=1, minutes=3, note="no\nanswer", direction="out", at=dates.moment("2026-03-01"))
            purchases.add(2, "12.50", {"quantity": "1200.125", "description": "a;b\\", "bought_on": "2026-03-01"})
        interactions.log("note", client=2, deal=1, note="-1+1")
        tasks.add("Call", client=2, deal=1, due=dates.read("2026-04-01 10:00"), priority="high", note="x")
        tasks.add("Pay rent", due=dates.read("2026-04-01"), repeat="monthly")
        tasks.complete(tasks.add("Done thing").id)
        tasks.cancel(tasks.add("Gone thing").id)
        first = {kind: given_out(kind) for kind in ORDER}
    assert again(first, tmp_path) == first


def test_the_users_own_pipelines_take_the_place_of_the_first_one(tmp_path: Path) -> None:
    with connection.opened(tmp_path / "one.db"):
        pipelines.edit(pipelines.add("Partners", ["Call", "Visit"]).id, position=1)
        stages.edit(stages.add("Signing", pipelines.find_pipeline("Partners"), limit_days=3).id, after="Call", require=["value", "owner"])
        pipelines.edit(pipelines.find_pipeline("Sales"), name="Trade; etc")
        first = {kind: given_out(kind) for kind in ORDER}
    assert again(first, tmp_path) == first


def test_an_import_of_pipelines_is_undone_as_one_step(tmp_path: Path) -> None:
    with connection.opened(tmp_path / "one.db"):
        before, exported = content(), given_out("pipelines")
        taken("pipelines", "pipeline,stage\nTrade,Call\nTrade,Won\n")
        assert [step.name for step in pipelines.load()] == ["Call", "Won"]
        rewind.undo()
        assert (content(), given_out("pipelines")) == (before, exported)
