"""Importing clients: which rows are surely new, and in which order all are written."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from itertools import repeat
from typing import Any
from zlib import crc32

from crmtui.exchange.cells import Rejected
from crmtui.exchange.client_matching import Matcher
from crmtui.exchange.client_rows import ClientRows
from crmtui.exchange.client_writing import BY_NAME, REMEMBERED, TABLES, ClientWriting
from crmtui.exchange.columns import Columns
from crmtui.exchange.links import RepRefs
from crmtui.exchange.parties import CompanyNames
from crmtui.exchange.spool import CHUNK, Spool
from crmtui.exchange.terms import Late, Options, ReadMany, Tally
from crmtui.store import bulk
from crmtui.store.journal import Recorder

_BITS = 27
_MASK = (1 << _BITS) - 1
FEWEST_WITHOUT_INDEXES = 2000
"""New rows below which keeping the indexes up is cheaper than building them anew."""

WIDE = ("client_by_name", "contact_point_key", "contact_point_client")
EMPTY = ("client_merged",)
"""Indexes that no new row goes into."""

MOST_WITHOUT_WIDE_INDEXES = 500_000
"""New rows after which the indexes of most bytes are built all the same: that takes memory for each row that is there by then."""


class Clients:
    """One import of clients. Rows that are surely new are written fast; the others are looked up in the base, after them."""

    def __init__(self, columns: Columns, options: Options) -> None:
        self._make = options.create_missing
        self._rows = ClientRows(columns, options.system, options.date_order, RepRefs(self._make), CompanyNames(self._make))
        self.orders = self._rows.orders
        self.read = self._rows.read
        self.read_many: ReadMany | None = self._rows.read_many
        self._matcher = Matcher(self._rows.kind)
        self._seen = Seen()
        self._companies: dict[str, None] = {}
        self._too_many = False
        self._empty = not bulk.count("client")
        self._only_ids = "external_id" in columns.fields and "external_ids" not in columns.fields

    def settle(self) -> None:
        """Nothing is open but the dates."""

    def lay_aside(self, rows: Sequence[tuple[Any, list[str]]], spools: Mapping[str, Spool]) -> Iterable[tuple[Any, Rejected]]:
        """See `terms.Kind`."""
        default, met, companies = self._rows.kind, self._met, self._companies
        if self._empty and default == "person" and self._all_new([row for row, _ in rows]):
            spools["person"].extend([row for row, _ in rows])
            self._note(row[6] for row, _ in rows)
            return ()
        targets = repeat(None) if self._empty else self._matcher.find([row for row, _ in rows])
        new: dict[str, list[Any]] = {"company": [], "person": []}
        known: list[Any] = []
        clashes: list[tuple[Any, Rejected]] = []
        for pair, target in zip(rows, targets, strict=False):
            row = pair[0]
            if target is None and not met(row):
                kind = row[1][0] or default
                new[kind].append(row)
                if row[6] and kind == "person":
                    companies[row[6]] = None
            elif isinstance(target, Rejected):
                clashes.append((pair, target))
            else:
                known.append(pair)
        for name, found in (*new.items(), ("known", known)):
            spools[name].extend(found)
        self._note(())
        return clashes

    def _all_new(self, rows: Sequence[Any]) -> bool:
        """Whether all rows are persons whose ids, which alone tell them apart, surely have not come before; then they are noted."""
        if not self._only_ids or any(row[1][0] or not row[4] for row in rows):
            return False
        return self._seen.none_before([row[4][0][1] for row in rows])

    def _note(self, companies: Iterable[str | None]) -> None:
        """Remember the companies of persons, as long as they are not too many."""
        self._companies |= dict.fromkeys(filter(None, companies))
        if len(self._companies) > REMEMBERED:
            self._companies, self._too_many = {}, True

    def _met(self, row: Any) -> bool:
        """Whether an earlier row may be the same client; noted for later rows.

        Where each row has an id, ids alone tell rows apart; a row without one there is looked up when all others are written.
        """
        if self._only_ids:
            return self._seen.before(row[4][0][1]) if row[4] else True
        return self._seen.any(self._matcher.asked(row), self._matcher.told(row))

    def write(self, recorder: Recorder, spools: Mapping[str, Spool], tally: Tally, late: Late, *, stale: bool) -> None:
        """Companies before persons, new ones before known ones, parents last."""
        writing = ClientWriting(recorder, self._rows, RepRefs(self._make), tally)
        self._write_new(writing, spools["company"], late, stale=stale)
        if not self._too_many:
            writing.prepare(self._companies)
        self._write_new(writing, spools["person"], late, stale=stale)
        for kind in ("company", "person"):
            for chunk in spools["known"].chunks():
                pairs = [(row, cells) for row, cells in chunk if (row[1][0] or self._rows.kind) == kind]
                settled = self._settled([row for row, _ in pairs])
                writing.merge(list(zip(settled, (cells for _, cells in pairs), strict=True)), late)
        writing.finish()

    def _write_new(self, writing: ClientWriting, spool: Spool, late: Late, *, stale: bool) -> None:
        """Write rows that are surely new; when they are many, without indexes, which are built after them."""
        with ExitStack() as narrow, ExitStack() as wide:
            if not stale and spool.count > max(FEWEST_WITHOUT_INDEXES, bulk.count("client")):
                narrow.enter_context(bulk.without_indexes(TABLES, keep=(*WIDE, *EMPTY)))
                wide.enter_context(bulk.without_indexes(TABLES, keep=(*EMPTY, *BY_NAME) if self._too_many else EMPTY))
            for number, chunk in enumerate(spool.chunks(), 1):
                rows = self._settled(chunk)
                if stale:
                    writing.merge([(row, None) for row in rows], late)
                else:
                    writing.insert(rows)
                if number * CHUNK >= MOST_WITHOUT_WIDE_INDEXES:
                    wide.close()

    def _settled(self, rows: list[Any]) -> list[Any]:
        return [self._rows.settled(row) for row in rows] if any(order.open for order in self.orders) else rows


class Seen:
    """Remembers keys in little memory, however many: says for sure when one is new, and only probably when it is not."""

    def __init__(self) -> None:
        self._bits = bytearray(1 << (_BITS - 3))

    def before(self, text: str) -> bool:
        """Whether the text may have come before; it is noted."""
        place = crc32(text.encode()) & _MASK
        byte, bit = place >> 3, 1 << (place & 7)
        if self._bits[byte] & bit:
            return True
        self._bits[byte] |= bit
        return False

    def none_before(self, texts: Sequence[str]) -> bool:
        """Whether none of the texts can have come before, or twice among them; then all of them are noted, else none."""
        places = {crc32(text.encode()) & _MASK for text in texts}
        bits = self._bits
        if len(places) < len(texts) or any(bits[place >> 3] & 1 << (place & 7) for place in places):
            return False
        for place in places:
            bits[place >> 3] |= 1 << (place & 7)
        return True

    def any(self, asked: Iterable[Hashable], told: Iterable[Hashable]) -> bool:
        """Whether one of the keys asked for may have been told before; then the keys told are noted."""
        bits = self._bits
        found = False
        for key in asked:
            place = _place(key)
            found = found or bool(bits[place >> 3] & 1 << (place & 7))
        for key in told:
            place = _place(key)
            bits[place >> 3] |= 1 << (place & 7)
        return found


def _place(key: Hashable) -> int:
    """The same in every run, unlike `hash`: what is written must not depend on chance."""
    text = key if type(key) is str else "\0".join(key)  # type: ignore[arg-type]
    return crc32(text.encode()) & _MASK
