"""Importing clients against the database's own import: `python -m bench.import_clients [--large]`.

The floor is the CPU of `sqlite3 FILE '.mode csv' '.import …'` for the same file into a bare table of texts: no index, no check, no
history. Ours is that of a process that imports the file with cleaning, matching, search index and journal into an empty base: of
`importing.run` alone, and of the whole process with start and closing.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

ROOT = Path(__file__).parent.parent
TARGET = 10.0
"""CPU of an import of 100,000 clients by that of the floor."""

MEMORY_TARGET_MB = 128
"""How much more memory a million rows may take than 100,000."""

HEADER = (
    "Record ID", "First Name", "Last Name", "Email", "Phone Number", "Mobile Phone Number", "Company", "Job Title", "Lifecycle Stage",
    "Contact Owner", "Lead Source", "Create Date", "Street Address", "City", "State/Region", "Postal Code", "Country", "Website URL",
    "Notes",
)  # fmt: skip
_BEGINNINGS = ("An", "Be", "Car", "Da", "El", "Fran", "Gre", "Hel", "Iv", "Jo", "Kar", "Lau", "Mar", "Ni", "Ol", "Pet", "Ro", "San", "Tom")
_PLACES = ("Small", "Wood", "Ander", "Peter", "John", "Hill", "Bush", "Green", "Mill", "Stone", "Lind", "Karl", "Fish", "White")
_TRADES = ("Systems", "Trading", "Foods", "Motors", "Labs", "Media", "Energy", "Partners")
_FIRST = [a + b for a in _BEGINNINGS for b in ("a", "bert", "en", "ia", "us", "ine", "ard")]
_LAST = [a + b for a in _PLACES for b in ("son", "man", "berg", "well", "er", "field", "s")]
_FIRMS = [f"{a} {b}{c}" for a in _LAST for b in _TRADES for c in (", Inc.", " LLC", " GmbH")]
_WORDS = (
    "market", "growth", "quick", "discuss", "contract", "offer", "review", "price", "product", "team", "change", "board", "week", "call",
    "meeting", "sample", "agree", "north", "budget",
)  # fmt: skip
_STAGES = ("Lead", "Subscriber", "Customer", "Opportunity", "Marketing Qualified Lead", "Other")
_SOURCES = ("Direct Traffic", "Organic Search", "Referral", "Paid Social", "Offline", "Email Campaign")
_TITLES = ("Sales Manager", "Buyer", "CTO", "Engineer", "Owner", "Head of Purchasing")
_COUNTRIES = ("Germany", "United States", "France", "Latvia", "Poland", "Spain", "Italy", "Japan", "Brazil", "India")

_CHILD = """
import gc, json, resource, sys, time
gc.disable()  # as the program does
from crmtui.exchange import importing
from crmtui.exchange.importing import Options
from crmtui.store import connection
with connection.opened(sys.argv[1], command="import-csv"), open(sys.argv[2], "rb") as source:
    started = time.process_time()
    done = importing.run("clients", source, Options(file_name=sys.argv[2], create_missing=True))
    spent = time.process_time() - started
print(json.dumps([spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, done.created, done.rejected]))
"""


def main() -> None:
    """Print a line for each size. Leaves with 1 when a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.import_clients", description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--large", action="store_true", help="a million rows too, once: a few minutes, 3 GB")
    given = parser.parse_args()
    if not shutil.which("sqlite3"):
        parser.error("the floor needs the sqlite3 command")
    print(f"{'rows':>10}{'bytes/row':>11}{'floor s':>9}{'run s':>8}{'ratio':>8}{'process':>9}{'rows/s':>9}{'peak MB':>9}")
    found = {size: _line(size, 1 if size > 100_000 else given.runs) for size in (10_000, 100_000, *((1_000_000,) if given.large else ()))}
    ratio, _ = found[100_000]
    kept = ratio <= TARGET and (not given.large or found[1_000_000][1] - found[100_000][1] <= MEMORY_TARGET_MB)
    print(f"target at 100,000: {TARGET:.0f} × — {'ok' if ratio <= TARGET else 'over'}")
    sys.exit(0 if kept else 1)


def _line(size: int, runs: int) -> tuple[float, float]:
    """Measure one size, floor and import in turn, print the medians; ratio and peak memory in MB."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "contacts.csv"
        with file.open("w", newline="", encoding="utf-8") as target:
            csv.writer(target).writerows(_rows(size))
        floors, spent, whole, peaks = [], [], [], []
        for number in range(runs):
            floors.append(_cpu(["sqlite3", f"{folder}/floor{number}.db", ".mode csv", f".import {file} t"])[0])
            cpu, said = _cpu([sys.executable, "-c", _CHILD, f"{folder}/ours{number}.db", str(file)])
            run, peak, created, rejected = json.loads(said)
            if (created, rejected) != (size, 0):
                sys.exit(f"{created} created, {rejected} rejected of {size}")
            spent.append(run)
            whole.append(cpu)
            peaks.append(peak)
            for left in Path(folder).glob(f"*{number}.db*"):
                left.unlink()
        width = file.stat().st_size / size
    floor, run, peak = statistics.median(floors), statistics.median(spent), statistics.median(peaks)
    process = statistics.median(whole) / floor
    print(f"{size:>10,}{width:>11.0f}{floor:>9.2f}{run:>8.2f}{run / floor:>8.2f}{process:>9.2f}{size / run:>9,.0f}{peak:>9.0f}", flush=True)
    return run / floor, peak


def _cpu(job: list[str]) -> tuple[float, str]:
    """User and system seconds of a process, and what it printed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("CRMTUI_", "PYTHONDONTWRITE"))}
    environment |= {"PYTHONPATH": str(ROOT), "CRMTUI_CONFIG": os.devnull, "TZ": "UTC"}
    with subprocess.Popen(job, env=environment, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        said = process.stdout.read().decode()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{job[0]} failed with {process.returncode}")
    return used.ru_utime + used.ru_stime, said


def _rows(size: int) -> Iterator[tuple[str, ...]]:
    """What a vendor exports: 19 columns, a note of 0 to 30 words, six phones in ten mobile, some cells quoted; the same each time."""
    rng = Random(1)
    owners = [f"{rng.choice(_FIRST)} {rng.choice(_LAST)}" for _ in range(20)]
    yield HEADER
    for number in range(size):
        first, last, firm = rng.choice(_FIRST), rng.choice(_LAST), rng.choice(_FIRMS)
        domain = f"{firm.partition(',')[0].replace(' ', '').lower()}.example.com"
        yield (
            f"CONT-{rng.getrandbits(48):012x}-{number}", first, last, f"{first}.{last}{number}@{domain}".lower(),
            f"+1{rng.randrange(2 * 10**9, 10**10)}", f"+49{rng.randrange(10**9, 10**10)}" if rng.random() < 0.6 else "", firm,
            rng.choice(_TITLES), rng.choice(_STAGES), rng.choice(owners), rng.choice(_SOURCES),
            f"20{rng.randrange(18, 26)}-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}",
            f"{rng.randrange(1, 900)} {rng.choice(_LAST)} Street", f"{rng.choice(_LAST)}ville", rng.choice(("CA", "NY", "TX", "BY", "IL")),
            f"{rng.randrange(10000, 99999)}", rng.choice(_COUNTRIES), f"https://{domain}",
            " ".join(rng.choices(_WORDS, k=rng.randrange(31))),
        )  # fmt: skip


if __name__ == "__main__":
    main()
