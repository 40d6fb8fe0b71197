"""Mails to reps, through a program and through a real SMTP server: each once, whatever goes wrong in between."""

from __future__ import annotations

import email
import json
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from email import policy
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from jsonschema import Draft202012Validator

from crmtui import team
from crmtui.activities import tasks
from crmtui.errors import Failed
from crmtui.mailing import transports
from crmtui.sales import notices
from crmtui.store import connection, rewind
from tests.cli.places import COMMAND, environment
from tests.conftest import Ran
from tests.house.schemas import schemas

Crm = Callable[..., Ran]

SERVER = Path(__file__).with_name("smtp.py")


@pytest.fixture
def mails(folder: Path, settings: Callable[[str], None]) -> Iterator[Path]:
    """The folder in which a real SMTP server keeps what it took; the configuration names the server."""
    taken = folder / "mails"
    taken.mkdir()
    with subprocess.Popen([sys.executable, str(SERVER), str(taken)], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        settings(f'smtp = "smtp://127.0.0.1:{server.stdout.readline().strip()}"\nmail_from = "crm@example.com"\n')
        yield taken
        server.kill()


def crew(folder: Path, *names: str) -> None:
    """A base in which each of these reps has a mail and an overdue task, and a manager without a mail."""
    with connection.opened(folder / "crm.db", actor="tester", command="test"):
        boss = team.add({"name": "boss"})
        for name in names:
            rep = team.add({"name": name, "email": f"{name}@example.com", "manager": boss.id})
            tasks.add(f"call of {name}", due="2026-03-03", assignee=rep.id)


def taken(mails: Path) -> Counter[str]:
    """How many mails the server took, by the name they went to."""
    return Counter(file.name.partition("-")[0] for file in mails.iterdir())


def said(ran: Ran) -> str:
    """What it says of the letters, without those who have no mail."""
    return ran.out.partition("\n")[0]


def counts(ran: Ran) -> dict[str, int]:
    found = json.loads(ran.out)
    Draft202012Validator(schemas()["notify"]).validate(found)
    return {name: found[name] for name in ("queued", "sent", "waiting", "refused", "unsure") if found[name]}


def test_what_is_overdue_reaches_each_rep_once(mails: Path, crm: Crm, folder: Path) -> None:
    crew(folder, "ann", "bob")
    ran = crm("notify", "overdue", "--format", "json")
    assert (ran.code, counts(ran), ran.err) == (0, {"queued": 2, "sent": 2}, "")
    assert json.loads(ran.out)["without"] == ["boss"]
    assert counts(crm("notify", "overdue", "--format", "json")) == {}
    assert taken(mails) == {"ann": 1, "bob": 1}
    message = email.message_from_bytes(next(mails.glob("ann-*")).read_bytes(), policy=policy.default)
    assert (message["From"], message["To"], message["Subject"]) == (
        "crm@example.com",
        "ann <ann@example.com>",
        "Overdue work, ann, 2026-03-04",
    )
    assert message["Date"].datetime.isoformat() == "2026-03-04T10:00:00+00:00"
    text, page = message.iter_parts()
    assert (text.get_content_type(), page.get_content_type()) == ("text/plain", "text/html")
    assert "call of ann" in text.get_content()
    assert "call of bob" not in text.get_content()
    assert "call of ann" in page.get_content()


def test_the_digest_is_sent_once_a_day(mails: Path, crm: Crm, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    crew(folder, "ann")
    assert said(crm("notify", "digest")) == "sent 1 letter"
    assert said(crm("notify", "digest", "--for", "all")) == "sent 0 letters"
    monkeypatch.setenv("CRMTUI_NOW", "2026-03-05T06:30:00Z")
    assert said(crm("notify", "digest", "--for", "ann")) == "sent 1 letter"
    assert taken(mails) == {"ann": 2}


def test_a_notice_is_sent_once_and_not_when_it_was_taken_back(mails: Path, crm: Crm, folder: Path) -> None:
    crew(folder, "ann")
    with connection.opened(folder / "crm.db", actor="tester", command="test"):
        for word in ("first", "second"):
            notices.queue(2, f"The {word} request\nBcc: eve@example.com", f"Somebody waits: {word}\x1b[31m.", word)
        rewind.undo()
    assert [said(crm("notify")), said(crm("notify"))] == ["sent 1 letter", "sent 0 letters"]
    (file,) = mails.iterdir()
    message = email.message_from_bytes(file.read_bytes(), policy=policy.default)
    assert (message["Subject"], message["Bcc"]) == ("The first request Bcc: eve@example.com", None)
    assert "Somebody waits: first" in message.get_content()
    assert "\x1b" not in message.get_content()


def test_a_refused_letter_and_one_for_later_keep_no_other_from_going(mails: Path, crm: Crm, folder: Path) -> None:
    crew(folder, "ann", "refused", "later", "zoe")
    ran = crm("notify", "overdue", "--format", "json")
    assert (ran.code, counts(ran)) == (1, {"queued": 4, "sent": 2, "waiting": 1, "refused": 1})
    assert "letter 3 to refused@example.com: 550 no such user" in ran.err.splitlines()
    assert taken(mails) == {"ann": 1, "zoe": 1}
    listed = json.loads(crm("notify", "--status", "--format", "json").out)
    Draft202012Validator(schemas()["notify"]).validate(listed)
    assert [(each["rep"], each["state"]) for each in listed] == [("later", "waiting"), ("refused", "refused")]
    assert counts(crm("notify", "--format", "json")) == {"waiting": 1}
    assert counts(crm("notify", "--retry", "--format", "json")) == {"waiting": 1, "refused": 1}


def test_when_the_line_breaks_before_the_answer_it_is_sent_again_only_on_demand(
    mails: Path, crm: Crm, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crew(folder, "ann", "dropped", "zoe")
    ran = crm("notify", "overdue", "--format", "json")
    assert (ran.code, counts(ran)) == (1, {"queued": 3, "sent": 2, "unsure": 1})
    assert said(crm("notify")) == "sent 0 letters"
    assert said(crm("notify", "--retry")) == "sent 0 letters"
    monkeypatch.setenv("CRMTUI_NOW", "2026-03-04T10:11:00Z")
    assert "unsure" in crm("notify", "--status").out
    assert said(crm("notify")) == "sent 0 letters"
    assert taken(mails) == {"ann": 1, "dropped": 1, "zoe": 1}
    crm("notify", "--retry")
    assert taken(mails)["dropped"] == 2


def test_a_killed_run_goes_on_with_the_rest_and_sends_nothing_twice(mails: Path, crm: Crm, folder: Path) -> None:
    crew(folder, "ann", "slow", "zoe")
    with subprocess.Popen([*COMMAND, "notify", "overdue"], env=environment(folder), cwd=folder) as sender:
        until = time.monotonic() + 20
        while taken(mails)["slow"] == 0 and time.monotonic() < until:
            time.sleep(0.02)
        sender.send_signal(signal.SIGKILL)
    assert taken(mails) == {"ann": 1, "slow": 1}
    assert said(crm("notify", "overdue")) == "sent 1 letter"
    assert said(crm("notify", "overdue")) == "sent 0 letters"
    assert taken(mails) == {"ann": 1, "slow": 1, "zoe": 1}
    assert "slow" in crm("notify", "--status").out


def test_two_at_once_send_each_letter_once(mails: Path, folder: Path) -> None:
    names = [f"rep{number}" for number in range(8)]
    crew(folder, *names)
    both = [subprocess.Popen([*COMMAND, "notify", "overdue"], env=environment(folder), cwd=folder) for _ in range(2)]
    assert [each.wait(30) for each in both] == [0, 0]
    assert taken(mails) == dict.fromkeys(names, 1)


def test_a_program_takes_the_mail_on_stdin_and_a_failure_leaves_it_waiting(crm: Crm, folder: Path, settings: Callable[[str], None]) -> None:
    crew(folder, "ann")
    settings("sendmail = \"/bin/sh -c 'echo no room >&2; exit 75'\"")
    ran = crm("notify", "overdue")
    assert (ran.code, ran.out) == (1, "sent 0 letters\nno mail: boss\n")
    assert "letter 1 to ann@example.com: /bin/sh left with 75: no room" in ran.err
    settings('sendmail = "/no/such/program -t"')
    ran = crm("notify")
    assert (ran.code, ran.err) == (
        1, 'error: there is no program "/no/such/program"; 1 letter left for the next run; see the setting sendmail\n'
    )  # fmt: skip
    settings(f"sendmail = \"/bin/sh -c 'cat > {folder}/sent'\"")
    assert said(crm("notify")) == "sent 1 letter"
    assert (folder / "sent").read_text().startswith("From: crmtui@localhost\nTo: ann <ann@example.com>\n")
    (letter,) = connection.driver.connect(str(folder / "crm.db")).execute("SELECT state, message FROM letter").fetchall()
    assert letter == ("sent", "")


@pytest.mark.parametrize(
    ("line", "code", "why"),
    [
        ("", 5, "nothing says how mail is sent; set sendmail or smtp"),
        ('smtp = "mail.example.com"', 2, 'smtp is "mail.example.com"; write it like "smtp://mail.example.com:587"'),
        ('smtp = "smtp://crm:secret@mail.example.com"', 2, "smtp holds a password; put it into CRMTUI_SMTP_PASSWORD"),
        ('smtp = "smtp://127.0.0.1:1"', 1, "smtp://127.0.0.1 cannot be used: Connection refused; 1 letter left"),
    ],
)
def test_a_transport_that_cannot_be_used_is_told_and_nothing_is_lost(
    crm: Crm, folder: Path, settings: Callable[[str], None], line: str, code: int, why: str
) -> None:
    crew(folder, "ann")
    settings(line)
    ran = crm("notify", "overdue")
    assert ran.code == code
    assert why in ran.err
    assert "secret" not in ran.err
    settings(f"sendmail = \"/bin/sh -c 'cat > {folder}/sent'\"")
    assert said(crm("notify", "overdue")) == "sent 1 letter"


def test_the_password_is_that_of_the_environment_or_of_a_file_that_nobody_else_can_read(
    mails: Path, crm: Crm, folder: Path, settings: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    crew(folder, "ann")
    secret = folder / "secret"
    secret.write_text("hush\n")
    secret.chmod(0o644)
    url = (folder / "config.toml").read_text().partition('"')[2].partition('"')[0]
    settings(f'smtp = "{url.replace("//", "//crm@")}"\nsmtp_password_file = "{secret}"')
    ran = crm("notify", "overdue")
    assert (ran.code, ran.out) == (5, "")
    assert "can be read by others" in ran.err
    monkeypatch.setenv("CRMTUI_SMTP_PASSWORD", "wrong")
    ran = crm("notify")
    assert ran.code == 1
    assert "535" in ran.err
    assert "wrong" not in ran.err
    monkeypatch.delenv("CRMTUI_SMTP_PASSWORD")
    secret.chmod(0o600)
    assert said(crm("notify")) == "sent 1 letter"
    assert taken(mails) == {"ann": 1}


def test_a_rehearsal_sends_nothing_and_keeps_nothing(mails: Path, crm: Crm, folder: Path) -> None:
    crew(folder, "ann", "bob")
    ran = crm("notify", "overdue", "--dry-run")
    assert (ran.code, said(ran)) == (0, "would send 2 letters")
    assert taken(mails) == {}
    assert said(crm("notify", "overdue")) == "sent 2 letters"


@pytest.mark.parametrize(
    ("piece", "pause", "told"), [(b"220-hello\r\n" * 50, 0.0, "more than 100 lines"), (b"2", 0.2, "timed out|too long")]
)
def test_a_server_that_never_ends_its_answer_is_left(piece: bytes, pause: float, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transports, "TIMEOUT_SECONDS", 1)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def talk() -> None:
            line, _ = server.accept()
            with line, suppress(OSError):
                while True:
                    line.sendall(piece)
                    time.sleep(pause)

        talking = threading.Thread(target=talk, daemon=True)
        talking.start()
        begun = time.monotonic()
        with pytest.raises(Failed, match=told):
            transports.Server(urlsplit(f"smtp://127.0.0.1:{server.getsockname()[1]}"), "crm@example.com").connect()
        assert time.monotonic() - begun < 3
        talking.join(5)
