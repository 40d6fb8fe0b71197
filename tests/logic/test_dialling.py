"""Dialling: which number is dialled, and the command that dials it, run for real."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from crmtui.activities import dialling
from crmtui.clients import clients
from crmtui.errors import CrmError, Failed, NotFound, Refused, Unreadable
from crmtui.store.connection import Base
from crmtui.store.tables import ContactPoint

pytestmark = pytest.mark.usefixtures("base")


@pytest.fixture
def ann(base: Base) -> int:
    return clients.add({"name": "Ann", "phones": ["mobile: +371 2612-3456"]}).id


@pytest.mark.parametrize(
    ("phone", "dialled"),
    [
        ("+371 2612-3456", "+37126123456"), ("00371 2612 3456", "+37126123456"), ("+1 (202) 555-0101 ext 7", "+12025550101"),
        ("(555) 0100", "5550100"), ("831.605.2433x72946", "8316052433"), ("555 0100 ext. 12", "5550100"), ("112", "112"),
    ],
)  # fmt: skip
def test_a_number_is_dialled_without_what_makes_it_readable_and_without_its_extension(phone: str, dialled: str) -> None:
    assert dialling.number(clients.add({"name": "Ann", "phones": [phone]}).id) == dialled


def test_a_local_number_is_dialled_with_the_country_that_is_configured(settings: Callable[[str], None]) -> None:
    client = clients.add({"name": "Ann", "phones": ["2612 3456"]}).id
    assert dialling.number(client) == "26123456"
    settings('phone_region = "LV"')
    assert dialling.number(client) == "+37126123456"


def test_the_main_phone_is_dialled_and_the_next_one_where_it_is_no_number(ann: int) -> None:
    clients.edit(ann, {"phones": ["+37126123456", "+37126999999"]})
    assert dialling.number(ann) == "+37126123456"
    ContactPoint.update(value="ask Ben").where(ContactPoint.position == 0).execute()
    assert dialling.number(ann) == "+37126999999"


@pytest.mark.parametrize(
    ("phones", "told"),
    [([], "Ann has no phone"), (["+999 123"], '"+999 123" of Ann cannot be dialled'), (["00 1 23"], '"00 1 23" of Ann cannot be dialled')],
)
def test_a_client_without_a_number_to_dial_is_refused_with_what_to_do(phones: list[str], told: str) -> None:
    client = clients.add({"name": "Ann", "phones": phones}).id
    with pytest.raises(Refused) as refused:
        dialling.number(client)
    assert refused.value.sentence == told
    assert refused.value.hint == "give one: crmtui edit-client 1 --phone NUMBER"


def test_the_command_gets_the_number_as_a_part_of_one_argument_and_nobody_waits(
    ann: int, tmp_path: Path, settings: Callable[[str], None]
) -> None:
    """The program waits until the call has returned, then writes down what it was given, whether it leads a session, and its input."""
    program, go, seen = (tmp_path / name for name in ("dial it", "go", "seen"))
    program.write_text(
        f"#!{sys.executable}\nimport json, os, pathlib, sys, time\n"
        f"while not os.path.exists({str(go)!r}): time.sleep(0.01)\n"
        "told = json.dumps([sys.argv[1:], os.getsid(0) == os.getpid(), sys.stdin.read()])\n"
        f"pathlib.Path('{seen}.part').write_text(told)\nos.rename('{seen}.part', '{seen}')\n"
    )
    program.chmod(0o700)
    settings(f'dial = \'"{program}" --to "tel:{{number}};$(touch {tmp_path}/shell)" -q\'')
    given = ["--to", f"tel:+37126123456;$(touch {tmp_path}/shell)", "-q"]
    assert dialling.dial(ann) == [str(program), *given]
    go.touch()
    assert json.loads(written(seen)) == [given, True, ""]
    assert not (tmp_path / "shell").exists()


def written(file: Path) -> str:
    """What is in a file once it is there."""
    until = time.monotonic() + 5
    while not file.exists() and time.monotonic() < until:
        time.sleep(0.01)
    return file.read_text()


@pytest.mark.parametrize(
    ("setting", "error", "told"),
    [
        ("", Refused, "no command that dials is configured; the setting dial: write it like dial ="),
        (" ", Refused, "no command that dials"),
        (
            "/nowhere/dial {number}",
            Failed,
            '"/nowhere/dial" cannot be started: No such file or directory; name a program: the setting dial',
        ),
        ("linphonecsh dial", Unreadable, "it has no {number}"),
        ("{number}", Unreadable, "it has no {number}"),
        ("'dial {number}", Unreadable, "the setting dial is"),
    ],
)
def test_what_cannot_be_dialled_with_says_which_setting_to_mend(
    ann: int, settings: Callable[[str], None], setting: str, error: type[CrmError], told: str
) -> None:
    settings(f'dial = "{setting}"')
    with pytest.raises(error) as refused:
        dialling.dial(ann)
    assert told in str(refused.value)


def test_nobody_is_dialled_who_is_not_there(settings: Callable[[str], None]) -> None:
    settings('dial = "true {number}"')
    with pytest.raises(NotFound):
        dialling.dial(99)
