"""Handing all the open work of a rep to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crmtui import team
from crmtui.sales import handovers
from crmtui.sales.handovers import HandedOver
from screens.forms import fields
from screens.forms.form import Plan, fill_in
from screens.subject import Subject

if TYPE_CHECKING:
    from screens.app import CrmApp


def over(app: CrmApp, chosen: list[Subject]) -> None:
    """Whose open work goes to whom; how much it was is told."""
    made = [fields.rep("rep", "From", required=True), fields.rep("to", "To", required=True)]

    def save(typed: dict[str, str]) -> HandedOver:
        return handovers.hand_over(team.find(typed["rep"]), team.find(typed["to"]))

    beside = "open deals, open tasks and clients; what is past stays with who did it"
    fill_in(app, Plan("Hand over all open work", made, save, _told, beside=beside, slow=True))


def _told(done: HandedOver) -> str:
    return f"from {done.rep} to {done.to}: {handovers.told(done.deals, done.tasks, done.clients)}; u takes it back"
