"""Every action of the full screen: its name in a key map, its keys, its words, what it works on, where its code is.

The key bar, the page of keys, the command palette and the key map are all made from this table. An action's `target` is a
view to go to (`go:home`), a method of the view that is shown (`view:add`) or of the app (`app:undo`), both named `do_…`, or a function
`module:name` that takes the app and the subjects. Where two actions share a key, what is chosen decides which of them is meant.
"""

from __future__ import annotations

from collections.abc import Mapping

from textual.binding import Binding

from crmtui.errors import Unreadable, nearest
from crmtui.frozen import dataclass
from screens.sheet import MOVES


@dataclass(frozen=True, slots=True)
class Action:
    """`nouns` are those of the records it works on, none: it needs no record; `many`: it works on all that are marked, as one change.

    `label` is its word in the key bar, empty to stay out of it; `sentence` says it whole.
    """

    name: str
    keys: str
    group: str
    label: str
    sentence: str
    target: str
    nouns: tuple[str, ...] = ()
    many: bool = False


_WITH = ("client", "deal", "task", "interaction")
"""Nouns from which a client can be told: with it people speak."""

ACTIONS: tuple[Action, ...] = (
    Action("go.home", "1", "Go", "", "Home: the business today.", "go:home"),
    Action("go.pipeline", "2", "Go", "", "Pipeline: the deals by stage.", "go:pipeline"),
    Action("go.clients", "3", "Go", "", "Clients.", "go:clients"),
    Action("go.agenda", "4", "Go", "", "Agenda: day, week and month.", "go:agenda"),
    Action("go.calls", "5", "Go", "", "Calls: a queue to ring through.", "go:calls"),
    Action("go.reports", "6", "Go", "", "Reports.", "go:reports"),
    Action("suggestions", "r", "Go", "", "Do next: what to do now, and why.", "screens.suggestions:show"),
    Action("find", "slash", "Go", "find", "Find a client or a deal by any words.", "app:find"),
    Action("palette", "ctrl+p", "Go", "", "Everything that can be done, and every record, by its words.", "app:palette"),
    Action("back", "escape", "Go", "back", "Go back to where you came from.", "app:back"),
    Action("client.open", "k", "Go", "", "Open the client of what is chosen.", "screens.opening:client", ("deal", "task", "interaction")),
    Action("next", "n,right_square_bracket", "Go", "next", "The next record, report or day.", "view:next"),
    Action("previous", "p,left_square_bracket", "Go", "previous", "The one before.", "view:previous"),
    Action("log.call", "c", "Record", "call", "Log a call.", "screens.logging:call", _WITH),
    Action("dial", "D", "Record", "dial", "Dial, and log the call with its length.", "screens.logging:dial", _WITH),
    Action("log.email", "m", "Record", "mail", "Log a mail.", "screens.logging:email", _WITH),
    Action("log.meeting", "M", "Record", "", "Log a meeting.", "screens.logging:meeting", _WITH),
    Action("log.message", "y", "Record", "", "Log a short message.", "screens.logging:message", _WITH),
    Action("log.note", "N", "Record", "note", "Keep a note.", "screens.logging:note", _WITH),
    Action("task.complete", "x", "Record", "done", "Complete the task.", "screens.tasks:complete", ("task",), many=True),
    Action("suggestion.hide", "x", "Record", "hide", "Hide what is suggested, for some days.", "view:hide", ("suggestion",)),
    Action("mention.see", "x", "Record", "seen", "The mention has been seen.", "screens.mentions:see", ("mention",), many=True),
    Action("task.snooze", "z", "Record", "snooze", "Put the task off.", "screens.tasks:snooze", ("task",), many=True),
    Action("task.add", "t", "Record", "task", "Add a task about what is chosen.", "screens.tasks:add", (*_WITH, "rep")),
    Action("deal.forward", "L,shift+right", "Record", "", "Move the deal a stage on.", "screens.deals:forward", ("deal",), many=True),
    Action("deal.backward", "H,shift+left", "Record", "", "Move the deal a stage back.", "screens.deals:backward", ("deal",), many=True),
    Action("deal.stage", "S", "Record", "stage", "Move the deal to a stage.", "screens.deals:stage", ("deal",), many=True),
    Action("deal.won", "w", "Record", "won", "Win the deal.", "screens.deals:won", ("deal",), many=True),
    Action("deal.lost", "W", "Record", "lost", "Lose the deal; asks why.", "screens.deals:lost", ("deal",), many=True),
    Action("deal.next_step", "s", "Record", "step", "Set the deal's next step and its day.", "screens.deals:next_step", ("deal",)),
    Action("deal.add", "d", "Record", "deal", "Add a deal for the client.", "screens.deals:add", ("client", "deal")),
    Action("lead.convert", "C", "Record", "", "Make the lead a prospect with a first deal.", "screens.clients:convert", ("client",)),
    Action("lead.disqualify", "X", "Record", "", "Give the lead up; asks why.", "screens.clients:disqualify", ("client",)),
    Action("edit", "e", "Record", "edit", "Change it.", "screens.opening:edit", ("client", "deal", "task", "purchase")),
    Action("owner", "o", "Record", "owner", "Give it to another rep.", "screens.bulk:owner", ("client", "deal", "task"), many=True),
    Action("tag", "T", "Record", "", "Put tags on it.", "screens.bulk:tag", ("client", "deal"), many=True),
    Action("untag", "ctrl+t", "Record", "", "Take tags off it.", "screens.bulk:untag", ("client", "deal"), many=True),
    Action("status", "K", "Record", "", "Set the client's status.", "screens.bulk:status", ("client",), many=True),
    Action("task.each", "ctrl+n", "Record", "", "A task for each that is marked.", "screens.bulk:task", ("client", "deal"), many=True),
    Action("attach", "F", "Record", "", "Attach a file.", "screens.files:attach", ("client", "deal")),
    Action("document", "O", "Record", "", "Write a document of a template, such as an offer.", "screens.files:write", ("deal",)),
    Action("detach", "ctrl+k", "Record", "", "Take the file off.", "screens.files:detach", ("file",)),
    Action("purchase", "P", "Record", "", "Add something the client bought.", "screens.clients:purchase", ("client",)),
    Action("merge", "ctrl+g", "Record", "", "Make two clients one.", "screens.duplicates:merge", ("client",), many=True),
    Action("history", "i", "Record", "history", "Who changed what, and when.", "screens.opening:history", ("client", "deal", "task")),
    Action("calls.start", "b", "Record", "", "Begin a queue of calls with these.", "screens.calls:begin", _WITH, many=True),
    Action("calls.leave_out", "delete", "List", "", "Take it out of the queue.", "view:remove"),
    Action("delete", "delete", "Record", "", "Delete it; undo restores.", "screens.bulk:delete", ("client", "deal", "task"), many=True),
    Action("mark", "space", "List", "mark", "Mark it, for one change of many.", "view:mark"),
    Action("mark.all", "ctrl+a", "List", "", "Mark all, or none.", "view:mark_all"),
    Action("filter", "f", "List", "filter", "Filter what is listed.", "view:filter"),
    Action("sort", "full_stop", "List", "sort", "Sort by another column.", "view:sort"),
    Action("mine", "v", "List", "mine", "Mine, or everyone's.", "view:mine"),
    Action("period", "comma", "List", "period", "Another stretch of time.", "view:period"),
    Action("today", "0", "List", "today", "Back to today.", "view:today"),
    Action("add", "a", "Change", "add", "Add what this view lists.", "view:add"),
    Action("add.client", "ctrl+b", "Change", "", "Add a client.", "screens.clients:add"),
    Action("import", "ctrl+e", "Change", "", "Import a file: clients, deals, whatever its rows are.", "screens.importing:start"),
    Action("duplicates", "ctrl+d", "Change", "", "Find clients who were entered twice.", "screens.duplicates:listed"),
    Action("hand.over", "f9", "Change", "", "Hand all the open work of a rep over to another.", "screens.handing:over"),
    Action("add.any", "A", "Change", "", "Add a client, a deal or a task.", "app:add"),
    Action("undo", "u", "Change", "undo", "Take back what you did last.", "app:undo"),
    Action("redo", "U,ctrl+y", "Change", "", "Do again what was undone.", "app:redo"),
    Action("help", "question_mark,f1", "Program", "keys", "The keys of this view.", "app:help"),
    Action("refresh", "f5", "Program", "", "Read it all anew.", "app:renew"),
    Action("theme", "f6", "Program", "", "Other colours: dark, light, high contrast.", "app:next_theme"),
    Action("quit", "q,ctrl+q", "Program", "quit", "Leave the program.", "app:leave"),
)  # fmt: skip

