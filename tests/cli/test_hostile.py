"""Names and texts that are out to break a terminal, a query or a pattern, given to every text that every command takes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from commands import registry
from crmtui import config
from crmtui.errors import Refused
from crmtui.sales.playbooks import reading
from tests.cli import lines
from tests.cli.books import contents
from tests.conftest import Ran
from tests.house.places import ROOT

Crm = Callable[..., Ran]
Fresh = Callable[[], Path]

ESCAPES = "a\x1b[31mred\x1b]52;c;aGVsbG8=\x07\x9b2J\x9d0;t\x9c\x7f\r\b"
TURNED = "a\u202egnp\u202c\u2066\u061c\u200b\ufeffx\u2028y\u2029z\x85"
MARKUP = "[red]b[/] [link=http://x.example]c[/link] {0} %s ${HOME} $(id) `id` <b> &amp; \\n"
QUERY = "'; DROP TABLE client; -- \" OR 1=1 NEAR(a b) name:* ^a -b"
LONG = "x" * 2_000
LONE = "name\udcff\ud800"
PILE = "Z" + "\u0301\u0489" * 400
HARMLESS = {
    "option": "-x", "flag": "--yes", "lines": "a\nb\tc", "cyrillic": "Иванов", "hangul": "김", "arabic": "عمر بن",
    "quotes": "O'Brien \"Bob\"", "formula": "=1+1", "joined": "👩‍👩‍👧", "dots": "..", "marks": "a,b;c",
}  # fmt: skip
HOSTILE = {"escapes": ESCAPES, "turned": TURNED, "markup": MARKUP, "query": QUERY, "long": LONG, "lone": LONE, "pile": PILE}
TEXTS = HARMLESS | HOSTILE
STORED = sorted(TEXTS.keys() - {"lone", "long"})

every_command = pytest.mark.parametrize("name", lines.EVERY)


@every_command
@pytest.mark.parametrize("kind", ["escapes", "lone", "long"])
def test_no_parameter_of_any_command_lets_a_hostile_text_through(crm: Crm, twins: Fresh, name: str, kind: str) -> None:
    """A documented exit code, nothing on the terminal but text, no trace; and when it was refused, nothing was changed."""
    path = twins()
    food = crm(*lines.example(name).before).out.encode() if lines.example(name).before else b""
    before = contents(path)
    for parameter, template in lines.variants(name):
        ran = crm(*lines.filled(template, TEXTS[kind]), stdin=food)
        assert ran.code in lines.CODES, (parameter, ran)
        assert "made a mistake" not in ran.err, (parameter, ran)
        assert lines.harmless(ran), (parameter, ran)
        if ran.code in (0, 6):
            path = twins()
        else:
            assert lines.is_refusal(ran, *lines.CODES), (parameter, ran)
            assert contents(path) == before, parameter


@pytest.mark.parametrize("name", [name for name in lines.EVERY if lines.arguments(name)])
def test_any_text_as_the_first_argument_is_taken_or_refused_with_a_sentence(crm: Crm, twins: Fresh, name: str) -> None:
    for kind in sorted(TEXTS.keys() - {"escapes", "lone", "long"}):
        path = twins()
        before = contents(path)
        ran = crm(*lines.example(name).with_argument(0, TEXTS[kind]))
        assert ran.code in lines.CODES, (kind, ran)
        assert "made a mistake" not in ran.err, (kind, ran)
        assert lines.harmless(ran), (kind, ran)
        assert ran.code == 0 or (lines.is_refusal(ran, *lines.CODES) and contents(path) == before), (kind, ran)


@pytest.mark.parametrize("kind", STORED)
def test_a_name_is_kept_as_it_came_and_shown_harmless_everywhere(crm: Crm, ok: Callable[..., str], kind: str) -> None:
    """Added as client, deal, task and rep; then every list, page, search and history is printed."""
    text = TEXTS[kind]
    kept = text.strip()
    assert crm("add-client", "--", text).code == 0
    assert crm("add-deal", "--client", "1", "--", text).code == 0
    assert crm("add-task", "--client", "1", "--deal", "1", "--", text).code == 0
    assert crm("log-call", "--note", text, "--", "1", text).code == 0
    assert crm("add-rep", "--", text).code == 0
    assert json.loads(ok("show-client", "1", "--format", "json"))["name"] == kept
    assert json.loads(ok("show-deal", "1", "--format", "json"))["title"] == kept
    looks = [("show-client", "1"), ("show-deal", "1"), ("list-clients",), ("list-deals",), ("list-tasks",), ("list-reps",),
             ("history",), ("history", "client", "1"), ("report", "today"), ("report", "overdue")]  # fmt: skip
    for words in looks:
        for form in ("table", "json", "jsonl"):
            ran = crm(*words, "--format", form)
            assert ran.code == 0, ran
            assert lines.harmless(ran), ran


@pytest.mark.parametrize("kind", [*HARMLESS, "markup"])
def test_a_name_finds_its_client(crm: Crm, ok: Callable[..., str], kind: str) -> None:
    ok("add-client", "Somebody else")
    ok("add-client", "--", TEXTS[kind])
    ran = crm("show-client", "--format", "ids", "--", TEXTS[kind])
    assert (ran.code, ran.out) == (0, "2\n"), ran


@pytest.mark.parametrize("kind", HOSTILE)
def test_an_unknown_reference_is_named_harmlessly(crm: Crm, twins: Fresh, kind: str) -> None:
    twins()
    for name in ("show-client", "show-deal", "complete-task"):
        assert lines.is_refusal(crm(name, "--", TEXTS[kind]), 2, 3, 5)


@pytest.mark.parametrize("words", [("search", "a\0b"), ("show-client", "abc\0def"), ("move-deal", "a\0bc", "won")])
def test_a_nul_in_what_is_looked_for_finds_nothing(crm: Crm, twins: Fresh, words: tuple[str, ...]) -> None:
    twins()
    ran = crm(*words)
    assert ran.code == 0 if words[0] == "search" else lines.is_refusal(ran, 3), ran


@pytest.mark.parametrize("kind", HOSTILE)
def test_the_program_and_its_options_take_no_harm_either(crm: Crm, kind: str) -> None:
    text = TEXTS[kind]
    assert lines.is_refusal(crm(text), 2)
    assert lines.is_refusal(crm(f"--{text}"), 2)
    assert lines.is_refusal(crm("list-clients", f"--{text}"), 2)
    assert lines.is_refusal(crm("list-clients", "--status", text), 2)
    assert lines.is_refusal(crm("list-clients", "--limit", text), 2)


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_base_may_have_any_name_that_a_file_can_have(crm: Crm, folder: Path, kind: str) -> None:
    ran = crm("list-clients", "--db", TEXTS[kind])
    assert lines.harmless(ran)
    assert ran.code == 0 or lines.is_refusal(ran, 1, 2), ran


@pytest.mark.parametrize("kind", HOSTILE)
def test_the_environment_is_outside_text_too(crm: Crm, monkeypatch: pytest.MonkeyPatch, twins: Fresh, kind: str) -> None:
    twins()
    text = TEXTS[kind].replace("\ud800", "")
    for variable in ("CRMTUI_REP", "LOGNAME", "COLUMNS", "CRMTUI_NOW", "TZ"):
        with monkeypatch.context() as patch:
            patch.setenv(variable, text)
            for words in (("list-clients",), ("add-task", "Call")):
                ran = crm(*words)
                assert lines.harmless(ran), (variable, ran)
                assert ran.code == 0 or lines.is_refusal(ran, 1, 2, 3, 5), (variable, ran)


def test_the_configuration_is_outside_text_too(crm: Crm, settings: Callable[[str], None]) -> None:
    settings('rep = "\\u001b[31mred"\n')
    for words in (("config",), ("add-task", "Call"), ("history",)):
        ran = crm(*words)
        assert lines.harmless(ran)
        assert ran.code == 0
    settings('nothing = "\\u001b[31m"\n')
    assert lines.is_refusal(crm("list-clients"), 2)


def test_every_text_was_tried_where_it_is_taken() -> None:
    assert sum(len(lines.variants(entry.name)) for entry in registry.ENTRIES) > 150


def test_generated_names_and_command_lines_break_nothing() -> None:
    """`python -m bench.hostile` tries 10,000 names and 100,000 lines, the same at each run."""
    line = [sys.executable, "-m", "bench.hostile", "--names", "12", "--lines", "100"]
    ran = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, ""), ran.stdout


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="this system has no such device")
@pytest.mark.parametrize("command", [("import-csv", "clients"), ("import-ics",), ("capture-lead",)])
def test_a_device_without_end_is_no_file(crm: Crm, command: tuple[str, ...]) -> None:
    ran = crm(*command, "/dev/zero")
    assert (ran.code, ran.err) == (5, "error: /dev/zero is no file; name a file or a pipe\n")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="this system has no such device")
def test_no_configuration_and_no_playbook_is_a_device_without_end(settings: Callable[[str], None]) -> None:
    settings('playbooks = "/dev/zero"')
    assert "/dev/zero is no file" in reading.book().problems[0].problem
    with pytest.raises(Refused, match="no file"):
        config.read(Path("/dev/zero"))
    assert config.read(Path("/dev/null")) == config.Config()
