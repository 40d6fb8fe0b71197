"""A rep's day by keys alone, while an import runs beside: what the shell exports afterwards is exactly what was done."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from textual.pilot import Pilot

from crmtui.clients import clients
from crmtui.sales import deals
from tests.tui import driving

IMPORTED = 3000
RUN = "import sys; from commands import app; sys.exit(app.run(sys.argv[1:]))"


def importing(base: Path, folder: Path) -> subprocess.Popen[str]:
    """Another program that brings in a file of clients, by somebody else."""
    file = folder / "fair.csv"
    file.write_text("name,email\n" + "".join(f"Visitor {n},visitor{n}@fair.example\n" for n in range(IMPORTED)))
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "CRMTUI_DB": str(base), "CRMTUI_REP": "jun takamori"}
    command = [sys.executable, "-c", RUN, "import-csv", "clients", str(file)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


async def find(pilot: Pilot[int], words: str) -> None:
    """Open a client by its name."""
    await driving.press(pilot, "slash")
    await driving.paste(pilot, words)
    await driving.press(pilot, "enter")
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def test_twenty_calls_five_moves_and_three_new_clients_beside_an_import(
    demo_base: Path, tmp_path: Path, ok: Callable[..., str]
) -> None:
    with driving.opened(demo_base, "Brigid Fallow") as app:
        people = clients.page(kind="company", limit=20)
        titles_of_all = Counter(deal.title for deal in deals.every())
        open_deals = [deal for deal in deals.every(outcome="open", sort="opened") if deal.stage in ("Lead", "Qualified")]
        moving = [deal.id for deal in open_deals if titles_of_all[deal.title] == 1][:5]
        titles = {id_: (deals.get(id_).title, deals.get(id_).stage) for id_ in moving}
        async with app.run_test(size=(100, 30)) as pilot:
            beside = importing(demo_base, tmp_path)
            for number, card in enumerate(people):
                await driving.press(pilot, "1")
                await find(pilot, card.name)
                await driving.press(pilot, "c", "r" if number % 2 else "n")
                await driving.paste(pilot, f"call {number}")
                await driving.press(pilot, "ctrl+s")
            for id_ in moving:
                await app.open(driving.deal(id_))
                await driving.press(pilot, "L")
            for name in ("Ines Moreau", "Vigo Lund", "Oona Salo"):
                await driving.press(pilot, "3", "a")
                await driving.paste(pilot, name)
                await driving.press(pilot, "tab")
                await driving.paste(pilot, f"+358 40 555 010{len(name)}")
                await driving.press(pilot, "enter")
            out, err = beside.communicate(timeout=60)
            await pilot.pause(1)
        assert beside.returncode == 0, out + err
    logged = rows(ok("export-csv", "interactions"))
    mine = [
        row for row in logged if row["at"].startswith("2026-03-04") and row["rep"] == "Brigid Fallow" and row["note"].startswith("call ")
    ]
    mine.sort(key=lambda row: int(row["note"].removeprefix("call ")))
    assert [(row["client"], row["kind"], row["outcome"], row["note"]) for row in mine] == [
        (card.name, "call", "reached" if number % 2 else "no answer", f"call {number}") for number, card in enumerate(people)
    ]
    stages = {row["title"]: row["stage"] for row in rows(ok("export-csv", "deals"))}
    assert [stages[title] for title, _ in titles.values()] == [
        {"Lead": "Qualified", "Qualified": "Proposal"}[was] for _, was in titles.values()
    ]
    names = [row["name"] for row in rows(ok("export-csv", "clients"))]
    assert len(names) == 179 + 3 + IMPORTED
    assert {"Ines Moreau", "Vigo Lund", "Oona Salo", f"Visitor {IMPORTED - 1}"} <= set(names)


def rows(text: str) -> list[dict[str, str]]:
    """The lines of a CSV document."""
    return list(csv.DictReader(io.StringIO(text)))
