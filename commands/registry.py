"""Every command: its name, the group it is shown in, its line of help, where its code is, an example that works on the demo base.

Nothing is imported here but words, so that help and completion are quick however many commands there are.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """A command. `target` is module:function; `changes` says that it writes, and so takes `--dry-run`;
    what neither changes nor `makes_base` leaves no file where there is no base.

    `refs` are the nouns of its arguments in order, for completion.
    """

    name: str
    area: str
    help: str
    target: str
    example: str
    changes: bool = False
    refs: tuple[str, ...] = ()
    needs_base: bool = True
    makes_base: bool = False


ENTRIES: tuple[Entry, ...] = (
    Entry("add-client", "Clients", "Add a person or a company.", "commands.clients:add_client",
          "crmtui add-client 'Mara Kalns' --phone 'mobile:+1 555 010 0199' --email mara@example.org --tag windows", changes=True),
    Entry("edit-client", "Clients", "Change a client; an empty value empties a field.", "commands.clients:edit_client",
          "crmtui edit-client 1 --status customer --source referral", changes=True, refs=("client",)),
    Entry("show-client", "Clients", "Show a client: contact data, deals, past and planned.", "commands.clients:show_client",
          "crmtui show-client 1", refs=("client",)),
    Entry("list-clients", "Clients", "List clients, filtered and sorted.", "commands.clients:list_clients",
          "crmtui list-clients --status customer --limit 10"),
    Entry("delete-client", "Clients", "Delete a client; undo brings it back.", "commands.clients:delete_client",
          "crmtui delete-client 1 --with-deals", changes=True, refs=("client",)),
    Entry("search", "Clients", "Find clients and deals by any words, in any script.", "commands.search:search",
          "crmtui search window"),
    Entry("add-deal", "Deals", "Add a deal.", "commands.deals:add_deal",
          "crmtui add-deal 'Winter garden' --client 1 --value 12,500 --next 'send offer' --next-on fri", changes=True),
    Entry("edit-deal", "Deals", "Change a deal; an empty value empties a field.", "commands.deals:edit_deal",
          "crmtui edit-deal 1 --expected-close eom", changes=True, refs=("deal",)),
    Entry("show-deal", "Deals", "Show a deal: its figures, moves, past and planned.", "commands.deals:show_deal",
          "crmtui show-deal 1", refs=("deal",)),
    Entry("list-deals", "Deals", "List deals, filtered and sorted.", "commands.deals:list_deals",
          "crmtui list-deals --outcome open --sort value --descending --limit 10"),
    Entry("move-deal", "Deals", "Move a deal to a stage, or to the next or previous one.", "commands.deals:move_deal",
          "crmtui move-deal 1 lost --reason price", changes=True, refs=("deal", "stage")),
    Entry("delete-deal", "Deals", "Delete a deal; undo brings it back.", "commands.deals:delete_deal",
          "crmtui delete-deal 1", changes=True, refs=("deal",)),
    Entry("log-call", "Activities", "Log a call, and with it the next step and the deal's move.", "commands.activities:log_call",
          "crmtui log-call 1 reached --minutes 5 --note 'wants oak' --next 'send offer' --due 'fri 10:00'", changes=True, refs=("client",)),
    Entry("add-task", "Activities", "Add a task.", "commands.activities:add_task",
          "crmtui add-task 'Order glass' --due +3d --client 1", changes=True),
    Entry("complete-task", "Activities", "Mark a task done; a repeating one makes its next.", "commands.activities:complete_task",
          "crmtui complete-task 1", changes=True, refs=("task",)),
    Entry("list-tasks", "Activities", "List tasks by due time; open ones unless asked otherwise.", "commands.activities:list_tasks",
          "crmtui list-tasks --due today"),
    Entry("report", "Reports", "Print a report; without a name, list them.", "commands.reports:report",
          "crmtui report today", refs=("report",)),
    Entry("add-rep", "Team", "Add someone who works here.", "commands.team:add_rep",
          "crmtui add-rep 'Nils Berg' --email nils@example.com --region North", changes=True),
    Entry("list-reps", "Team", "List the reps.", "commands.team:list_reps", "crmtui list-reps"),
    Entry("list-stages", "Team", "List the stages of the pipelines.", "commands.team:list_stages", "crmtui list-stages"),
    Entry("edit-stage", "Team", "Change a stage: name, probability, limit in days.", "commands.team:edit_stage",
          "crmtui edit-stage proposal --probability 55 --limit-days 10", changes=True, refs=("stage",)),
    Entry("import-csv", "In and out", "Import clients, deals, products or reps from a CSV file.", "commands.exchange:import_csv",
          "crmtui export-csv clients | crmtui import-csv clients - --dry-run", refs=("kind", "file"), makes_base=True),
    Entry("export-csv", "In and out", "Export clients, deals, products or reps as CSV.", "commands.exchange:export_csv",
          "crmtui export-csv deals", refs=("kind",)),
    Entry("undo", "Safety", "Take back what you did last, or an operation by its id.", "commands.safety:undo", "crmtui undo"),
    Entry("redo", "Safety", "Do again what was undone last.", "commands.safety:redo", "crmtui redo"),
    Entry("history", "Safety", "Show what was done, or everything that happened to one record.", "commands.safety:history",
          "crmtui history client 1", refs=("noun", "any")),
    Entry("backup", "Safety", "Copy the base to a verified file while others work.", "commands.safety:backup", "crmtui backup"),
    Entry("demo", "Set-up", "Fill an empty base with a made-up company and show it.", "commands.setup:demo", "crmtui demo", makes_base=True),
    Entry("config", "Set-up", "Show the settings and where they come from.", "commands.setup:config", "crmtui config", needs_base=False),
    Entry("completion", "Set-up", "Print the completion script of a shell.", "commands.setup:completion", "crmtui completion bash",
          needs_base=False, refs=("shell",)),
)  # fmt: skip

BY_NAME = {entry.name: entry for entry in ENTRIES}


def areas() -> dict[str, list[Entry]]:
    """The commands by the group in which help shows them, in the order of `ENTRIES`."""
    found: dict[str, list[Entry]] = {}
    for entry in ENTRIES:
        found.setdefault(entry.area, []).append(entry)
    return found
