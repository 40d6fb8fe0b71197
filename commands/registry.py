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
    Entry("restore-client", "Clients", "Bring a deleted client back.", "commands.trash:restore_client",
          "crmtui restore-client 'Mara Kalns'", changes=True, refs=("deleted client",)),
    Entry("convert-lead", "Clients", "Make a lead a prospect with a first deal.", "commands.leads:convert_lead",
          "crmtui convert-lead 'Alderbrook Homes' --title 'New windows' --value 9,000 --next 'measure' --next-on fri", changes=True,
          refs=("client",)),
    Entry("disqualify-lead", "Clients", "Give a lead up, for a reason.", "commands.leads:disqualify_lead",
          "crmtui disqualify-lead 'Alderbrook Homes' --reason 'outside our region'", changes=True, refs=("client",)),
    Entry("tag-client", "Clients", "Put tags on a client.", "commands.tags:tag_client",
          "crmtui tag-client 1 heritage 'spring offer'", changes=True, refs=("client", "tag")),
    Entry("untag-client", "Clients", "Take tags off a client.", "commands.tags:untag_client",
          "crmtui untag-client 1 heritage", changes=True, refs=("client", "tag")),
    Entry("list-tags", "Clients", "List the tags, with how many clients and deals bear them.", "commands.tags:list_tags",
          "crmtui list-tags"),
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
    Entry("restore-deal", "Deals", "Bring a deleted deal back.", "commands.trash:restore_deal",
          "crmtui restore-deal 'Winter garden'", changes=True, refs=("deleted deal",)),
    Entry("tag-deal", "Deals", "Put tags on a deal.", "commands.tags:tag_deal",
          "crmtui tag-deal 1 heritage", changes=True, refs=("deal", "tag")),
    Entry("untag-deal", "Deals", "Take tags off a deal.", "commands.tags:untag_deal",
          "crmtui untag-deal 1 heritage", changes=True, refs=("deal", "tag")),
    Entry("log-call", "Activities", "Log a call, and with it the next step and the deal's move.", "commands.interactions:log_call",
          "crmtui log-call 1 reached --minutes 5 --note 'wants oak' --next 'send offer' --due 'fri 10:00'", changes=True, refs=("client",)),
    Entry("log-email", "Activities", "Log a mail, and with it the next step and the deal's move.", "commands.interactions:log_email",
          "crmtui log-email 1 sent --subject 'Offer' --next 'call back' --due +3d", changes=True, refs=("client",)),
    Entry("log-meeting", "Activities", "Log a meeting, with the next step and the deal's move.", "commands.interactions:log_meeting",
          "crmtui log-meeting 1 held --minutes 45 --note 'saw the samples'", changes=True, refs=("client",)),
    Entry("log-note", "Activities", "Keep a note on a client.", "commands.interactions:log_note",
          "crmtui log-note 1 'the dog is called Rex'", changes=True, refs=("client",)),
    Entry("log-message", "Activities", "Log a short message: SMS, chat.", "commands.interactions:log_message",
          "crmtui log-message 1 'on my way' --incoming", changes=True, refs=("client",)),
    Entry("list-interactions", "Activities", "List interactions, newest first.", "commands.interactions:list_interactions",
          "crmtui list-interactions --kind call --period last-month --limit 10"),
    Entry("add-task", "Activities", "Add a task.", "commands.tasks:add_task",
          "crmtui add-task 'Order glass' --due +3d --client 1", changes=True),
    Entry("complete-task", "Activities", "Mark a task done; a repeating one makes its next.", "commands.tasks:complete_task",
          "crmtui complete-task 1", changes=True, refs=("task",)),
    Entry("edit-task", "Activities", "Change a task, or give it to another.", "commands.tasks:edit_task",
          "crmtui edit-task 1 --priority high --for 2", changes=True, refs=("task",)),
    Entry("snooze-task", "Activities", "Put a task off.", "commands.tasks:snooze_task",
          "crmtui snooze-task 1 'fri 10:00'", changes=True, refs=("task",)),
    Entry("show-task", "Activities", "Show a task.", "commands.tasks:show_task", "crmtui show-task 1", refs=("task",)),
    Entry("delete-task", "Activities", "Delete a task that is not to be done.", "commands.tasks:delete_task",
          "crmtui delete-task 1", changes=True, refs=("task",)),
    Entry("list-tasks", "Activities", "List tasks by due time; open ones unless asked otherwise.", "commands.tasks:list_tasks",
          "crmtui list-tasks --due today"),
    Entry("add-product", "Products", "Add a product to the catalogue.", "commands.products:add_product",
          "crmtui add-product 'Roof window 78x118' --family Windows --price 640 --unit piece", changes=True),
    Entry("edit-product", "Products", "Change a product; an empty value empties a field.", "commands.products:edit_product",
          "crmtui edit-product 1 --price 'USD 460'", changes=True, refs=("product",)),
    Entry("show-product", "Products", "Show a product: its price, its deals, its purchases.", "commands.products:show_product",
          "crmtui show-product 1", refs=("product",)),
    Entry("list-products", "Products", "List products, filtered.", "commands.products:list_products", "crmtui list-products"),
    Entry("delete-product", "Products", "Take a product out of the catalogue; old deals keep it.", "commands.products:delete_product",
          "crmtui delete-product 1", changes=True, refs=("product",)),
    Entry("add-purchase", "Products", "Add something that a client bought.", "commands.purchases:add_purchase",
          "crmtui add-purchase 1 1,250 --product 1 --quantity 2.5 --on yesterday", changes=True, refs=("client",)),
    Entry("edit-purchase", "Products", "Change a purchase; an empty value empties a field.", "commands.purchases:edit_purchase",
          "crmtui edit-purchase 1 --payment-method transfer", changes=True, refs=("purchase",)),
    Entry("show-purchase", "Products", "Show a purchase.", "commands.purchases:show_purchase",
          "crmtui show-purchase 1", refs=("purchase",)),
    Entry("list-purchases", "Products", "List purchases, newest first, with their sums.", "commands.purchases:list_purchases",
          "crmtui list-purchases --client 1"),
    Entry("delete-purchase", "Products", "Delete a purchase; undo brings it back.", "commands.purchases:delete_purchase",
          "crmtui delete-purchase 1", changes=True, refs=("purchase",)),
    Entry("attach", "Files", "Attach a file to a client or a deal.", "commands.files:attach",
          "crmtui export-csv deals | crmtui attach client 1 - --name deals.csv", changes=True, refs=("holder", "any", "file")),
    Entry("list-files", "Files", "List attached files; --check finds missing ones.", "commands.files:list_files",
          "crmtui list-files"),
    Entry("open-file", "Files", "Open an attached file, or write it to a file.", "commands.files:open_file",
          "crmtui open-file 1 --to copy.txt", refs=("attachment",)),
    Entry("detach", "Files", "Take a file off its client or deal; undo brings it back.", "commands.files:detach",
          "crmtui detach 1", changes=True, refs=("attachment",)),
    Entry("report", "Reports", "Print a report; without a name, list them.", "commands.reports:report",
          "crmtui report today", refs=("report",)),
    Entry("add-rate", "Reports", "Set what a currency is worth from a day on.", "commands.reports:add_rate",
          "crmtui add-rate EUR 1.085 --on 2026-01-01", changes=True),
    Entry("list-rates", "Reports", "List the rates of currencies.", "commands.reports:list_rates", "crmtui list-rates"),
    Entry("add-rep", "Team", "Add someone who works here.", "commands.team:add_rep",
          "crmtui add-rep 'Nils Berg' --email nils@example.com --region North", changes=True),
    Entry("edit-rep", "Team", "Change a rep.", "commands.team:edit_rep",
          "crmtui edit-rep 2 --region South --manager 1", changes=True, refs=("rep",)),
    Entry("show-rep", "Team", "Show a rep and their open work.", "commands.team:show_rep", "crmtui show-rep 2", refs=("rep",)),
    Entry("delete-rep", "Team", "Mark a rep as gone; open work goes to another.", "commands.team:delete_rep",
          "crmtui delete-rep 2 --hand-to 1", changes=True, refs=("rep",)),
    Entry("list-reps", "Team", "List the reps.", "commands.team:list_reps", "crmtui list-reps"),
    Entry("add-pipeline", "Pipelines", "Add a pipeline with its stages.", "commands.pipelines:add_pipeline",
          "crmtui add-pipeline Renovation --stages 'Call,Visit,Offer,Won,Lost'", changes=True),
    Entry("edit-pipeline", "Pipelines", "Rename a pipeline, or put it at another place.", "commands.pipelines:edit_pipeline",
          "crmtui edit-pipeline sales --name 'New sales'", changes=True, refs=("pipeline",)),
    Entry("show-pipeline", "Pipelines", "Show a pipeline and its stages.", "commands.pipelines:show_pipeline",
          "crmtui show-pipeline sales", refs=("pipeline",)),
    Entry("list-pipelines", "Pipelines", "List the pipelines.", "commands.pipelines:list_pipelines", "crmtui list-pipelines"),
    Entry("delete-pipeline", "Pipelines", "Delete a pipeline; its deals go where you say.", "commands.pipelines:delete_pipeline",
          "crmtui delete-pipeline repairs", changes=True, refs=("pipeline",)),
    Entry("add-stage", "Pipelines", "Add a stage to a pipeline.", "commands.pipelines:add_stage",
          "crmtui add-stage Measurement --after qualified --limit-days 7 --require client", changes=True),
    Entry("edit-stage", "Pipelines", "Change a stage: name, place, probability, needs.", "commands.pipelines:edit_stage",
          "crmtui edit-stage proposal --probability 55 --limit-days 10 --require value", changes=True, refs=("stage",)),
    Entry("show-stage", "Pipelines", "Show a stage.", "commands.pipelines:show_stage", "crmtui show-stage proposal", refs=("stage",)),
    Entry("list-stages", "Pipelines", "List the stages of the pipelines.", "commands.pipelines:list_stages", "crmtui list-stages"),
    Entry("delete-stage", "Pipelines", "Delete a stage; its deals go where you say.", "commands.pipelines:delete_stage",
          "crmtui delete-stage qualified --move-to lead", changes=True, refs=("stage",)),
    Entry("add-field", "Own fields", "Add a field of your own to clients or deals.", "commands.fields:add_field",
          "crmtui add-field client 'House type' --kind choice --choices 'detached,terraced'", changes=True, refs=("holder",)),
    Entry("edit-field", "Own fields", "Change a field of your own; its values stay.", "commands.fields:edit_field",
          "crmtui edit-field roof_type --label 'Roof' --choices 'flat,pitched,green'", changes=True, refs=("field",)),
    Entry("list-fields", "Own fields", "List your own fields.", "commands.fields:list_fields",
          "crmtui list-fields client", refs=("holder",)),
    Entry("delete-field", "Own fields", "Delete a field of your own; undo brings it back.", "commands.fields:delete_field",
          "crmtui delete-field roof_type", changes=True, refs=("field",)),
    Entry("import-csv", "In and out", "Import clients, deals, tasks, purchases, … from CSV.", "commands.exchange:import_csv",
          "crmtui export-csv clients | crmtui import-csv clients - --dry-run", refs=("kind", "file"), makes_base=True),
    Entry("export-csv", "In and out", "Export clients, deals, tasks, purchases, … as CSV.", "commands.exchange:export_csv",
          "crmtui export-csv deals", refs=("kind",)),
    Entry("export-json", "In and out", "Export clients, deals, tasks, purchases, … as JSON.", "commands.exports:export_json",
          "crmtui export-json deals --lines", refs=("kind",)),
    Entry("export-xlsx", "In and out", "Export clients, deals, … as a workbook.", "commands.exports:export_xlsx",
          "crmtui export-xlsx deals --output deals.xlsx", refs=("kind",)),
    Entry("export-vcard", "In and out", "Export clients as vCards for address books.", "commands.exports:export_vcard",
          "crmtui export-vcard"),
    Entry("export-ics", "In and out", "Export tasks and meetings as iCalendar.", "commands.exports:export_ics",
          "crmtui export-ics --only tasks"),
    Entry("export-all", "In and out", "Export the whole base to a folder of plain files.", "commands.exports:export_all",
          "crmtui export-all everything", refs=("file",)),
    Entry("import-all", "In and out", "Bring what export-all wrote into an empty base.", "commands.exports:import_all",
          "crmtui export-all - | crmtui import-all - --db copy.db", changes=True, refs=("file",), makes_base=True),
    Entry("undo", "Safety", "Take back what you did last, or an operation by its id.", "commands.safety:undo", "crmtui undo"),
    Entry("redo", "Safety", "Do again what was undone last.", "commands.safety:redo", "crmtui redo"),
    Entry("history", "Safety", "Show what was done, or all that happened to one record.", "commands.safety:history",
          "crmtui history client 1", refs=("noun", "any")),
    Entry("backup", "Safety", "Copy the base to a verified file while others work.", "commands.safety:backup", "crmtui backup"),
    Entry("demo", "Set-up", "Fill an empty base with a made-up company.", "commands.setup:demo", "crmtui demo", makes_base=True),
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
