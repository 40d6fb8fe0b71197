"""Who may know whom, proved by running; and what a file of the house may hold, read off its lines."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest

from tests.house.places import PACKAGES, ROOT, files, modules, named

pytestmark = pytest.mark.xdist_group("the trees of all files, read once")

DRAWING = "crmtui.present.drawing"
KEEPERS = {"commands/app.py", "screens/app.py"}
LONGEST_MODULE, LONGEST_FUNCTION = 400, 50
OURS = list(modules(*PACKAGES))


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def importable(top: str) -> list[str]:
    """The modules under a top package, but for migrations, whose names are numbers."""
    return [module_name(path) for path in OURS if path.is_relative_to(ROOT / top) and "migrations" not in path.parts]


def loaded(code: str, *arguments: str) -> set[str]:
    """The top names of what a fresh interpreter has loaded after this code; of our own, the full ones."""
    told = "import sys, json; print(json.dumps([n if n.split('.')[0] in ('crmtui', 'screens') else n.split('.')[0] for n in sys.modules]))"
    ran = subprocess.run(
        [sys.executable, "-c", f"{code}\n{told}", *arguments], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    assert ran.returncode == 0, ran.stderr
    return set(json.loads(ran.stdout.splitlines()[-1]))


def importing(names: Sequence[str]) -> set[str]:
    return loaded("import sys, importlib\nfor name in sys.argv[1:]: importlib.import_module(name)", *names)


def test_the_crm_itself_loads_neither_typer_nor_textual() -> None:
    assert not importing(importable("crmtui")) & {"typer", "textual", "commands", "screens"}


def test_only_the_drawing_loads_rich() -> None:
    assert "rich" in importing([DRAWING])
    assert "rich" not in importing([name for name in importable("crmtui") if name != DRAWING])


def test_no_command_loads_the_base_or_a_drawing_before_it_runs() -> None:
    assert not importing(importable("commands")) & {"textual", "screens", "rich", "peewee", "dateutil", "pydantic", "babel"}


def test_the_program_answers_for_help_without_typer() -> None:
    assert not loaded("from commands import app; app.run(['--help'])") & {"typer", "peewee", "rich", "textual"}


PLAIN = """
import os, shlex, sys
sys.path.insert(0, os.getcwd())
os.chdir(sys.argv[1])
from commands import app
from commands.registry import ENTRIES
for entry in ENTRIES:
    if entry.name in ("demo", "completion", "export-vcard", "export-ics") or "|" in entry.example:
        continue
    words = shlex.split(entry.example)[1:]
    words += ["--format", "json"] if entry.name in ("report", "digest") else []
    app.run(words)
    for name in ("textual", "screens", "rich.console", "dateutil", "pydantic"):
        if name in sys.modules:
            raise SystemExit(f"{entry.name} has loaded {name}")
"""


def test_no_plain_command_loads_textual_dateutil_pydantic_or_what_draws_with_rich(demo_base: Path, tmp_path: Path) -> None:
    """Of Rich a list may load the table of character widths, where names are in wide scripts; vCards and calendars need dateutil."""
    loaded(PLAIN, str(tmp_path))


@cache
def tree(path: Path) -> ast.Module:
    """What a file says, read once for all tests."""
    return ast.parse(path.read_text("utf-8"))


def nodes(*kinds: type[ast.AST], within: Sequence[Path] = OURS) -> Iterator[tuple[Path, ast.AST]]:
    for path in within:
        for node in ast.walk(tree(path)):
            if isinstance(node, kinds):
                yield path, node


def place(path: Path, node: ast.AST) -> str:
    return f"{named(path)}:{getattr(node, 'lineno', 1)}"


def test_sqlite_is_named_only_in_the_data_layer() -> None:
    found = [
        place(path, node)
        for path, node in nodes(ast.Import, ast.ImportFrom)
        if not path.is_relative_to(ROOT / "crmtui" / "store")
        and {"sqlite3", "pysqlite3"} & {(getattr(node, "module", None) or alias.name).split(".")[0] for alias in node.names}  # type: ignore[attr-defined]
    ]
    assert found == []


def test_the_crm_itself_never_prints() -> None:
    found = [
        place(path, node)
        for path, node in nodes(ast.Call)
        if named(path).startswith("crmtui/") and isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert found == []


def test_only_the_two_keepers_catch_everything() -> None:
    found = [
        place(path, node)
        for path, node in nodes(ast.ExceptHandler)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException")))
        and named(path) not in KEEPERS
    ]
    assert found == []


def test_every_module_says_what_lives_in_it() -> None:
    everywhere = modules(*PACKAGES, "tests", "bench")
    silent = [named(path) for path in everywhere if not ast.get_docstring(tree(path))]
    assert silent == []


def test_every_public_function_says_what_it_does() -> None:
    found = [
        place(path, node)
        for path in OURS
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node)
        if "migrations" not in path.parts
    ]
    assert found == []


def test_no_module_is_longer_than_it_can_be_read() -> None:
    written = list(modules(*PACKAGES, "bench"))
    lengths = {named(path): len(path.read_text("utf-8").splitlines()) for path in written}
    assert {name: length for name, length in lengths.items() if length > LONGEST_MODULE} == {}
    functions = [
        place(path, node)
        for path, node in nodes(ast.FunctionDef, ast.AsyncFunctionDef, within=written)
        if node.end_lineno - node.lineno >= LONGEST_FUNCTION  # type: ignore[attr-defined]
    ]
    assert functions == []


HOSTS = [".".join(name) for name in (("pypi", "org"), ("pythonhosted", "org"), ("registry", "npmjs"), ("deb", "debian", "org"))]
OF_ONE_MACHINE = re.compile(r"(?<![\w.~])/(?:home|root|Users|work|workspace|builds|farm|mnt|opt|srv)/\w")


def test_no_file_names_a_package_host_or_a_folder_of_one_machine() -> None:
    found = []
    for file in files():
        try:
            text = file.read_text("utf-8")
        except UnicodeDecodeError:  # a picture
            continue
        lines = text.splitlines()
        found += [f"{named(file)}:{i}" for i, line in enumerate(lines, 1) if OF_ONE_MACHINE.search(line) or any(h in line for h in HOSTS)]
    assert found == []


def test_the_leaves_of_the_tree_are_where_they_say() -> None:
    assert not (ROOT / "crmtui" / "__main__.py").exists()
    assert not {"commands", "screens"} & {path.name for path in (ROOT / "tests").iterdir()}
