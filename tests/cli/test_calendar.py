"""The agenda, free time, meetings from calendars, documents and mentions as they are typed. It is Wednesday 4 March 2026, 10:00."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Ran

Ok = Callable[..., str]
Crm = Callable[..., Ran]

HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
AHEAD = "UID:u1\r\nSUMMARY:Measure\\, attic\r\nDTSTART;TZID=Europe/Riga:20260306T100000\r\nDTEND;TZID=Europe/Riga:20260306T113000\r\n"
OVER = "UID:u2\r\nSUMMARY:Samples\r\nDTSTART:20260302T090000Z\r\nDURATION:PT45M\r\n"


def calendar(*events: str) -> bytes:
    return (HEAD + "".join(f"BEGIN:VEVENT\r\n{event}END:VEVENT\r\n" for event in events) + "END:VCALENDAR\r\n").encode()


@pytest.fixture
def office(ok: Ok, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ann, who works, and Ben; Mara, whose mail is known."""
    ok("add-rep", "Ann", "--email", "ann@example.com")
    ok("add-rep", "Ben", "--email", "ben@example.com")
    ok("add-client", "Mara", "--email", "mara@example.org")
    monkeypatch.setenv("CRMTUI_REP", "Ann")


def rows(text: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(text)
    return found


def tasks(ok: Ok, *options: str) -> list[dict[str, Any]]:
    return rows(ok("list-tasks", "--format", "json", *options))


# ── the agenda and free time


def test_the_agenda_lists_a_day_and_marks_what_clashes(ok: Ok, crm: Crm, office: None) -> None:
    ok("add-task", "Visit", "--due", "2026-03-06 10:00", "--minutes", "90", "--client", "Mara")
    ok("add-task", "Call", "--due", "2026-03-06 11:00")
    ok("add-task", "Order", "--due", "2026-03-07")
    found = rows(ok("agenda", "fri", "--format", "json"))
    assert [(each["title"], each["minutes"], each["clash"]) for each in found] == [("Visit", 90, True), ("Call", 30, True)]
    ran = crm("agenda", "week")
    assert [line.split()[:2] for line in ran.out.splitlines()[1:]] == [
        ["2026-03-06", "10:00"],
        ["2026-03-06", "11:00"],
        ["2026-03-07", "0"],
    ]
    assert "clash" in ran.out
    assert crm("agenda", "next-week").err == "nothing is on\n"
    assert crm("agenda", "all").code == crm("agenda", "2026-03-01..").code == crm("agenda", "nonsense").code == 2


def test_what_begins_soon_is_told_before(ok: Ok, office: None) -> None:
    for due in ("10:20", "10:40", "9:50"):
        ok("add-task", f"at {due}", "--due", f"2026-03-04 {due}")
    assert [each["title"] for each in rows(ok("agenda", "--soon", "30", "--format", "json"))] == ["at 10:20"]


def test_free_time_is_when_all_are_at_work_and_nothing_is_on(ok: Ok, crm: Crm, office: None) -> None:
    """Ann works from 9 to 18 and has something on from 12 to 13; Ben works from 13 to 20: they share 13 to 18, from now (10:00) on."""
    ok("edit-rep", "Ben", "--hours", "mon-fri 13:00-20:00")
    ok("add-task", "Lunch", "--due", "2026-03-05 12:00", "--minutes", "60")
    ok("add-task", "Ben's", "--due", "2026-03-05 14:00", "--minutes", "30", "--for", "Ben")

    def free(*options: str) -> list[tuple[str, str]]:
        found = rows(ok("free-slots", "--format", "json", *options))
        return [(each["start"][8:16], each["end"][8:16]) for each in found]

    assert free("--within", "2026-03-04..2026-03-05") == [("04T10:00", "04T18:00"), ("05T09:00", "05T12:00"), ("05T13:00", "05T18:00")]
    assert free("--for", "Ann", "--for", "Ben", "--within", "thu") == [("05T13:00", "05T14:00"), ("05T14:30", "05T18:00")]
    assert free("--for", "Ann", "--for", "Ben", "--within", "thu", "--minutes", "90") == [("05T14:30", "05T18:00")]
    assert crm("free-slots", "--within", "2026-03-07..2026-03-08").err == "no free time\n"
    assert crm("free-slots", "--minutes", "0").code == crm("free-slots", "--within", "2026-03-04..2029-01-01").code == 5


# ── meetings in


def test_meetings_come_in_once(ok: Ok, office: None) -> None:
    file = calendar(f"{AHEAD}LOCATION:Hill 1\r\nATTENDEE;CN=M:mailto:MARA@example.org\r\n", OVER)
    done = json.loads(ok("import-ics", "-", "--format", "json", stdin=file))
    assert (done["rows"], done["created"]) == (2, 2)
    (task,) = tasks(ok)
    assert (task["title"], task["due_at"], task["minutes"], task["client"], task["note"], task["assignee"]) == (
        "Measure, attic", "2026-03-06T08:00:00Z", 90, "Mara", "Hill 1", "Ann",
    )  # fmt: skip
    (held,) = rows(ok("list-interactions", "--format", "json"))
    assert (held["kind"], held["subject"], held["minutes"], held["at"]) == ("meeting", "Samples", 45, "2026-03-02T09:00:00Z")
    again = json.loads(ok("import-ics", "-", "--format", "json", stdin=file))
    assert (again["unchanged"], again["operation"]) == (2, None)
    ok("undo")
    assert tasks(ok) == []


def test_an_import_can_be_rehearsed_and_taken_back_but_for_what_was_changed_since(ok: Ok, office: None) -> None:
    file = calendar(AHEAD, AHEAD.replace("u1", "u3"), OVER)
    ok("import-ics", "-", "--dry-run", stdin=file)
    assert tasks(ok) == []
    ok("import-ics", "-", stdin=file)
    ok("edit-task", "2", "--note", "bring the oak")
    back = json.loads(ok("undo-import", "last", "--format", "json"))
    assert (back["removed"], [kept["id"] for kept in back["kept"]]) == (2, [2])
    assert [task["id"] for task in tasks(ok)] == [2]
    assert json.loads(ok("list-interactions", "--format", "json")) == []


def test_what_was_moved_or_cancelled_in_the_calendar_is_so_here(ok: Ok, office: None) -> None:
    ok("import-ics", "-", stdin=calendar(AHEAD))
    ok("import-ics", "-", stdin=calendar(AHEAD.replace("20260306", "20260309")))
    assert [task["due_on"] for task in tasks(ok)] == ["2026-03-09"]
    ok("import-ics", "-", stdin=calendar(f"{AHEAD}STATUS:CANCELLED\r\n"))
    assert tasks(ok) == []
    ok("import-ics", "-", stdin=calendar(AHEAD))
    assert tasks(ok) == []


def test_a_meeting_is_whose_rep_attends_it_or_whose_it_is_said_to_be(ok: Ok, office: None) -> None:
    ok("import-ics", "-", stdin=calendar(f"{AHEAD}ORGANIZER:mailto:ben@example.com\r\n"))
    ok("import-ics", "-", "--for", "Ann", stdin=calendar(AHEAD.replace("u1", "u9")))
    assert [task["assignee"] for task in tasks(ok)] == ["Ben", "Ann"]
    ran = json.loads(ok("import-ics", "-", "--clients-only", "--format", "json", stdin=calendar(AHEAD.replace("u1", "u8"))))
    assert (ran["skipped"], ran["created"]) == (1, 0)


def test_a_series_is_one_task_for_its_next_meeting(ok: Ok, office: None) -> None:
    """Mondays at 9 from January on, not on the 9th of March; the one of the 16th was moved to the 17th. The next is that of the 23rd."""
    series = "UID:s\r\nSUMMARY:Weekly\r\nDTSTART:20260105T090000Z\r\nDTEND:20260105T093000Z\r\n"
    rule = "RRULE:FREQ=WEEKLY;UNTIL=20261231T000000Z\r\nEXDATE:20260309T090000Z\r\n"
    moved = "UID:s\r\nSUMMARY:Weekly\r\nRECURRENCE-ID:20260316T090000Z\r\nDTSTART:20260317T100000Z\r\n"
    file = calendar(series + rule, moved)
    ok("import-ics", "-", stdin=file)
    assert [(task["due_at"][:16], task["repeat"]) for task in tasks(ok)] == [
        ("2026-03-17T10:00", None), ("2026-03-23T09:00", "FREQ=WEEKLY;UNTIL=20261231"),
    ]  # fmt: skip
    assert "2 unchanged" in ok("import-ics", "-", stdin=file)
    over = series.replace("UID:s", "UID:t") + "RRULE:FREQ=DAILY;COUNT=3\r\n"
    assert "1 skipped" in ok("import-ics", "-", stdin=calendar(over))


def test_our_own_calendar_comes_back_as_it_went_out(ok: Ok, office: None) -> None:
    ok("add-task", "Visit", "--due", "fri 10:00", "--minutes", "45")
    ok("log-meeting", "Mara", "held", "--minutes", "30", "--note", "saw it")
    out = ok("export-ics", "--only", "meetings", "--remind", "15")
    assert out.count("BEGIN:VEVENT") == 2
    assert out.count("TRIGGER:-PT15M") == 1
    assert "2 unchanged" in ok("import-ics", "-", stdin=out.encode())
    ok(
        "import-ics",
        "-",
        stdin=out.replace("20260306T100000Z", "20260306T150000Z").replace("20260306T104500Z", "20260306T154500Z").encode(),
    )
    assert [task["due_at"][11:16] for task in tasks(ok)] == ["15:00"]


@pytest.mark.parametrize("file", [b"", b"\xff\xfe\x00", b"BEGIN:VCARD\r\nEND:VCARD\r\n", b"a" * (16 * 1024 * 1024 + 1)])
def test_what_is_no_calendar_is_refused(crm: Crm, office: None, file: bytes) -> None:
    ran = crm("import-ics", "-", stdin=file)
    assert ran.code in (2, 5)
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize("event", [
    "", "UID:x\r\n", "DTSTART:rubbish\r\n", "DTSTART:99991231T000000Z\r\n", "DTSTART:00010101\r\n",
    "DTSTART:20260306T100000Z\r\nRRULE:nonsense\r\n",
    "DTSTART:20260306T100000Z\r\nRRULE:FREQ=SECONDLY\r\n", "DTSTART:19000306T100000Z\r\nRRULE:FREQ=DAILY\r\n",
    "DTSTART:20260306T100000Z\r\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30\r\n", "DTSTART:20260306T100000Z\r\nDTEND:bad\r\nRRULE:FREQ=X\r\n",
    "DTSTART:20260306T100000Z\r\nRRULE:FREQ=DAILY;INTERVAL=0\r\n",
    "BEGIN:VEVENT\r\n" * 3000 + "DTSTART:bad\r\n" + "END:VEVENT\r\n",
])  # fmt: skip
def test_an_event_that_cannot_be_read_is_rejected_alone(crm: Crm, office: None, event: str) -> None:
    begun = time.process_time()
    ran = crm("import-ics", "-", stdin=calendar(event, OVER))
    assert ran.code == 6, ran
    assert "1 created" in ran.out
    assert time.process_time() - begun < 3


def test_hostile_words_stay_words(ok: Ok, office: None) -> None:
    words = "\x1b[31m\u202e" + "x" * 5000
    ok("import-ics", "-", stdin=calendar(
        f"UID:{words}\r\nSUMMARY:{words}\r\nDESCRIPTION:{words}\\n=1+1\r\nDTSTART;TZID=No/Where:20260306T100000\r\nDTEND:19990101T000000Z\r\n"
        "ATTENDEE:mailto:" + "a" * 9000 + "\r\nATTACH;ENCODING=BASE64;VALUE=BINARY:" + "QUJD" * 100_000 + "\r\n"
    ))  # fmt: skip
    (task,) = tasks(ok)
    assert (len(task["title"]), task["minutes"], task["due_at"]) == (1000, 0, "2026-03-06T10:00:00Z")
    assert "\x1b" not in ok("list-tasks")


def test_without_the_package_for_calendars_one_sentence_says_so(crm: Crm, office: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "icalendar", None)
    ran = crm("import-ics", "-", stdin=calendar(OVER))
    assert (ran.code, ran.out) == (1, "")
    assert "pip install 'crmtui[calendar]'" in ran.err


# ── documents and mentions


def test_a_document_is_written_from_stdin_or_a_folder(ok: Ok, crm: Crm, office: None) -> None:
    ok("add-deal", "Attic", "--client", "Mara")
    assert ok("write-document", "1", "-", "--name", "hi.txt", "--to", "out.txt", stdin=b"To {{ client.name }}\n").startswith(
        "wrote hi-1-2026-03-04.txt"
    )
    assert ok("open-file", "1", "--to", "-") == "To Mara\n"
    ran = crm("check-template", "-", stdin=b"{{ client.nam }}")
    assert ran.code == 5
    assert 'did you mean "client.name"?' in ran.out
    ran = crm("write-document", "1", "-", stdin=b"{{ client.phone }}")
    assert (ran.code, ran.err) == (
        5, 'error: the template "letter.md" needs client.phone, which is empty; crmtui edit-client 1 --phone …\n',
    )  # fmt: skip
    assert crm("write-document", "1", "none").code == 3


def test_a_mention_waits_until_it_is_seen(ok: Ok, crm: Crm, office: None) -> None:
    ok("log-note", "Mara", "ask @ben about oak")
    assert rows(ok("list-mentions", "--format", "json")) == []
    (call,) = rows(ok("list-mentions", "--as", "Ben", "--format", "json"))
    assert (call["client"], call["author"], call["note"]) == ("Mara", "Ann", "ask @ben about oak")
    ok("see-mention", str(call["id"]), "--as", "Ben")
    assert crm("list-mentions", "--for", "Ben").err == "no mentions\n"
    assert len(rows(ok("list-mentions", "--for", "Ben", "--seen", "--format", "json"))) == 1
