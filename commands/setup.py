"""Commands that set up: the demo, the settings, completion."""

from __future__ import annotations

from typing import Annotated, Literal

from typer import Argument, Option

from commands.parameters import asked, current_format
from commands.results import Done, Drawn, Listing, Printed


def demo(*, reports: Annotated[bool, Option(help="Print the dashboard and the funnel too.")] = True) -> Done:
    """Fill an empty base with a made-up company, then show its dashboard, its funnel, and what to type next."""
    from commands import output
    from crmtui import demo as company
    from crmtui.reports import registry

    filled = company.fill()
    if reports and current_format() == "table":
        for name in ("today", "funnel"):
            output.put(Drawn(registry.run(name, registry.Options())), "table")
        for line in ["", "To go on with the demo company, type:", *_known_to_the_shell(), *_NEXT.splitlines()]:
            output.say(line)
    return Done(f"made a demo company: {filled.clients} clients, {filled.deals} deals", filled, None)


def _known_to_the_shell() -> list[str]:
    """What lets the shell find the program, when it is in a virtual environment that is not active, and the base."""
    import shlex
    import shutil
    import sys

    from crmtui.store.connection import current

    found = shutil.which("crmtui") or sys.prefix == sys.base_prefix
    activate = [] if found else [f"  . {shlex.quote(f'{sys.prefix}/bin/activate')}"]
    return [*activate, f"  export CRMTUI_DB={shlex.quote(str(current().path))}"]


_NEXT = """\
  crmtui list-tasks                                   what is to be done
  crmtui show-client 1                                a client on one page
  crmtui log-call 1 reached --next 'send offer' --due 'fri 10:00'
  crmtui list-deals --outcome open --sort value --descending
  crmtui report kpi                                   how the team did this month
  crmtui undo                                         takes back the last thing you did
"""


def config(
    *, template: Annotated[bool, Option("--template", help="Print a configuration file to start from.")] = False
) -> Listing | Printed:
    """Show every setting with what it does, and where the file is."""
    from crmtui import config as settings
    from crmtui.present import lists

    if template:
        return Printed(settings.template())
    file = settings.path()
    read = f"read from {file}" if file.exists() else f"there is no file {file}; --template prints one to start from"
    return Listing(settings.listed(asked("db") or "", asked("acting") or ""), lists.SETTINGS, settings.Setting, more=read)


def completion(shell: Annotated[Literal["bash", "zsh", "fish"], Argument(help="Which shell.")]) -> Printed:
    """Print the completion script of a shell; names come live from the base."""
    from commands.completion import script

    return Printed(script(shell))
