"""Commands on the playbook: its rules shown, checked, and those on time run."""

from __future__ import annotations

from commands.results import Listing


def show_playbooks() -> Listing:
    """Show the rules of the playbook in words: what each is on, what it does, what is wrong with it."""
    from crmtui.present import lists
    from crmtui.sales import playbooks
    from crmtui.sales.playbooks import words

    return Listing(words.cards(), lists.RULES, words.RuleCard, empty=f"no rules: {playbooks.place()} has none, or there is no such file")


def check_playbooks() -> Listing:
    """Check the playbook against the base: every mistake with its line and rule. Exits with 5 when there is one."""
    from crmtui.present import lists
    from crmtui.sales.playbooks import checking, reading
    from crmtui.sales.playbooks.rules import Problem

    book = reading.book()
    found = checking.problems(book)
    count = len(book.rules)
    return Listing(found, lists.PROBLEMS, Problem, empty=f"{count} rule{'' if count == 1 else 's'}, no mistake", code=5 if found else 0)


def run_playbooks() -> Listing:
    """Fire the rules on time: what nobody has touched for so long. For cron; each fires once for a record until it is touched again."""
    from crmtui.present import lists
    from crmtui.sales.playbooks import clock

    return Listing(clock.run(), lists.FIRED, clock.Ran, empty="no rule fired")
