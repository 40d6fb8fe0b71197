"""Commands on the playbook: its rules shown, checked, and those on time run."""

from __future__ import annotations

from typing import Annotated

from typer import Option

from commands.results import Finished, Listing, Printed


def show_playbooks(
    *, template: Annotated[bool, Option("--template", help="Print a playbook to start from, with all that a rule can say.")] = False
) -> Listing | Printed:
    """Show the rules of the playbook in words: what each is on, what it does, what is wrong with it."""
    from crmtui.present import lists
    from crmtui.sales import playbooks
    from crmtui.sales.playbooks import words

    if template:
        return Printed(words.template())
    return Listing(words.cards(), lists.RULES, words.RuleCard, empty=f"no rules: {playbooks.place()} has none, or there is no such file")


def check_playbooks() -> Finished:
    """Check the playbook against the base: every mistake with its line and rule. Exits with 5 when there is one."""
    from crmtui.sales.playbooks import checking

    found = checking.check()
    count = f"{found.rules} rule{'' if found.rules == 1 else 's'}"
    lines = [str(each) for each in found.problems] or [f"{count} in {found.file}, no mistake"]
    return Finished(found, lines, code=5 if found.problems else 0)


def run_playbooks() -> Listing:
    """Fire the rules on time: what nobody has touched for so long. For cron; each fires once for a record until it is touched again."""
    from crmtui.present import lists
    from crmtui.sales.playbooks import clock

    return Listing(clock.run(), lists.FIRED, clock.Ran, empty="no rule fired")
