"""What the contract of the command line promises of every command, checked on every command that is registered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from commands import log, registry
from tests.cli import lines
from tests.cli.books import contents
from tests.conftest import Ran

Crm = Callable[..., Ran]
Fresh = Callable[[], Path]

UNREADABLE = {"AMOUNT", "WHEN", "DAY", "PERIOD", "NUMBER", "YEAR", "CODE", "MAIL", "RULE", "SYSTEM:ID", "COLUMN=FIELD"}
"""What an option calls values that not every text is."""

every_command = pytest.mark.parametrize("name", lines.EVERY)
every_command_with_references = pytest.mark.parametrize("name", lines.TAKING_REFERENCES)


def feed(crm: Crm, name: str) -> bytes:
    """What the example's pipe would give the command to read."""
    before = lines.example(name).before
    return crm(*before).out.encode() if before else b""


def plain(text: str) -> str:
    """Help without the breaks and margins of its lines."""
    return " ".join(text.split())


# ── help


@every_command
def test_help_tells_what_it_does_every_parameter_and_an_example(crm: Crm, name: str) -> None:
    ran = crm(name, "--help")
    told = plain(ran.out)
    assert (ran.code, ran.err) == (0, "")
    assert lines.harmless(ran)
    assert plain(lines.command(name).help) in told
    assert plain(registry.BY_NAME[name].example) in told
    silent = [each.name for each in lines.command(name).params if not each.help or plain(each.help) not in told]
    assert silent == []


def test_the_overview_lists_every_command_under_its_area(crm: Crm) -> None:
    told = crm("--help").out
    assert all(f"\n{entry.area}\n" in told and f"  {entry.name} " in told and entry.help in told for entry in registry.ENTRIES)
    assert max(map(len, told.splitlines()[5:-3])) <= 79


def test_without_a_terminal_and_a_command_the_help_goes_to_stderr(crm: Crm) -> None:
    ran = crm()
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("Usage: crmtui ")


# ── wrong usage


def test_an_unknown_command_gets_a_suggestion(crm: Crm) -> None:
    ran = crm("lst-clients")
    assert ran.err == 'error: no command "lst-clients"; did you mean "list-clients"?\n'
    assert lines.is_refusal(ran, 2)


@pytest.mark.parametrize("words", [["-x"], ["--frobnicate"], ["--db"], ["\x1b[31m"], [""]])
def test_what_is_no_command_is_wrong_usage(crm: Crm, words: list[str]) -> None:
    assert lines.is_refusal(crm(*words), 2)


@every_command
def test_an_unknown_option_is_refused_with_where_to_look(crm: Crm, name: str) -> None:
    ran = crm(name, "--qqqqq")
    assert lines.is_refusal(ran, 2)
    assert ran.err == f"error: no such option: --qqqqq; see crmtui {name} --help\n"


@every_command
def test_a_misspelt_option_gets_a_suggestion(crm: Crm, name: str) -> None:
    option = next(iter(each.opts[0] for each in lines.command(name).params if each.param_type_name == "option"))
    ran = crm(name, f"{option}s")
    assert lines.is_refusal(ran, 2)
    assert f'did you mean "{option}"?' in ran.err


@every_command
def test_a_missing_or_superfluous_argument_is_wrong_usage(crm: Crm, twins: Fresh, name: str) -> None:
    twins()
    wanted = lines.arguments(name)
    if any(each.required for each in wanted):
        assert lines.is_refusal(crm(name), 2)
    if all(each.nargs == 1 for each in wanted):
        assert lines.is_refusal(crm(name, *["1"] * (len(wanted) + 1)), 2)


@every_command
def test_an_option_without_its_value_is_wrong_usage(crm: Crm, name: str) -> None:
    for option in lines.options(name):
        ran = crm(*lines.example(name).words()[:1], option.opts[0])
        assert lines.is_refusal(ran, 2), (option.opts, ran)
        assert option.opts[0] in ran.err


# ── values that cannot be read, records that are not there


def refusals(crm: Crm, twins: Fresh, name: str, wrong: dict[str, str], *codes: int) -> Iterator[tuple[str, Ran]]:
    """Run the example with each of the wrong values in its place; each must be refused and leave the base as it was."""
    path = twins()
    food = feed(crm, name)
    before = contents(path)
    for parameter, template in lines.variants(name):
        if parameter in wrong:
            ran = crm(*lines.filled(template, wrong[parameter]), stdin=food)
            assert lines.is_refusal(ran, *codes), (parameter, ran)
            assert contents(path) == before, parameter
            yield parameter, ran


