"""The table of actions: each leads somewhere, no key is lost, and all that a rep does in the shell can be done here."""

from __future__ import annotations

from collections import defaultdict
from importlib import import_module

import pytest

from commands import registry
from crmtui.errors import Unreadable
from screens import actions, app
from screens.actions import ACTIONS, Action
from screens.app import PAGES, VIEWS, CrmApp
from screens.view import View

REACHED = {
    "add-client": "add.client", "edit-client": "edit", "show-client": "find", "list-clients": "go.clients", "delete-client": "delete",
    "convert-lead": "lead.convert", "disqualify-lead": "lead.disqualify", "tag-client": "tag", "untag-client": "untag",
    "search": "find", "add-deal": "deal.add", "edit-deal": "edit", "show-deal": "find", "list-deals": "go.pipeline",
    "move-deal": "deal.stage", "delete-deal": "delete", "tag-deal": "tag", "untag-deal": "untag", "log-call": "log.call",
    "log-email": "log.email", "log-meeting": "log.meeting", "log-note": "log.note", "log-message": "log.message",
    "list-interactions": "go.reports", "add-task": "task.add", "complete-task": "task.complete", "edit-task": "edit",
    "snooze-task": "task.snooze", "show-task": "edit", "delete-task": "delete", "list-tasks": "go.agenda", "add-purchase": "purchase",
    "edit-purchase": "edit", "attach": "attach", "list-files": "find", "open-file": "edit", "detach": "detach", "report": "go.reports",
    "undo": "undo", "redo": "redo", "history": "history", "find-duplicates": "duplicates", "merge-clients": "merge",
    "not-duplicates": "duplicates", "import-csv": "import", "suggest": "suggestions", "hide-suggestion": "suggestion.hide",
    "check-task": "edit", "delegate-task": "owner", "agenda": "go.agenda", "write-document": "document", "list-templates": "document",
    "hand-over": "hand.over", "list-mentions": "go.home", "see-mention": "mention.see", "digest": "go.home",
}  # fmt: skip
"""The commands of a rep's day, each with the action by which the same is done or seen."""


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
def test_every_action_leads_somewhere(action: Action) -> None:
    where, _, method = action.target.partition(":")
    if where == "go":
        assert method in VIEWS
    elif where == "app":
        assert hasattr(CrmApp, f"do_{method}")
    elif where == "view":
        places = [target for _, target in VIEWS.values()] + list(PAGES.values())
        kinds: list[type[View]] = [getattr(import_module(place.partition(":")[0]), place.partition(":")[2]) for place in places]
        assert any(hasattr(kind, f"do_{method}") for kind in kinds)
    else:
        assert callable(getattr(import_module(where), method))


def test_two_actions_share_a_key_only_where_what_is_chosen_decides() -> None:
    holders: dict[str, list[Action]] = defaultdict(list)
    for action in ACTIONS:
        for key in action.keys.split(","):
            holders[key].append(action)
    shared = {key: [action.name for action in found] for key, found in holders.items() if len(found) > 1}
    assert shared == {"delete": ["calls.leave_out", "delete"], "x": ["task.complete", "suggestion.hide", "mention.see"]}


@pytest.mark.parametrize("name", ["plain", "vi"])
def test_no_key_map_gives_one_key_to_two_actions(name: str) -> None:
    changed = actions.keymap(name, {})
    decided = ("calls.leave_out", "suggestion.hide", "mention.see")
    keys = [key for action in ACTIONS if action.name not in decided for key in actions.keys_of(action.name, changed)]
    keys += [key for moved, pressed in changed.items() if moved.startswith("move.") for key in pressed.split(",")]
    assert len(keys) == len(set(keys))


def test_whatever_a_rep_does_in_the_shell_can_be_done_by_keys() -> None:
    areas = {entry.name for entry in registry.ENTRIES if entry.area in ("Clients", "Deals", "Activities", "Files", "Reports")}
    later = {"restore-client", "restore-deal", "list-tags", "add-rate", "list-rates"}  # undo restores; the others are for setting up
    assert areas - later - set(REACHED) <= UNSEEN
    assert set(REACHED.values()) <= set(actions.BY_NAME)


UNSEEN = {"capture-lead", "free-slots", "notify", "check-template"}
"""Commands for scripts, for the clock, for writing to somebody from the shell, and for putting the data in order."""


def test_a_key_map_with_an_unknown_action_is_refused() -> None:
    with pytest.raises(Unreadable, match=r'no action "log\.cal" in the setting keys; did you mean "log\.call"\?'):
        actions.keymap("plain", {"log.cal": "f3"})


def test_own_keys_stand_over_the_key_map() -> None:
    assert actions.keymap("vi", {"find": "f3", "move.up": "up"})["move.up"] == "up"
    assert actions.keys_of("find", actions.keymap("plain", {"find": "f3,slash"})) == ["f3", "slash"]


def test_every_view_and_page_is_there() -> None:
    assert set(VIEWS) == {"home", "pipeline", "clients", "agenda", "calls", "reports"}
    for place in [*(target for _, target in VIEWS.values()), *PAGES.values()]:
        module, _, kind = place.partition(":")
        assert issubclass(getattr(import_module(module), kind), View)
    assert app.PULSE_SECONDS <= 1
