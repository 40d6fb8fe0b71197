"""Checked rows of clients → the base: new ones in long runs, known ones updated where they differ, companies made on the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import count, repeat
from typing import Any

from crmtui.errors import Refused
from crmtui.exchange.cells import Rejected
from crmtui.exchange.client_matching import DELETED, Matcher
from crmtui.exchange.client_rows import ALWAYS, ClientRows
from crmtui.exchange.links import RepRefs, TagRefs, circle
from crmtui.exchange.own import OwnWriting
from crmtui.exchange.terms import Late, Tally
from crmtui.store import bulk
from crmtui.store.bulk import Run, selected
from crmtui.store.journal import Recorder, moment_text
from crmtui.store.keys import fold, sort_key
from crmtui.store.tables import Address, Client, ClientRole, ClientTag, ContactPoint, ExternalId

REMEMBERED = 50_000
"""Companies whose ids are kept in memory."""

BY_NAME = ("client_by_name",)
"""The index by which companies are looked up, needed while rows are written whose companies are not all made before."""

TABLES = ("client", "contact_point", "address", "client_role", "client_tag", "external_id")
_COMPANIES = "SELECT sort_key, min(id) FROM client WHERE sort_key IN ({keys}) AND deleted_at IS NULL AND kind = 'company' GROUP BY sort_key"
_DERIVED = ("sort_key", "search_key")


class ClientWriting:
    """Writes the rows of one file within one operation."""

    def __init__(self, recorder: Recorder, rows: ClientRows, reps: RepRefs, tally: Tally) -> None:
        self._recorder = recorder
        self._rows = rows
        self._reps = reps
        self._tally = tally
        self._tags = TagRefs(recorder)
        self._matcher = Matcher(rows.kind)
        self._now = moment_text(recorder.at)
        columns = ("kind", "status", "created_at", "updated_at", "owner_id", "company_id", *rows.names[3:])
        self._clients = Run(recorder, Client, columns, index=False)
        self._points = Run(recorder, ContactPoint, ("client_id", "kind", "value", "key", "label", "position"))
        self._addresses = Run(recorder, Address, ("client_id", "label", "position", *rows.parts))
        self._ids = Run(recorder, ExternalId, ("record_id", "kind", "system", "value"))
        self._tag_links = Run(recorder, ClientTag, ("client_id", "tag_id"))
        self._roles = Run(recorder, ClientRole, ("client_id", "role"))
        self._own = OwnWriting(recorder, "client", rows.columns.own, tally)
        self._first = self._clients.next
        self._companies: dict[str, int] = {}
        self._prepared: dict[str, int] = {}
        self._parents: dict[int, str] = {}
        self._same: set[int] = set()

    def prepare(self, companies: Iterable[str]) -> None:
        """Find or make companies, at most `REMEMBERED`, and remember their ids: rows can then be written without an index by name."""
        self._prepared = self._company_ids(companies)

    def insert(self, rows: Sequence[Any]) -> None:
        """Write new clients."""
        companies = self._companies_of(rows)
        owners = {name: self._reps.id_of(name, self._recorder) for name in dict.fromkeys(row[5] for row in rows if row[5])}
        default, now = self._rows.kind, self._now
        owner_of: dict[str | None, int | None] = {None: None, **owners}
        first = self._clients.next
        kinds, stated, created, *rest = zip(*(row[1] for row in rows), strict=True)
        self._clients.rows += zip(
            count(first), [kind or default for kind in kinds], [status or "lead" for status in stated], [at or now for at in created],
            repeat(now), [owner_of[row[5]] for row in rows],
            [companies[row[6]] if row[6] and (row[1][0] or default) == "person" else None for row in rows], *rest,
        )  # fmt: skip
        numbers = count(self._points.next)
        self._points.rows += [(next(numbers), id_, *point) for id_, row in enumerate(rows, first) for point in row[2]]
        numbers = count(self._addresses.next)
        self._addresses.rows += [(next(numbers), id_, "", 0, *row[3]) for id_, row in enumerate(rows, first) if row[3]]
        numbers = count(self._ids.next)
        self._ids.rows += [(next(numbers), id_, "client", *pair) for id_, row in enumerate(rows, first) for pair in row[4]]
        self._parents |= {id_: row[6] for id_, row in enumerate(rows, first) if row[6] and (row[1][0] or default) == "company"}
        self._link(rows, first)
        self._flush()
        self._tally.created += len(rows)

    def _link(self, rows: Sequence[Any], first: int) -> None:
        for id_, row in enumerate(rows, first):
            for tag in row[7]:
                self._tag_links.add(id_, self._tags.id_of(tag))
            for role in row[8]:
                self._roles.add(id_, role)
            if row[9]:
                self._own.add(id_, row[9])

    def _flush(self) -> None:
        for run in (self._clients, self._points, self._addresses, self._ids, self._tag_links, self._roles, self._own):
            run.flush()

    def merge(self, rows: Sequence[tuple[Any, Any]], late: Late) -> None:
        """Write rows, each with its cells, of which some clients may be known; those that cannot be taken go to `late`."""
        for batch in bulk.batches(rows, lambda pair: self._matcher.asked(pair[0]), lambda pair: self._matcher.told(pair[0])):
            fresh, known = [], []
            for (row, cells), target in zip(batch, self._matcher.find([row for row, _ in batch]), strict=True):
                if isinstance(target, Rejected):
                    late(row[0], cells, target.reason, target.column)
                elif target == DELETED:
                    self._tally.skipped += 1
                elif target is None:
                    fresh.append(row)
                else:
                    known.append((target, row))
            self._update(known)
            if fresh:
                self.insert(fresh)

    def _update(self, known: Sequence[tuple[int, Any]]) -> None:
        companies = self._companies_of([row for _, row in known])
        wanted = {id_: self._wanted(id_, row, companies) for id_, row in known}
        changed = bulk.update_differing(self._recorder, Client, wanted)
        changed |= self._new_points(known) | self._new_addresses(known) | self._new_ids(known) | self._new_links(known)
        changed |= self._own.update([(id_, row[9]) for id_, row in known if row[9]])
        self._flush()
        for id_ in changed:
            self._recorder.touch("client", id_)
        self._tally.updated += len(changed)
        self._tally.unchanged += len(known) - len(changed)
        self._same |= {id_ for id_, row in known if id_ in self._parents and id_ not in changed}

    def _wanted(self, id_: int, row: Any, companies: Mapping[str, int]) -> dict[str, Any]:
        """What a row says about its client; an empty cell says nothing."""
        _, values, _, _, _, owner, company, *_ = row
        names = self._rows.names
        said = {name: value for name, value in zip(names, values, strict=True) if value is not None and name not in _DERIVED}
        if owner:
            said["owner_id"] = self._reps.id_of(owner, self._recorder)
        if company and (row[1][0] or self._rows.kind) == "person":
            said["company_id"] = companies[company]
        elif company:
            self._parents[id_] = company
        return said

    def _new_points(self, known: Sequence[tuple[int, Any]]) -> set[int]:
        """Add the mails and phones that a client does not have, after those it has."""
        given = [id_ for id_, row in known if row[2]]
        present: dict[int, dict[tuple[str, str], int]] = {}
        query = 'SELECT client_id, kind, "key", position FROM contact_point WHERE client_id IN ({keys})'
        for id_, kind, key, position in selected(query, given):
            present.setdefault(id_, {})[kind, key] = position
        changed = set()
        for id_, row in known:
            kept = present.setdefault(id_, {})
            for kind, value, key, label, _ in row[2]:
                if (kind, key) not in kept:
                    kept[kind, key] = 1 + max((at for (other, _), at in kept.items() if other == kind), default=-1)
                    self._points.add(id_, kind, value, key, label, kept[kind, key])
                    changed.add(id_)
        return changed

    def _new_addresses(self, known: Sequence[tuple[int, Any]]) -> set[int]:
        """Set the parts of the first address, or add one."""
        given = {id_: row[3] for id_, row in known if row[3]}
        query = "SELECT client_id, id FROM address WHERE client_id IN ({keys}) ORDER BY position DESC, id DESC"
        main: dict[int, int] = dict(selected(query, given))
        said = {id_: {part: text for part, text in zip(self._rows.parts, address, strict=True) if text} for id_, address in given.items()}
        owners = {address: id_ for id_, address in main.items()}
        changed = bulk.update_differing(self._recorder, Address, {main[id_]: parts for id_, parts in said.items() if id_ in main})
        for id_ in given.keys() - main.keys():
            self._addresses.add(id_, "", 0, *given[id_])
        return {owners[address] for address in changed} | (given.keys() - main.keys())

    def _new_ids(self, known: Sequence[tuple[int, Any]]) -> set[int]:
        given = {id_: row[4] for id_, row in known if row[4]}
        query = "SELECT record_id, system FROM external_id WHERE kind = 'client' AND record_id IN ({keys})"
        present = set(selected(query, given))
        changed = set()
        for id_, ids in given.items():
            for system, value in ids:
                if (id_, system) not in present:
                    self._ids.add(id_, "client", system, value)
                    changed.add(id_)
        return changed

    def _new_links(self, known: Sequence[tuple[int, Any]]) -> set[int]:
        tagged = {id_: {self._tags.id_of(tag): None for tag in row[7]} for id_, row in known if row[7]}
        with_roles = {id_: row[8] for id_, row in known if row[8]}
        changed = set()
        for run, given, query in (
            (self._tag_links, tagged, "SELECT client_id, tag_id FROM client_tag WHERE client_id IN ({keys})"),
            (self._roles, with_roles, "SELECT client_id, role FROM client_role WHERE client_id IN ({keys})"),
        ):
            present = set(selected(query, given))
            for id_, values in given.items():
                for value in values:
                    if (id_, value) not in present:
                        run.add(id_, value)
                        changed.add(id_)
        return changed

    def _companies_of(self, rows: Sequence[Any]) -> Mapping[str, int]:
        """The ids of the companies of persons by their names as typed."""
        names = {row[6] for row in rows if row[6] and (row[1][0] or self._rows.kind) == "person"}
        if names <= self._prepared.keys():
            return self._prepared
        return self._company_ids(dict.fromkeys(row[6] for row in rows if row[6] in names))

    def _company_ids(self, names: Iterable[str]) -> dict[str, int]:
        """The ids of companies by their names as typed; missing ones are made."""
        wanted = {name: sort_key(name) for name in dict.fromkeys(names)}
        if len(self._companies) > REMEMBERED:
            self._companies.clear()
        missing = {key: name for name, key in reversed(wanted.items()) if key not in self._companies}
        self._companies |= dict(selected(_COMPANIES, missing))
        made = [(key, name) for key, name in reversed(missing.items()) if key not in self._companies]
        blank = [None] * (len(self._rows.names) - len(ALWAYS))
        for key, name in made:
            id_ = self._clients.add("company", "lead", self._now, self._now, None, None, name, key, fold(name), *blank)
            self._companies[key] = id_
        self._clients.flush()
        self._tally.relate("companies", len(made))
        return {name: self._companies[key] for name, key in wanted.items()}

    def finish(self) -> None:
        """Link companies to their parents and fill the search index. Raises `Refused` when companies would belong to each other."""
        if self._parents:
            companies = self._company_ids(self._parents.values())
            wanted = {id_: companies[name] for id_, name in self._parents.items()}
            if odd := circle(wanted, "client", "company_id"):
                raise Refused(f'"{self._parents[odd]}" would belong to itself through its own companies', "mend the column of the parents")
        bulk.index("client", self._first, self._clients.next - 1)
        if self._parents:
            changed = bulk.update_differing(self._recorder, Client, {id_: {"company_id": parent} for id_, parent in wanted.items()})
            late = len(changed & self._same)
            self._tally.updated += late
            self._tally.unchanged -= late
        self._tally.relate("reps", self._reps.made)