BY_NAME = {action.name: action for action in ACTIONS}

VI = {
    "move.up": "up,k", "move.down": "down,j", "move.page_up": "pageup,ctrl+b", "move.page_down": "pagedown,ctrl+f",
    "move.first": "home,g", "move.last": "end,G", "move.left": "left,h", "move.right": "right,l",
    "client.open": "K", "status": "ctrl+s", "add.client": "ctrl+o",
}  # fmt: skip
"""What the vi-like key map changes."""


def bindings() -> list[Binding]:
    """The keys of every action, for the app."""
    return [Binding(each.keys, f"act('{each.name}')", each.label, show=False, id=each.name) for each in ACTIONS]


def keymap(name: str, own: Mapping[str, str]) -> dict[str, str]:
    """The keys that differ from the plain ones: those of the named key map, over them a person's own.

    Raises `Unreadable` for the name of no action.
    """
    known = [*BY_NAME, *(binding.id for binding in MOVES if isinstance(binding, Binding) and binding.id), "move.left", "move.right"]
    for action in own:
        if action not in known:
            raise Unreadable(f'no action "{action}" in the setting keys', f"{nearest(action, known)} actions: {', '.join(known)}".strip())
    return (VI if name == "vi" else {}) | dict(own)


def keys_of(name: str, changed: Mapping[str, str]) -> list[str]:
    """The keys of an action, as they are in force."""
    return (changed.get(name) or BY_NAME[name].keys).split(",")


_SIGNS = {
    "slash": "/", "question_mark": "?", "comma": ",", "full_stop": ".", "escape": "Esc", "delete": "Del", "space": "Space",
    "right_square_bracket": "]", "left_square_bracket": "[", "shift+right": "⇧→", "shift+left": "⇧←", "enter": "⏎",
    "pageup": "PgUp", "pagedown": "PgDn", "home": "Home", "end": "End", "up": "↑", "down": "↓", "left": "←", "right": "→",
}  # fmt: skip


def sign(key: str) -> str:
    """A key as people know it: `/`, `Esc`, `^P`, `F5`."""
    if key.startswith("ctrl+"):
        return f"^{key[5:].upper()}"
    return _SIGNS.get(key, key.upper() if len(key) > 1 else key)
