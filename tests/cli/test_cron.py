"""Cron: told once by two at once, the same bytes in a poor environment, mails and pages, the samples, the five figures of a manager."""

from __future__ import annotations

import email
import json
import os
import re
import shlex
import subprocess
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from email import policy
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from crmtui import team
from crmtui.activities import tasks
from crmtui.store import connection
from tests.cli.places import COMMAND, environment, program
from tests.conftest import NOW, Ran
from tests.house.places import ROOT
from tests.house.schemas import schemas

Crm = Callable[..., Ran]
Ok = Callable[..., str]

SAMPLES = ROOT / "docs" / "samples"
POOR = {"LANG": "C", "CRMTUI_NOW": NOW, "TZ": "UTC", "PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
"""What cron gives and little more: no HOME, no TERM, no LOGNAME."""


def started(folder: Path, *words: str, **world: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COMMAND, *words], env=environment(folder, **world), cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    )


@pytest.mark.parametrize(
    ("begins", "dues"),
    [
        ("2026-03-29T00:30", ("00:58", "01:28", "01:59", "03:00", "03:01")),  # the clock goes from 02:00 to 03:00 at 01:00 UTC
        ("2026-10-25T00:30", ("00:58", "02:31", "02:59", "02:05")),  # from 03:00 back to 02:00 at 01:00 UTC
    ],
    ids=["the night of spring", "the night of autumn"],
)
def test_two_programs_in_the_same_second_tell_each_item_once_each_minute(
    folder: Path, settings: Callable[[str], None], begins: str, dues: tuple[str, ...]
) -> None:
    """Each minute of an hour with `THOROUGH`, else those around the change of the clock."""
    settings('timezone = "Europe/Berlin"')
    with connection.opened(folder / "crm.db", actor="tester", command="test"):
        boss = team.add({"name": "Boss"})
        ann = team.add({"name": "Ann", "manager": boss.id})
        for due in dues:
            tasks.add(due, due=f"{begins[:10]} {due}", assignee=ann.id)
    told: dict[str, Counter[str]] = {"items": Counter(), "alerts": Counter()}
    for minute in range(60) if os.environ.get("THOROUGH") else (29, 30, 31, 59):
        now = datetime.fromisoformat(f"{begins}:00+00:00") + timedelta(minutes=minute)
        world = {"CRMTUI_NOW": now.isoformat(), "TZ": "Europe/Berlin"}
        both = [started(folder, "report", "overdue", "--new-only", "--escalate", "--format", "json", **world) for _ in range(2)]
        for each in both:
            found = json.loads(each.communicate(timeout=30)[0])
            assert each.returncode == 0
            for table, counter in told.items():
                counter.update(row["title"] for row in found["tables"][table])
    assert told == {"items": Counter(dues), "alerts": Counter(dues)}


@pytest.mark.usefixtures("demo_base")
def test_nothing_is_printed_and_nothing_found_once_all_was_told(crm: Crm) -> None:
    line = ("report", "overdue", "--new-only", "--within", "3d", "--escalate", "--quiet-empty", "--fail-on-findings")
    first = crm(*line)
    assert first.code == 9
    assert "Told to managers" in first.out
    assert crm(*line) == Ran(0, "", "")
    assert crm("report", "overdue", "--fail-on-findings").code == 9
    assert crm(*line, "--repeat").out == first.out
    for wrong in (("report", "kpi", "--new-only"), ("report", "overdue", "--every", "1d"), ("report", "kpi", "--within", "3d")):
        assert (crm(*wrong).code, crm(*wrong).out) == (2, "")


@pytest.mark.parametrize(
    "line",
    [
        ("report", "overdue", "--within", "3d"),
        ("report", "overdue", "--format", "message", "--owner", "brigid"),
        ("report", "overdue", "--format", "html"),
        ("digest", "--for", "all"),
        ("digest", "--for", "managers", "--format", "message"),
    ],
)
def test_the_same_base_and_clock_give_the_same_bytes_in_a_poor_environment(demo_base: Path, ok: Ok, line: tuple[str, ...]) -> None:
    poor = {**POOR, "CRMTUI_DB": str(demo_base), "CRMTUI_CONFIG": str(demo_base.with_name("config.toml"))}
    shut = f"exec {shlex.join([*COMMAND, *line])} <&-"
    ran = subprocess.run(["sh", "-c", shut], env=poor, cwd="/", capture_output=True, check=False)
    assert (ran.returncode, ran.stderr.decode()) == (0, "")
    assert ran.stdout.decode() == ok(*line) != ""


