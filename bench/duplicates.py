"""Finding doubles among made-up clients: `python -m bench.duplicates [--large]`.

A line for each size: how many of the planted doubles were found, how many pairs of those found are none, the CPU of finding them, how
much memory it took beyond what was there before, and the time of looking one new client up.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
FOUND_TARGET, FALSE_TARGET = 0.95, 0.02
"""Shares (0–1): of the planted doubles that are found at least, of the found pairs that are none at most."""

SECONDS_TARGET = {10_000: 5.0, 100_000: 60.0}
LOOK_UP_TARGET_MS = 2.0
LOOKED_UP = 200

_CHILD = f"""
import json, resource, sys, time
from bench import doubles
from crmtui.clients import duplicates
from crmtui.store import connection
size = int(sys.argv[2])
world = doubles.planted(size, size // 20)
planted = {{(one + 1, other + 1) for one, other in world.doubles}}
with connection.opened(sys.argv[1]):
    doubles.write(world)
    del world
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()
    found = {{(pair.a_id, pair.b_id) for pair in duplicates.find().pairs}}
    spent = time.process_time() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak
    started = time.process_time()
    for id_ in range(size // 2, size // 2 + {LOOKED_UP}):
        duplicates.of(id_)
    one = time.process_time() - started
print(json.dumps([len(planted & found) / len(planted), len(found - planted) / len(found), spent, peak / 1024, one]))
"""


def main() -> None:
    """Print a line for each size. Leaves with 1 when a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.duplicates", description=__doc__)
    parser.add_argument("--large", action="store_true", help="100,000 clients too: under a minute")
    given = parser.parse_args()
    print(f"{'clients':>10}{'found':>9}{'false':>9}{'CPU s':>9}{'memory MB':>11}{'one, ms':>9}")
    kept = [_line(size) for size in (10_000, *((100_000,) if given.large else ()))]
    sys.exit(0 if all(kept) else 1)


def _line(size: int) -> bool:
    """Measure one size, print it, say whether every target was met."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CRMTUI_")}
    environment |= {"PYTHONPATH": str(ROOT), "CRMTUI_CONFIG": os.devnull, "TZ": "UTC"}
    with tempfile.TemporaryDirectory() as folder:
        job = [sys.executable, "-c", _CHILD, f"{folder}/crm.db", str(size)]
        said = subprocess.run(job, env=environment, stdout=subprocess.PIPE, check=True).stdout
    found, false, seconds, memory, one = json.loads(said)
    each = one / LOOKED_UP * 1000
    met = found >= FOUND_TARGET and false <= FALSE_TARGET and seconds <= SECONDS_TARGET[size] and each <= LOOK_UP_TARGET_MS
    print(f"{size:>10,}{found:>9.1%}{false:>9.1%}{seconds:>9.2f}{memory:>11.0f}{each:>9.2f}  {'ok' if met else 'over'}", flush=True)
    return met


if __name__ == "__main__":
    main()