def choices(name: str) -> dict[str, Any]:
    """The parameters that take one of a few words, with these words."""
    return {each.name: each.type.choices for each in lines.command(name).params if hasattr(each.type, "choices")}


@every_command
def test_a_word_that_is_no_choice_is_refused_with_the_choices(crm: Crm, twins: Fresh, name: str) -> None:
    known = choices(name)
    for parameter, ran in refusals(crm, twins, name, dict.fromkeys(known, "nonsense"), 2):
        assert all(word in ran.err for word in known[parameter])


@every_command
def test_a_number_that_is_none_is_refused(crm: Crm, twins: Fresh, name: str) -> None:
    numbers = [each.name for each in lines.command(name).params if "integer" in each.type.name]
    for value in ("many", "-7", "9" * 30, "1.5", "") if numbers else ():
        assert len(list(refusals(crm, twins, name, dict.fromkeys(numbers, value), 2, 3, 5))) == len(numbers)


@every_command_with_references
def test_a_reference_that_nobody_answers_to_is_not_found(crm: Crm, twins: Fresh, name: str) -> None:
    references = {parameter: "zzqx" for parameter, reader in lines.readers(name).items() if reader.noun}
    for _, ran in refusals(crm, twins, name, references, 3):
        assert '"zzqx"' in ran.err


@every_command_with_references
def test_no_reference_is_taken_for_anything_else(crm: Crm, twins: Fresh, name: str) -> None:
    for ref in ("999999", "0", "9" * 40, "", " ", "'", '"', "%", "*", "NOT", "zz OR qx", "name:x"):
        references = {parameter: ref for parameter, reader in lines.readers(name).items() if reader.noun}
        assert len(list(refusals(crm, twins, name, references, 3))) == len(references)


@every_command_with_references
def test_an_ambiguous_reference_is_refused_with_the_candidates(crm: Crm, twins: Fresh, name: str) -> None:
    references = {parameter: "twin" for parameter, reader in lines.readers(name).items() if reader.noun}
    for _, ran in refusals(crm, twins, name, references, 4):
        assert '"twin" may be 2 ' in ran.err
        assert "say which by its id: " in ran.err


@every_command
def test_a_value_that_cannot_be_read_is_refused(crm: Crm, twins: Fresh, name: str) -> None:
    own = [*lines.options(name), *lines.arguments(name)]
    unreadable = {each.name: "zzqx" for each in own if each.metavar in UNREADABLE}
    for _, ran in refusals(crm, twins, name, unreadable, 2, 5):
        assert "zzqx" in ran.err


@every_command
def test_a_worker_whom_nobody_knows_is_refused(crm: Crm, twins: Fresh, name: str) -> None:
    if registry.BY_NAME[name].needs_base and "--db" not in lines.example(name).options:  # a base of its own knows nobody yet
        assert [ran.code for _, ran in refusals(crm, twins, name, {"acting": "zzqx"}, 3)] == [3]
        assert [ran.code for _, ran in refusals(crm, twins, name, {"acting": "twin"}, 4)] == [4]


@pytest.mark.parametrize(
    ("words", "candidates"),
    [
        (("show-client", "twin"), ("1 Ann Twin-Berg", "2 Bob Twin-Berg")),
        (("show-deal", "twin door"), ("1 Twin door for Ann", "2 Twin door for Bob")),
        (("list-tasks", "--for", "twin"), ("1 Ann Twin", "2 Bob Twin")),
        (("edit-stage", "twin start", "--probability", "5"), ("Twin sales Ann/Twin start", "Twin sales Bob/Twin start")),
        (("move-deal", "1", "twin"), ()),
        (("list-stages", "--pipeline", "twin"), ("Twin sales Ann", "Twin sales Bob")),
    ],
)
def test_the_candidates_are_told_apart(crm: Crm, twins: Fresh, words: tuple[str, ...], candidates: tuple[str, ...]) -> None:
    twins()
    ran = crm(*words)
    assert lines.is_refusal(ran, 4 if candidates else 3)
    assert all(each in ran.err for each in candidates)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("show-client", "anx twin berg"), 'error: no client "anx twin berg"; nearest: 1 Ann Twin-Berg\n'),
        (("move-deal", "1", "wonn"), 'error: no stage "wonn" in pipeline "Sales"; did you mean "Won"?'),
        (("report", "pipelin"), 'error: no report "pipelin"; did you mean "pipeline"?'),
        (("edit-stage", "lst"), 'error: no stage "lst"; did you mean "Lost"?'),
        (("history", "client", "zzqx"), 'error: no client "zzqx"\n'),
        (("history", "client"), "error: "),
    ],
)
def test_what_is_not_found_comes_with_what_is_near(crm: Crm, twins: Fresh, words: tuple[str, ...], sentence: str) -> None:
    twins()
    ran = crm(*words)
    assert lines.is_refusal(ran, 2 if words == ("history", "client") else 3)
    assert ran.err.startswith(sentence)