@pytest.mark.usefixtures("demo_base")
def test_a_report_as_a_mail_is_for_its_owner_and_has_text_and_a_page(ok: Ok) -> None:
    message = email.message_from_string(ok("report", "kpi", "--owner", "елена", "--format", "message"), policy=policy.default)
    assert message["To"] == "Елена Ракитина <elena.rakitina@example.com>"
    assert message["Subject"] == "Key figures of the team, Елена Ракитина, 2026-03-04"
    assert (message["Date"].datetime.isoformat(), message.defects) == ("2026-03-04T10:00:00+00:00", [])
    text, page = message.iter_parts()
    assert text.get_content().startswith("Key figures of the team, Елена Ракитина")
    assert page.get_content().lstrip().startswith("<!DOCTYPE html>")
    assert "To" not in email.message_from_string(ok("report", "today", "--format", "message"), policy=policy.default)
    assert ok("report", "won", "--format", "html").count("<html") == 1


@pytest.mark.usefixtures("demo_base")
def test_the_digest_of_each_rep_stands_alone(ok: Ok, crm: Crm) -> None:
    several = json.loads(ok("digest", "--for", "all", "--format", "json"))
    one = json.loads(ok("digest", "--for", "brigid", "--format", "json"))
    for found in (several, one):
        Draft202012Validator(schemas()["digest"]).validate(found)
    assert len(several) == 6
    assert one in several
    assert one == json.loads(ok("report", "digest", "--owner", "brigid", "--format", "json"))
    assert ok("digest", "--as", "brigid", "--format", "json") == ok("digest", "--for", "brigid", "--format", "json")
    mails = ok("digest", "--for", "all", "--format", "message")
    assert len(re.findall(r"^From crmtui@localhost ", mails, re.MULTILINE)) == 6
    assert (crm("digest", "--for", "all", "--format", "csv").code, crm("digest").code, crm("digest", "--for", "nobody").code) == (2, 3, 3)
    assert "due_today,1\n" in ok("digest", "--for", "brigid", "--format", "csv", "--table", "figures")


def jobs() -> list[str]:
    """The command lines of the sample crontab, its `%` as the shell gets them."""
    lines = [line for line in (SAMPLES / "crontab").read_text("utf-8").splitlines() if re.match(r"[\d*]", line)]
    return [line.split(None, 5)[5].replace(r"\%", "%") for line in lines]


def named(lines: list[str]) -> dict[str, str]:
    """What lines like `NAME=VALUE` name."""
    return dict(line.split("=", 1) for line in lines if re.match(r"[A-Z_]+=", line))


def units(ending: str) -> list[Path]:
    return sorted(SAMPLES.glob(f"*.{ending}"))


@pytest.fixture
def place(demo_base: Path, folder: Path) -> Path:
    """The demo company where the samples keep theirs, with a program that takes mails."""
    (folder / "bin").mkdir()
    program(folder / "bin")
    (folder / "config.toml").write_text(f"sendmail = \"/bin/sh -c 'cat >> {folder}/mails'\"\n")
    return folder


