"""The window company of the samples, ready for its story: the settings, the playbook and the templates as they are, people, stages, prices.

Mia Lund manages Ann Lee and Art Moe, who sell, Sue Orr, who measures, and Ian Fox, who installs. It is Monday 2 March 2026 in Riga, two
hours before UTC.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

from tests.house.places import ROOT

SAMPLES = ROOT / "docs" / "samples" / "window-company"
PEOPLE = (("Ann Lee", "seller"), ("Art Moe", "seller"), ("Sue Orr", "surveyor"), ("Ian Fox", "installer"))
PRICES = (("Oak window 120 x 150", "480"), ("Oak window 60 x 60", "270"), ("Fitting", "600"))

KIM = b'{"delivery": "k1", "name": "Kim Ode", "phone": "+371 2000 0001", "service": "Windows for Kim", "message": "three oak windows"}\n'
LEA = b'{"delivery": "l1", "name": "Lea Roz", "email": "lea@example.com", "service": "Door for Lea", "source": "fair"}\n'
CAPTURE = ("capture-lead", "-", "--pipeline", "windows", "--source", "site")
"""The requests, and the command that takes them in."""

CONTRACT = """\
# Contract 1 of 5 March 2026

Clear View Windows, Mill Lane 4, LV-1013 Riga, supplies to **Kim Ode**, Hill 1, LV-1001 Riga:

{service}

The price is **1,350 EUR**, to be paid to IBAN LV80 BANK 0000 4351 9500 1, within 3 days.

For Clear View Windows: Ann Lee
"""
"""What the template makes of name, address, service, amount and payment details."""


def moment(text: str) -> str:
    """A moment of that March in Riga: `02 09:15`."""
    day, clock = text.split()
    return f"2026-03-{day}T{clock}:00+02:00"


def configured(folder: Path, settings: Callable[[str], None]) -> None:
    """The samples beside the base, with a program that keeps the mails in `mails`."""
    shutil.copytree(SAMPLES, folder, dirs_exist_ok=True)
    settings(f"{(SAMPLES / 'config.toml').read_text('utf-8')}\nsendmail = \"/bin/sh -c 'cat >> {folder}/mails'\"\n")


def furnished(run: Callable[..., str]) -> None:
    """The people, the stages as the playbook's head says to make them, the prices; `run` carries a command out."""
    run("add-rep", "Mia Lund", "--role", "manager", "--email", "mia@example.com")
    for name, role in PEOPLE:
        run("add-rep", name, "--role", role, "--manager", "mia", "--email", f"{name[:3].lower()}@example.com")
    commands = re.findall(r"^# +crmtui (.*)$", (SAMPLES / "playbooks.toml").read_text("utf-8"), re.MULTILINE)
    for line in commands:
        run(*(bare or quoted for quoted, bare in re.findall(r"'([^']*)'|(\S+)", line)))
    for product, price in PRICES:
        run("add-product", product, "--price", price)
