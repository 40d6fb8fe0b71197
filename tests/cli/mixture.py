"""Random command lines that change something, of every kind that undo takes back; many of them are refused."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator

STAGES = ("Lead", "qualified", "Proposal", "negotiation", "won", "lost", "next", "prev")
NAMES = ("Ann", "Иванов Пётр", "김철수", "[red]", "a\nb", "-x", "O'Neil", 'say "hi"', "مريم", "Ann Lee")
TEMPLATE = b"Dear {{ client.name }}, about {{ deal.title }}\n"

RULES = """\
[[rule]]
name = "offer"
on = "stage entered"
stage = "Proposal"
[[rule.task]]
title = "Offer for {deal}"
due = "2 days"

[[rule]]
name = "cold"
on = "untouched"
after = "0 hours"
[[rule.task]]
title = "Wake {deal}"
"""
"""A playbook whose rules are met now and then."""

Line = tuple[list[str], bytes]
"""The words, and what comes on stdin."""


class Mixture:
    """Makes the lines; the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)
        self._pick = self._rng.choice
        self._makers: tuple[Callable[[], Line], ...] = tuple(
            getattr(self, name) for name in ("_client", "_deal", "_task", "_call", "_team", "_own", "_paper", "_file", "_request", "_trade",
            "_house")
        )  # fmt: skip

    def lines(self, count: int) -> Iterator[Line]:
        """So many of them."""
        for _ in range(count):
            yield self._pick(self._makers)()

    def _ref(self, most: int = 12) -> str:
        return str(self._rng.randint(1, most))

    def _one(self, *lines: list[str]) -> Line:
        return self._pick(lines), b""

    def _client(self) -> Line:
        pick, ref = self._pick, self._ref
        phone = f"+3712{self._rng.randint(1000000, 9999999)}"
        return self._one(
            ["add-client", "--allow-duplicate", "--tag", pick("abc"), "--phone", phone, "--", pick(NAMES)],
            ["add-client", "--allow-duplicate", "--email", f"{pick('abc')}@example.org", "--role", "partner", "--", pick(NAMES)],
            ["edit-client", ref(), "--city", pick(("Riga", "", "京都")), "--status", pick(("customer", "prospect"))],
            ["edit-client", ref(), "--tag", pick("abcd"), "--email", f"{pick('abc')}@example.org", "--allow-duplicate"],
            ["edit-client", ref(), "--name", pick(NAMES[:4])],
            ["edit-client", "--ids", f"{ref()},{ref()}", "--source", pick(("fair", ""))],
            ["delete-client", ref(), *pick(([], ["--with-deals"]))],
            ["restore-client", ref()],
            ["tag-client", ref(), pick("xyz"), pick("xyz")],
            ["untag-client", ref(), pick("abc")],
            ["merge-clients", ref(), ref(), *pick(([], ["--take", "name=b"], ["--take", "phones=b"]))],
            ["not-duplicates", ref(), ref()],
            ["set-consent", ref(), pick(("call", "email", "post")), pick(("yes", "no", "unknown")), "--source", "by phone"],
            ["convert-lead", ref(), "--title", "First", "--value", "90"],
            ["disqualify-lead", ref(), "--reason", "far away"],
        )  # fmt: skip

    def _deal(self) -> Line:
        pick, ref, number = self._pick, self._ref, self._rng.randint
        return self._one(
            ["add-deal", f"Deal {number(0, 999)}", "--client", ref(), "--value", str(number(0, 9999)), "--tag", pick("xyz")],
            ["add-deal", f"Deal {number(0, 999)}", "--client", ref(), "--product", ref(3), "--owner", ref(4)],
            ["edit-deal", ref(), "--value", str(number(0, 9999)), "--next", pick(("call", "visit", ""))],
            ["edit-deal", ref(), "--client", ref(), "--product", ref(3)],
            ["move-deal", ref(), pick(STAGES), "--reason", "price"],
            ["move-deal", "--ids", f"{ref()},{ref()}", "--", pick(STAGES)],
            ["delete-deal", ref()],
            ["restore-deal", ref()],
            ["tag-deal", ref(), pick("xyz")],
            ["untag-deal", ref(), pick("xyz")],
            ["hide-suggestion", pick(("deal", "client")), ref(), "--days", ref()],
        )

    def _task(self) -> Line:
        pick, ref = self._pick, self._ref
        return self._one(
            ["add-task", "Task", "--due", "today", "--client", ref(), "--repeat", pick(("weekly", ""))],
            ["add-task", "List", "--item", "measure", "--item", "write", "--deal", ref(), "--for", ref(4)],
            ["add-task", "After", "--after", ref()],
            ["check-task", ref(), pick(("1", "write", "2")), *pick(([], ["--undone"]))],
            ["complete-task", ref()],
            ["delegate-task", ref(), ref(4), "--note", "sizes"],
            ["edit-task", ref(), "--priority", pick(("low", "high")), "--for", ref(4)],
            ["snooze-task", ref(), "+2d"],
            ["delete-task", ref()],
        )

    def _call(self) -> Line:
        pick, ref = self._pick, self._ref
        return self._one(
            ["log-call", ref(), pick(("reached", "")), "--next", "offer", "--due", "+2d", "--move", "next"],
            ["log-call", ref(), "--minutes", ref(60)],
            ["log-email", ref(), "sent", "--subject", "Offer"],
            ["log-meeting", ref(), "held", "--minutes", "45"],
            ["log-note", ref(), f"ask @Rep {ref(4)}"],
            ["log-message", ref(), "on my way", "--incoming"],
            ["see-mention", ref(3)],
        )

    def _team(self) -> Line:
        pick, ref = self._pick, self._ref
        return self._one(
            ["add-rep", f"Rep {ref(30)}"],
            ["edit-rep", ref(4), "--region", pick(("South", "")), "--manager", ref(4)],
            ["hand-over", ref(4), ref(4), *pick(([], ["--only", "tasks"]))],
            ["delete-rep", ref(4), "--hand-to", ref(4)],
        )

    def _own(self) -> Line:
        pick, ref = self._pick, self._ref
        field = pick(("Roof", "Rooms"))
        return self._one(
            ["add-field", pick(("client", "deal")), "Roof", "--kind", "choice", "--choices", "flat,pitched"],
            ["add-field", pick(("client", "deal")), "Rooms", "--kind", "number"],
            ["edit-client", ref(), "--set", f"{field}={pick(('flat', 'pitched', '3', ''))}"],
            ["edit-deal", ref(), "--set", f"{field}={pick(('flat', 'pitched', '3', ''))}"],
            ["edit-field", f"{pick(('client', 'deal'))}/{field}", "--label", f"{field} type", "--position", ref(2)],
            ["delete-field", f"{pick(('client', 'deal'))}/{field}"],
        )

    def _paper(self) -> Line:
        return self._pick((
            (["attach", "client", self._ref(), "-", "--name", "plan.txt"], b"1200 x 800"),
            (["attach", "deal", self._ref(), "-", "--name", "plan.txt"], self._pick((b"1", b"2"))),
            (["detach", self._ref()], b""),
            (["write-document", self._ref(), "-"], TEMPLATE),
        ))  # fmt: skip

    def _file(self) -> Line:
        name, mail, city = self._pick(NAMES[:4]), f"{self._pick('abcdef')}@example.org", self._pick(("Riga", "Oslo"))
        return self._pick((
            (["import-csv", "clients", "-", "--format", "json"], f"Name,Email,City,Tags\n{name},{mail},{city},a\n".encode()),
            (["import-csv", "deals", "-"], f"Title,Client,Value\nDeal {self._ref(5)},{mail},{self._ref(900)}\n".encode()),
            (["import-csv", "products", "-"], f"name,price\nDoor {self._ref(5)},{self._ref(900)}\n".encode()),
            (["undo-import", "last"], b""),
            (["undo-import", self._ref(60)], b""),
        ))  # fmt: skip

    def _request(self) -> Line:
        asked = {
            "delivery": self._ref(40),
            "name": self._pick(NAMES[:4]),
            "email": f"{self._pick('abcxyz')}@example.org",
            "message": "windows",
        }
        return ["capture-lead", "-"], json.dumps(asked).encode() + b"\n"

    def _trade(self) -> Line:
        ref = self._ref
        return self._one(
            ["add-product", f"Window {ref(5)}", "--price", ref(900), "--family", "Windows"],
            ["edit-product", ref(4), "--price", ref(900)],
            ["delete-product", ref(4)],
            ["add-purchase", ref(), ref(900), "--product", ref(4), "--quantity", "2.5"],
            ["edit-purchase", ref(6), "--payment-method", "transfer"],
            ["delete-purchase", ref(6)],
            ["add-rate", self._pick(("EUR", "GBP")), f"1.{ref(99)}", "--on", f"2026-01-0{ref(3)}"],
        )

    def _house(self) -> Line:
        pick, ref = self._pick, self._ref
        return self._one(
            ["edit-stage", f"Sales/{pick(STAGES[:4])}", "--probability", ref(99)],
            ["add-stage", f"Stage {ref(4)}", "--pipeline", "Sales", "--after", pick(STAGES[:3])],
            ["delete-stage", f"Stage {ref(4)}", "--move-to", "Lead"],
            ["add-pipeline", f"Pipe {ref(2)}", "--stages", "Call,Visit,Won,Lost"],
            ["edit-pipeline", f"Pipe {ref(2)}", "--name", f"Pipe {ref(2)}"],
            ["delete-pipeline", f"Pipe {ref(2)}", *pick(([], ["--move-to", "Sales/Lead"]))],
            ["run-playbooks"],
        )
