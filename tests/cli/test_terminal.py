"""The program as a process: on a terminal, in a pipe that closes, on a full disk, interrupted; and what it takes care not to load."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from crmtui.store import connection
from tests.cli.books import contents
from tests.cli.places import COMMAND, environment, program

Fresh = Callable[[], Path]

PROMPT = b"which one? "
SLOW = ("textual", "rich", "dateutil", "pydantic", "babel", "phonenumbers", "rapidfuzz", "asyncio", "playhouse.migrations")


def piped(folder: Path, *words: str, stdin: bytes = b"", **more: str) -> subprocess.CompletedProcess[bytes]:
    """Runs a command as a process between pipes."""
    return subprocess.run([*COMMAND, *words], input=stdin, capture_output=True, env=environment(folder, **more), check=False)


def on_terminal(
    folder: Path, *words: str, typed: str = "", columns: int = 80, more: dict[str, str] | None = None, prompt: bytes = PROMPT
) -> tuple[int, str]:
    """Runs a command on a terminal of so many columns; types when it is asked. Its exit code and what the terminal got."""
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen(
        [*COMMAND, *words], stdin=its, stdout=its, stderr=its, env=environment(folder, **(more or {})), start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 — no other thread runs in the tests
    )  # fmt: skip
    os.close(its)
    seen = b""
    while part := _read(ours):
        seen += part
        if typed and seen.endswith(prompt):
            os.write(ours, typed.encode())
            typed = ""
    os.close(ours)
    return process.wait(10), seen.decode().replace("\r\n", "\n")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # the other side is gone
        return b""


# ── on a terminal


def test_an_ambiguous_reference_offers_a_choice(folder: Path, twins: Fresh) -> None:
    twins()
    code, seen = on_terminal(folder, "edit-client", "twin", "--status", "customer", typed="2\n")
    assert seen == (
        '"twin" may be 2 clients\n  1  Ann Twin-Berg (ann@example.net)  (id 1)\n  2  Bob Twin-Berg (bob@example.net)  (id 2)\n'
        "which one? 2\nchanged client 2 Bob Twin-Berg\n"
    )  # fmt: skip
    assert code == 0


@pytest.mark.parametrize("typed", ["\n", "3\n", "0\n", "x\n", "²\n", "\x04"])
def test_an_answer_that_is_none_of_them_changes_nothing(folder: Path, twins: Fresh, typed: str) -> None:
    path = twins()
    before = contents(path)
    code, seen = on_terminal(folder, "edit-client", "twin", "--status", "customer", typed=typed)
    assert code == 4
    assert seen.splitlines()[-1].endswith("; say which by its id: 1 Ann Twin-Berg (ann@example.net), 2 Bob Twin-Berg (bob@example.net)")
    assert contents(path) == before


def test_ctrl_c_at_a_question_leaves_with_130_and_changes_nothing(folder: Path, twins: Fresh) -> None:
    path = twins()
    before = contents(path)
    code, seen = on_terminal(folder, "edit-client", "twin", "--status", "customer", typed="\x03")
    assert code == 130
    assert "Traceback" not in seen
    assert contents(path) == before


def test_heads_are_bold_on_a_terminal_and_lines_fit_it(folder: Path, full: Fresh) -> None:
    full()
    code, seen = on_terminal(folder, "list-clients", columns=90)
    head, *rows = seen.splitlines()
    assert code == 0
    assert head.startswith("\x1b[1m")
    assert head.endswith("\x1b[0m")
    assert max(map(len, rows)) <= 90
    assert "\x1b" not in "".join(rows)


@pytest.mark.parametrize("more", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
@pytest.mark.parametrize("words", [("list-clients",), ("show-client", "1"), ("report", "kpi")])
def test_a_terminal_without_colour_gets_none(folder: Path, full: Fresh, words: tuple[str, ...], more: dict[str, str]) -> None:
    full()
    code, seen = on_terminal(folder, *words, more=more)
    assert code == 0
    assert "\x1b" not in seen


def test_columns_comes_before_the_width_of_the_terminal(folder: Path, full: Fresh) -> None:
    full()
    _, wide = on_terminal(folder, "list-clients", columns=90, more={"COLUMNS": "120", "NO_COLOR": "1"})
    _, narrow = on_terminal(folder, "list-clients", columns=90, more={"COLUMNS": "80", "NO_COLOR": "1"})
    assert 90 < max(map(len, wide.splitlines())) <= 120
    assert max(map(len, narrow.splitlines())) <= 80


@pytest.mark.parametrize("words", [("list-clients",), ("show-client", "1"), ("show-deal", "1"), ("history",), ("report", "kpi")])
def test_without_a_terminal_there_is_no_code_and_no_width(folder: Path, full: Fresh, words: tuple[str, ...]) -> None:
    full()
    ran = piped(folder, *words)
    assert ran.returncode == 0
    assert b"\x1b" not in ran.stdout + ran.stderr
    assert piped(folder, *words, TERM="dumb", NO_COLOR="1").stdout == ran.stdout


def test_a_hostile_name_reaches_the_terminal_as_text_only(folder: Path) -> None:
    assert piped(folder, "add-client", "a\x1b]52;c;aGk=\x07\x9b2J\u202eb").returncode == 0
    csv = ("list-clients", "--format", "csv")
    for words in (("list-clients",), ("show-client", "1"), ("history",), csv, ("export-csv", "clients"), ("\x1b[31m",)):
        _, seen = on_terminal(folder, *words, more={"NO_COLOR": "1"})
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", seen), seen


def test_bytes_that_are_no_text_are_refused(folder: Path) -> None:
    ran = subprocess.run([*COMMAND, "add-client", b"M\xfcller"], capture_output=True, env=environment(folder), check=False)
    assert (ran.returncode, ran.stdout) == (2, b"")
    assert ran.stderr.decode() == 'error: "M�ller" holds bytes that are no text; write it in UTF-8\n'


def test_a_locale_that_knows_only_ascii_does_no_harm(folder: Path) -> None:
    name = "Иванов 김"
    assert piped(folder, "add-client", name, LC_ALL="C").returncode == 0
    usual = piped(folder, "list-clients")
    assert name in usual.stdout.decode()
    assert piped(folder, "list-clients", LC_ALL="C").stdout == usual.stdout
    assert piped(folder, "list-clients", PYTHONIOENCODING="ascii").stdout == usual.stdout
    code, seen = on_terminal(folder, "list-clients", more={"PYTHONIOENCODING": "ascii"})
    assert (code, "Traceback" in seen) == (0, False)


# ── streams that close, fill up or are not there


@pytest.mark.parametrize(
    "words",
    [
        ("list-deals", "--format", "json"), ("list-clients",), ("export-csv", "deals"), ("report", "kpi"), ("--help",),
        ("report", "kpi", "--format", "json"), ("list-deals", "--help"), ("add-client", "Ann"), ("completion", "bash"),
    ],
)  # fmt: skip
def test_a_reader_that_has_gone_is_no_fault(folder: Path, full: Fresh, words: tuple[str, ...]) -> None:
    full()
    reading, writing = os.pipe()
    os.close(reading)
    ran = subprocess.run([*COMMAND, *words], stdout=writing, stderr=subprocess.PIPE, env=environment(folder), check=False)
    os.close(writing)
    assert ran.returncode == 0
    assert b"rror" not in ran.stderr
    if words[0] == "add-client":
        assert b"added client Ann" in piped(folder, "history", "--limit", "1").stdout


def test_head_may_close_the_pipe(folder: Path, full: Fresh) -> None:
    full()
    program(folder)
    line = "for n in 1 2 3 4 5 6 7 8; do crmtui list-deals --format jsonl; done | head -1; echo ${PIPESTATUS[0]}"
    ran = subprocess.run(["bash", "-c", line], capture_output=True, text=True, env=environment(folder), check=False)
    assert (len(ran.stdout.splitlines()), ran.stdout.splitlines()[-1], ran.stderr) == (2, "0", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("words", [("list-clients",), ("list-deals", "--format", "json"), ("report", "kpi"), ("--help",)])
def test_a_full_disk_is_said(folder: Path, full: Fresh, words: tuple[str, ...]) -> None:
    full()
    with open("/dev/full", "wb") as target:
        ran = subprocess.run([*COMMAND, *words], stdout=target, stderr=subprocess.PIPE, env=environment(folder), check=False)
    assert ran.returncode == 1
    assert ran.stderr.splitlines()[-1] == b"error: No space left on device"


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", ">&- 2>&- <&-"])
def test_closed_streams_are_no_fault(folder: Path, full: Fresh, closed: str) -> None:
    full()
    program(folder)
    for words, codes in (("list-clients", {0, 1}), ("show-client zzqx", {3}), ("add-task Call", {0, 1})):
        line = f"crmtui {words} {closed}"
        ran = subprocess.run(["bash", "-c", line], capture_output=True, text=True, env=environment(folder), check=False)
        assert ran.returncode in codes, (line, ran)
        assert "Traceback" not in ran.stderr


# ── interrupted


def test_an_interrupted_import_is_wholly_undone(folder: Path, twins: Fresh) -> None:
    path = twins()
    before = contents(path)
    process = subprocess.Popen(
        [*COMMAND, "import-csv", "clients", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=environment(folder),
    )  # fmt: skip
    assert process.stdin is not None
    process.stdin.write(b"name,email\n" + b"".join(b"Name %d,name%d@example.org\n" % (n, n) for n in range(20_000)))
    process.stdin.flush()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (130, b"")
    assert b"Traceback" not in err
    assert contents(path) == before


def test_an_import_interrupted_while_it_writes_is_wholly_undone(folder: Path, twins: Fresh) -> None:
    path = twins()
    before = contents(path)
    (folder / "many.csv").write_text("name,email\n" + "".join(f"Name {n},name{n}@example.org\n" for n in range(20_000)))
    process = subprocess.Popen([*COMMAND, "import-csv", "clients", "many.csv"], stderr=subprocess.PIPE, env=environment(folder))
    _wait_until_writing(process, path)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (130, b"")
    assert contents(path) == before


def _wait_until_writing(process: subprocess.Popen[bytes], path: Path) -> None:
    """Wait until the process is the one that writes in the base, or has ended."""
    other = connection.driver.connect(str(path), timeout=0, isolation_level=None)
    while process.poll() is None:
        try:
            other.execute("BEGIN IMMEDIATE")
        except connection.driver.OperationalError:
            break
        other.execute("ROLLBACK")
        time.sleep(0.002)
    other.close()


# ── what is not loaded


@pytest.mark.parametrize(
    "words",
    [
        ("log-call", "1", "reached", "--minutes", "5", "--note", "wants oak", "--next", "send offer", "--due", "fri 10:00"),
        ("list-tasks",), ("list-clients", "--limit", "5"), ("show-client", "1"), ("show-deal", "1"), ("add-task", "Call", "--due", "+3d"),
        ("add-client", "Mara Kalns"), ("move-deal", "1", "next"), ("list-tasks", "--format", "json"), ("history",), ("undo",), ("--help",),
        ("completion", "bash"), ("config",),
    ],
    ids=lambda words: " ".join(words[:2]),
)  # fmt: skip
def test_a_plain_command_loads_nothing_that_is_slow(folder: Path, twins: Fresh, words: tuple[str, ...]) -> None:
    twins()
    code = "import sys; from commands import app; code = app.run(sys.argv[1:]); print(*sys.modules, file=sys.stderr); sys.exit(code)"
    ran = subprocess.run([COMMAND[0], "-c", code, *words], capture_output=True, text=True, env=environment(folder), check=False)
    assert ran.returncode == 0, ran.stderr
    loaded = set(ran.stderr.split())
    assert [name for name in SLOW if name in loaded] == []


def test_completion_loads_neither_typer_nor_peewee(folder: Path, twins: Fresh) -> None:
    twins()
    code = "import sys; from commands import app; app.run([]); print(*sys.modules, file=sys.stderr)"
    more = {"_CRMTUI_COMPLETE": "zsh", "COMP_CWORD": "2"}
    line = [COMMAND[0], "-c", code, "show-client", "an"]
    ran = subprocess.run(line, capture_output=True, text=True, env=environment(folder, **more), check=False)
    assert ran.stdout == "Ann Twin-Berg\n"
    assert {"typer", "peewee", *SLOW} & set(ran.stderr.split()) == set()


def test_crm_is_the_same_program(folder: Path) -> None:
    program(folder)
    for name in ("crm", "crmtui"):
        ran = subprocess.run([str(folder / name), "--help"], capture_output=True, text=True, env=environment(folder), check=False)
        assert (ran.returncode, ran.stdout[:15]) == (0, "Usage: crmtui C")
