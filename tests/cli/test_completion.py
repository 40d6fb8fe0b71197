"""Shell completion: the scripts, and what they are answered: commands, options, live names; quick, and never loud."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from commands import registry
from tests.cli import lines
from tests.cli.places import environment, program
from tests.conftest import Ran

Crm = Callable[..., Ran]
Ok = Callable[..., str]


@pytest.fixture
def offered(crm: Crm, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """What completion offers for the last of the words typed: `offered("show-client", "an")`."""

    def ask(*words: str, shell: str = "zsh") -> list[str]:
        monkeypatch.setenv("_CRMTUI_COMPLETE", shell)
        monkeypatch.setenv("COMP_CWORD", str(len(words)))
        monkeypatch.setattr(sys, "argv", ["crmtui", *words])
        ran = crm()
        monkeypatch.delenv("_CRMTUI_COMPLETE")
        assert (ran.code, ran.err) == (0, "")
        assert lines.harmless(ran)
        return ran.out.splitlines()

    return ask


def test_the_beginning_of_a_command_becomes_the_commands_that_begin_so(offered: Callable[..., list[str]]) -> None:
    assert offered("") == [entry.name for entry in registry.ENTRIES]
    assert offered("list-") == [name for name in lines.EVERY if name.startswith("list-")]
    assert offered("zzqx") == []
    assert offered() == [entry.name for entry in registry.ENTRIES]


@pytest.mark.parametrize("name", lines.EVERY)
def test_every_option_of_every_command_is_offered(offered: Callable[..., list[str]], name: str) -> None:
    known = {opt for each in lines.command(name).params for opt in each.opts if opt.startswith("--")}
    assert known <= set(offered(name, "--"))
    assert known >= {"--db", "--as"}


@pytest.mark.parametrize("name", lines.EVERY)
def test_every_choice_of_an_option_is_offered(offered: Callable[..., list[str]], name: str) -> None:
    for option in lines.options(name):
        if hasattr(option.type, "choices"):
            assert offered(name, option.opts[0], "") == list(option.type.choices)


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (("show-client", "an"), ["Ann Twin-Berg"]),
        (("show-client", "twin"), ["Ann Twin-Berg", "Bob Twin-Berg"]),
        (("move-deal", "door for b"), ["Twin door for Bob"]),
        (("move-deal", "1", "pro"), ["Proposal"]),
        (("complete-task", "twin"), ["Twin call to Ann", "Twin call to Bob"]),
        (("add-deal", "Roof", "--client", "bob"), ["Bob Twin-Berg"]),
        (("add-deal", "Roof", "--product", "glass b"), ["Twin glass Bob"]),
        (("list-clients", "--owner", "ann"), ["Ann Twin"]),
        (("list-clients", "--as", "b"), ["Bob Twin"]),
        (("list-deals", "--pipeline", "sal"), ["Sales", "Twin sales Ann", "Twin sales Bob"]),
        (("log-call", "--incoming", "ann"), ["Ann Twin-Berg"]),
        (("log-call", "--minutes", "5", "ann"), ["Ann Twin-Berg"]),
        (("list-clients", "--sort=name", "--owner", "ann"), ["Ann Twin"]),
        (("history", "d"), ["deal"]),
        (("history", "client", "ann"), ["Ann Twin-Berg"]),
        (("report", "pi"), ["pipeline"]),
        (("export-csv", ""), ["clients", "deals", "products", "reps", "interactions", "tasks", "purchases", "pipelines"]),
        (("import-csv", "clients", ""), []),
        (("completion", "b"), ["bash"]),
        (("zzqx", ""), []),
        (("list-clients", "--tag", "zzqx"), []),
    ],
)
def test_names_come_live_from_the_base(
    offered: Callable[..., list[str]], twins: Callable[[], Path], words: tuple[str, ...], names: list[str]
) -> None:
    twins()
    assert offered(*words) == names


def test_the_base_named_on_the_line_is_asked(offered: Callable[..., list[str]], twins: Callable[[], Path], folder: Path) -> None:
    shutil.move(twins(), folder / "other.db")
    assert offered("show-client", "an") == []
    assert offered("show-client", "--db", "other.db", "an") == ["Ann Twin-Berg"]
    assert not (folder / "crm.db").exists()


@pytest.mark.parametrize(
    "word", ["\x1b[31m", "'", '"', "a b'", "\\", "%", "(", "Ö", "김", "\udcff", "x" * 2000, "-", "--", "--zzqx", "$(id)"]
)
def test_no_word_makes_completion_loud(offered: Callable[..., list[str]], twins: Callable[[], Path], word: str) -> None:
    twins()
    for before in ((), ("show-client",), ("list-deals", "--client"), ("history", "deal"), ("zzqx",)):
        offered(*before, word)


def test_a_base_that_is_broken_or_missing_makes_no_noise(offered: Callable[..., list[str]], folder: Path) -> None:
    assert offered("show-client", "a") == []
    (folder / "crm.db").write_text("Dear Sir or Madam, " * 1000)
    assert offered("show-client", "a") == []
    (folder / "config.toml").write_text("nonsense")
    assert offered("show-client", "a") == []


def test_names_that_cannot_be_typed_are_not_offered(offered: Callable[..., list[str]], ok: Ok) -> None:
    for name in ("Ann\nLee", "Ann\x1b[31m", "Ann O'Neil $(id)"):
        ok("add-client", name)
    assert offered("show-client", "ann") == ["Ann O'Neil $(id)"]
    assert offered("show-client", "ann", shell="bash") == ["Ann\\ O\\'Neil\\ \\$\\(id\\)"]


# ── the scripts


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_a_shell_is_printed_and_serves_both_names(ok: Ok, shell: str) -> None:
    script = ok("completion", shell)
    assert "_CRMTUI_COMPLETE" in script
    assert "crmtui" in script
    assert "crm" in script.split()


def test_bash_completes_with_the_script(ok: Ok, twins: Callable[[], Path], folder: Path) -> None:
    twins()
    program(folder)
    (folder / "complete.sh").write_text(ok("completion", "bash"))
    asked = """
        source complete.sh
        ask() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _crmtui "$1"; printf '%s\\n' "${COMPREPLY[@]}" --; }
        ask crmtui show-
        ask crmtui show-client an
        ask crmtui show-client 'Ann\\ Twin'
        ask crmtui list-clients --desc
        complete -p crm
    """
    ran = subprocess.run(["bash", "-c", asked], capture_output=True, text=True, env=environment(folder), check=False)
    assert ran.stdout.splitlines() == [
        *(name for name in lines.EVERY if name.startswith("show-")),
        "--", "Ann\\ Twin-Berg", "--", "Ann\\ Twin-Berg", "--", "--descending", "--",
        "complete -o nosort -F _crmtui crm",
    ]  # fmt: skip


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_the_other_shells_can_read_their_script(ok: Ok, folder: Path, shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"no {shell} here")
    (folder / "script").write_text(ok("completion", shell))
    assert subprocess.run([shell, "-n", "script"], capture_output=True, env=os.environ, check=False).stderr == b""