def carried_out(place: Path, line: str, world: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """A line of a sample as cron runs it: nothing but what the sample names, the base beside the test, no stdin."""
    at_home = {name: value.replace("/var/lib/crm", str(place)) for name, value in world.items()}
    at_home["PATH"] = f"{place}/bin:{at_home.get('PATH', '/usr/bin:/bin')}"
    still = {"CRMTUI_NOW": NOW, "PYTHONPATH": str(ROOT)}
    line = line.replace("/var/lib/crm", str(place)).replace("/usr/local/bin/", f"{place}/bin/")
    return subprocess.run(
        ["/bin/sh", "-c", f"{line} <&-"], env={**at_home, **still}, cwd="/", capture_output=True, text=True, check=False, timeout=60
    )


def test_every_line_of_the_sample_crontab_runs_where_cron_runs_it(place: Path) -> None:
    world = named((SAMPLES / "crontab").read_text("utf-8").splitlines())
    found = {line: carried_out(place, line, world) for line in jobs()}
    assert len(found) == 7
    for line, ran in found.items():
        assert (ran.returncode, ran.stderr) == (0, ""), (line, ran)
    assert [line for line, ran in found.items() if ran.stdout] == ["crmtui report overdue --quiet-empty"]
    assert (place / "mails").read_text().count("\nTo: ") == 12
    assert len(list(place.glob("business-2*.csv"))) == 1
    assert "<html" in (place / "business.html").read_text("utf-8")


def test_every_sample_unit_runs_and_every_timer_has_its_service(place: Path) -> None:
    for unit in units("service"):
        text = unit.read_text("utf-8")
        (line,) = re.findall(r"^ExecStart=(.*)$", text, re.MULTILINE)
        world = named(shlex.split(" ".join(re.findall(r"^Environment=(.*)$", text, re.MULTILINE))))
        ran = carried_out(place, line, world)
        assert (ran.returncode, ran.stderr, bool(ran.stdout)) == (0, "", True)
    assert [unit.stem for unit in units("timer")] == [unit.stem for unit in units("service")] == ["crmtui-digest", "crmtui-overdue"]
    assert all("OnCalendar=" in unit.read_text("utf-8") for unit in units("timer"))


@pytest.mark.parametrize(("period", "first", "until"), [("2026-02", "2026-02-01", "2026-03-01"), ("2025-Q4", "2025-10-01", "2026-01-01")])
def test_the_five_figures_of_a_period_are_those_of_the_base(demo_base: Path, ok: Ok, period: str, first: str, until: str) -> None:
    report = json.loads(ok("report", "business", "--period", period, "--format", "json"))
    raw = connection.driver.connect(str(demo_base))
    between = f"BETWEEN '{first}' AND '{until}'"
    living = "FROM deal JOIN stage ON stage.id = stage_id WHERE deal.deleted_at IS NULL"

    def one(query: str) -> int:
        return int(raw.execute(query).fetchone()[0] or 0)

    won, lost = (one(f"SELECT count(*) {living} AND outcome = '{each}' AND closed_at {between}") for each in ("won", "lost"))
    money = one(f"SELECT sum(value_cents) {living} AND outcome = 'won' AND closed_at {between}")
    asked = one(f"SELECT count(*) {living} AND opened_at {between}")
    granted = one(f"SELECT count(*) {living} AND opened_at {between} AND outcome = 'won'")
    calls = raw.execute(
        f"SELECT rep.name, count(*) FROM interaction JOIN rep ON rep.id = rep_id WHERE kind = 'call' AND at {between} GROUP BY rep.name"
    ).fetchall()
    sources = raw.execute(
        "SELECT coalesce(deal.source, client.source, 'no source'), sum(CASE outcome WHEN 'won' THEN value_cents ELSE 0 END), count(*)"
        " FROM deal JOIN stage ON stage.id = stage_id LEFT JOIN client ON client.id = deal.client_id"
        f" WHERE deal.deleted_at IS NULL AND opened_at {between} GROUP BY 1"
    ).fetchall()
    raw.close()
    figures, tables = report["figures"], report["tables"]
    assert (figures["closed"], figures["won"], figures["lost"], figures["won_cents"]) == (won + lost, won, lost, money)
    assert won
    assert asked
    assert (figures["requests"], figures["requests_won"], figures["conversion"]) == (asked, granted, round(granted / asked, 6))
    assert {row["rep"]: row["calls"] for row in tables["reps"] if row["calls"]} == dict(calls)
    assert sum(row["won_cents"] for row in tables["reps"]) == money
    told = [(row["source"], row["won_cents"], row["deals"]) for row in tables["sources"]]
    assert set(told) <= {*sources, *((source, 0, 0) for source, *_ in told)}
    assert [money for _, money, _ in told] == sorted((money for _, money, _ in sources), reverse=True)[: len(told)]