def test_a_day_that_may_be_a_month_is_left_to_a_person(crm: Crm, twins: Fresh) -> None:
    path = twins()
    before = contents(path)
    ran = crm("add-task", "Call", "--due", "03/04/2027")
    assert lines.is_refusal(ran, 7)
    assert contents(path) == before


@pytest.mark.parametrize("place", ["missing/\0", "postgresql://host/db", "", "."])
def test_a_base_that_cannot_be_opened_is_refused(crm: Crm, place: str) -> None:
    assert lines.is_refusal(crm("list-clients", "--db", place), 1, 2, 5)


def test_a_file_that_is_no_base_is_left_alone(crm: Crm, folder: Path) -> None:
    (folder / "letter.txt").write_text("Dear Sir or Madam, " * 1000)
    assert lines.is_refusal(crm("add-client", "Ann", "--db", "letter.txt"), 1)
    assert (folder / "letter.txt").read_text() == "Dear Sir or Madam, " * 1000


# ── what every command does


@every_command
def test_the_example_does_what_it_says(crm: Crm, full: Fresh, clear: Callable[[], None], name: str) -> None:
    """Twice from the same base at the same moment: exit code 0, harmless, and the same to the byte."""
    seen = []
    for _ in range(2):
        clear() if name == "demo" else full()
        ran = crm(*lines.example(name).words(), stdin=feed(crm, name))
        assert ran.code == 0, ran
        assert lines.harmless(ran)
        assert ran.out or "--output" in lines.example(name).options
        seen.append(ran)
    assert seen[0] == seen[1]


@every_command
def test_a_rehearsal_changes_nothing(crm: Crm, twins: Fresh, name: str) -> None:
    if not any(each.name in ("rehearse", "dry_run") for each in lines.command(name).params):
        return
    path = twins()
    food = feed(crm, name)
    before = contents(path)
    ran = crm(*lines.example(name).words("--dry-run"), stdin=food)
    assert ran.code == 0, ran
    assert contents(path) == before


@every_command
def test_a_command_that_only_reads_changes_nothing(crm: Crm, twins: Fresh, name: str) -> None:
    if registry.BY_NAME[name].changes or name in ("undo", "redo", "demo"):
        return
    path = twins()
    before = contents(path)
    crm(*lines.example(name).words("--dry-run" if name == "import-csv" else "--db=crm.db"), stdin=feed(crm, name))
    assert contents(path) == before


def test_common_options_may_stand_before_the_command(crm: Crm, twins: Fresh) -> None:
    twins()
    usual = crm("list-clients", "--db", "crm.db", "--format", "json")
    assert usual.code == 0
    assert crm("--db", "crm.db", "--format=json", "list-clients") == usual


def test_findings_leave_with_9_when_asked_to(crm: Crm, full: Fresh) -> None:
    full()
    usual = crm("report", "overdue")
    assert usual.code == 0
    assert crm("report", "overdue", "--fail-on-findings") == Ran(9, usual.out, usual.err)


def test_a_fault_of_the_program_is_one_line_and_its_log_holds_no_data(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "Иванов"

    def fault() -> int:
        try:
            raise KeyError(name)
        except KeyError as why:
            return log.bug(why)

    assert fault() == 1
    told = capsys.readouterr()
    assert (told.out, told.err.count("\n")) == ("", 1)
    assert told.err.startswith("error: crmtui made a mistake (KeyError); nothing was changed; the trace is in ")
    (written,) = folder.rglob("crmtui.log")
    assert name not in written.read_text(encoding="utf-8")
    assert written.stat().st_mode & 0o777 == 0o600
    monkeypatch.setenv("CRMTUI_DEBUG", "1")
    assert fault() == 1
    assert "Traceback" in capsys.readouterr().err


def test_the_version_is_told(crm: Crm) -> None:
    assert crm("--version").out.startswith("crmtui ")
