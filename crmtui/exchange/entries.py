"""Rows of tables that hang on clients, written many at once: known by their id in the other system, else by saying the same.

Records may truly be alike: two short calls on one day. Of rows without an id the first that says a thing is the first record
that says it, the second the second; only what is beyond those in the base is new. A record that was deleted here stays so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from crmtui.exchange.fields import Ids
from crmtui.exchange.products import known_ids
from crmtui.exchange.terms import Late, Tally
from crmtui.store import bulk
from crmtui.store.bulk import Run, selected
from crmtui.store.journal import Recorder, moment_text
from crmtui.store.tables import ExternalId, Row


@dataclass(slots=True)
class Entry:
    """A row ready to be written: its line and cells, its raw values by column, the ids it has elsewhere."""

    line: int
    cells: Sequence[str]
    values: dict[str, Any]
    ids: Ids


class Entries:
    """The rows of one table in one import. `alike` are the columns by which two say the same, `indexed` the one looked up by."""

    def __init__(self, recorder: Recorder, table: type[Row], columns: Sequence[str], alike: Sequence[str], indexed: str) -> None:
        self._recorder, self._table, self._columns = recorder, table, columns
        self.kind = table._meta.table_name
        self._alike, self._indexed = alike, indexed
        self._timed = "created_at" in table._meta.fields
        now = moment_text(recorder.at)
        self._now = now
        self._met: dict[tuple[Any, ...], int] = defaultdict(int)

    def write(self, batch: Sequence[Entry], defaults: Mapping[str, Any], tally: Tally, late: Late) -> dict[int, int]:
        """Write entries with different ids; line → record of those that are new or changed."""
        self._begin()
        by_id = known_ids(self.kind, [(entry.ids,) for entry in batch])
        present = {id_ for (id_,) in selected(f"SELECT id FROM {self.kind} WHERE id IN ({{keys}})", by_id.values())}
        twins = self._twins([entry for entry in batch if not entry.ids])
        known: dict[int, Entry] = {}
        fresh: dict[int, int] = {}
        for entry in batch:
            hits = {by_id[pair] for pair in entry.ids if pair in by_id}
            if len(hits) > 1:
                late(entry.line, entry.cells, f"its ids belong to {len(hits)} records: {', '.join(map(str, sorted(hits)))}")
            elif hits - present:
                tally.skipped += 1
            elif hits:
                known[hits.pop()] = entry
            elif (twin := None if entry.ids else self._twin(entry, twins)) is not None:
                known[twin] = entry
            else:
                fresh[entry.line] = self._add(entry, defaults)
        self._flush()
        changed = self._update(known)
        tally.created += len(fresh)
        tally.updated += len(changed)
        tally.unchanged += len(known) - len(changed)
        return fresh | {known[id_].line: id_ for id_ in changed}

    def _begin(self) -> None:
        """Runs are begun anew: other entries give out ids of other systems in between."""
        self._rows = Run(self._recorder, self._table, (*self._columns, *(("created_at", "updated_at") if self._timed else ())))
        self._ids = Run(self._recorder, ExternalId, ("record_id", "kind", "system", "value"))

    def _twins(self, entries: Sequence[Entry]) -> dict[tuple[Any, ...], list[int]]:
        """What is said → the records without an id that say it."""
        wanted = {entry.values.get(self._indexed) for entry in entries}
        columns = ", ".join(f't."{name}"' for name in self._alike)
        query = f"SELECT t.id, {columns} FROM {self.kind} t LEFT JOIN external_id e ON e.kind = '{self.kind}' AND e.record_id = t.id"
        query += " WHERE e.id IS NULL AND "
        rows = selected(f'{query} t."{self._indexed}" IN ({{keys}}) ORDER BY t.id', wanted - {None})
        if None in wanted:
            rows += selected(f'{query} t."{self._indexed}" IS NULL AND 0 IN ({{keys}}) ORDER BY t.id', [0])
        found: dict[tuple[Any, ...], list[int]] = defaultdict(list)
        for id_, *said in rows:
            found[tuple(said)].append(id_)
        return found

    def _twin(self, entry: Entry, twins: Mapping[tuple[Any, ...], list[int]]) -> int | None:
        said = tuple(entry.values.get(name) for name in self._alike)
        place, found = self._met[said], twins.get(said, [])
        self._met[said] += 1
        return found[place] if place < len(found) else None

    def _add(self, entry: Entry, defaults: Mapping[str, Any]) -> int:
        values = {**defaults, **entry.values}
        times = (values.get("created_at") or self._now, self._now) if self._timed else ()
        id_ = self._rows.add(*(values.get(name) for name in self._columns), *times)
        for system, value in entry.ids:
            self._ids.add(id_, self.kind, system, value)
        return id_

    def _flush(self) -> None:
        self._rows.flush()
        self._ids.flush()

    def _update(self, known: Mapping[int, Entry]) -> set[int]:
        changed = bulk.update_differing(self._recorder, self._table, {id_: entry.values for id_, entry in known.items()})
        query = f"SELECT record_id, system FROM external_id WHERE kind = '{self.kind}' AND record_id IN ({{keys}})"
        held = set(selected(query, (id_ for id_, entry in known.items() if entry.ids)))
        for id_, entry in known.items():
            for system, value in entry.ids:
                if (id_, system) not in held:
                    self._ids.add(id_, self.kind, system, value)
                    changed.add(id_)
        self._ids.flush()
        return changed
