"""Quality: what is missing, malformed, contradictory or kept twice.

missing        a client without phone and mail; a person without an owner; a
               deal without a client; an open deal without value, owner,
               expected close or next step; a closed deal of unknown closing
               day; a lost deal without a reason.
malformed      a phone whose country is not known and that has fewer than 7 or
               more than 15 digits, or, when the country of phones is
               configured, could not be one of that country; a mail that is no
               address.
contradictory  a client that belongs to itself or to a person; an open deal
               expected to close before it was opened; a deal closed before it
               was opened; an open deal with a closing day.
duplicate      a client with a mail that a client of a lower id has too.

Each fault of a record is a line: its noun, its id, its name, what is wrong.
The findings are all lines, listed or not. Asked for an owner: that rep's
clients and deals. A check is opened to its records, each once, by its name in
JSON. There is no period: it is the state of now. Deleted clients
and deals are left out. What is late or cold is told by the report overdue.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from crmtui.blocks import Column, Figure, Figures, Kind, Note, Table
from crmtui.reports import faults
from crmtui.reports.faults import Fault, Line
from crmtui.reports.population import Answer, Members, Scope, plural

KINDS = ("missing", "malformed", "contradictory", "duplicate")
"""The kinds of faults in the order they are told."""

_CHECKS = (
    Column("check", "Check", only_data=True),
    Column("kind", "Kind"),
    Column("noun", "Of"),
    Column("wrong", "What is wrong"),
    Column("lines", "Lines", Kind.COUNT, bar=True),
)
_LINES = (
    Column("kind", "Kind"),
    Column("noun", "Of"),
    Column("id", "Id", Kind.ID),
    Column("label", "Who or what"),
    Column("wrong", "What is wrong"),
)


def compute(scope: Scope) -> Answer:
    """Figures by kind, a row a check, and the lines."""
    found = faults.known(scope)
    counts = {fault.name: faults.count(fault) for fault in found}
    checks = tuple((f.name, f.kind, f.noun, f.check or f.wrong, counts[f.name]) for f in found)
    lines = list(_lines(found, counts, scope.limit))
    total = sum(counts.values())
    rows = tuple((line.kind, line.noun, line.id, line.label, line.wrong) for line in lines)
    more = total - len(lines)
    notes = (Note(f"{plural(more, 'more line')} not listed."),) if more else ()
    tables = (Table("checks", "Checks", _CHECKS, checks), Table("lines", "Lines", _LINES, rows, empty="nothing is wrong"))
    return Answer((_figures(found, counts), *tables, *notes), findings=total)


OPENS = (
    "client_contact", "client_owner", "deal_client", "deal_value", "deal_owner", "deal_expected_close", "deal_next_step",
    "deal_closed_at", "deal_lost_reason", "client_phone", "client_email", "client_own_company", "client_company_kind",
    "deal_expected_early", "deal_closed_early", "deal_open_closed", "client_shared_email",
)  # fmt: skip
"""The checks that can be opened: a figure adds up several, of clients and of deals."""


def members(scope: Scope, figure: str) -> Members:
    """The records that fail a check of `OPENS`, each once."""
    fault = next(each for each in faults.known(scope) if each.name == figure)
    return fault.noun, list(dict.fromkeys(line.id for line in faults.lines(fault)))


def _lines(found: list[Fault], counts: Mapping[str, int], limit: int | None) -> Iterator[Line]:
    left = limit
    for fault in found:
        if counts[fault.name] and left != 0:
            told = list(faults.lines(fault, left))
            yield from told
            left = None if left is None else left - len(told)


def _figures(found: list[Fault], counts: Mapping[str, int]) -> Figures:
    kinds: Counter[str] = Counter()
    for fault in found:
        kinds[fault.kind] += counts[fault.name]
    return Figures(tuple(Figure(kind, kind.title(), kinds[kind], Kind.COUNT, rise="bad") for kind in KINDS))
