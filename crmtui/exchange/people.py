"""The reps and tags that rows name: found by name or mail, made when they are to be."""

from __future__ import annotations

from crmtui import team, texts
from crmtui.errors import NotFound, Refused
from crmtui.store.journal import Recorder
from crmtui.store.keys import fold
from crmtui.store.reading import tuples
from crmtui.store.tables import Rep, Tag


class Reps:
    """The reps of the base by folded name and mail. `make` says that unknown ones are made; `made` counts them."""

    def __init__(self, make: bool) -> None:
        self.make = make
        self.made = 0
        self._ids: dict[str, int] = {}
        for id_, name, email in tuples(Rep.select(Rep.id, Rep.name, Rep.email).order_by(Rep.id.desc())):
            self._ids |= {fold(key): id_ for key in (email, name) if key}

    def known(self, text: str) -> str | None:
        """The name as typed, None for an empty one. Raises `NotFound` for a rep who is not there and is not to be made."""
        name = texts.line(text, "rep")
        if name and not self.make and fold(name) not in self._ids:
            raise NotFound(f'no rep "{name}"', "import or add the reps first, or pass --create-missing")
        return name or None

    def find(self, name: str) -> int | None:
        """The id of a rep."""
        return self._ids.get(fold(name))

    def id_of(self, name: str, recorder: Recorder) -> int:
        """The id of a rep, made when missing. Raises `Refused` when one that was there is gone."""
        found = self._ids.get(fold(name))
        if found is not None:
            return found
        if not self.make:
            raise Refused(f'rep "{name}" was taken away while the file was read', "import the file again")
        values = {"name": name, "email": name} if "@" in name else {"name": name}
        row = recorder.insert(Rep, **team.check(values))
        self._ids[fold(name)] = row.id
        self.made += 1
        return row.id


class Tags:
    """The ids of tags by their folded names, made when missing."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._ids: dict[str, int] = dict(tuples(Tag.select(Tag.key, Tag.id)))

    def id_of(self, name: str) -> int:
        """The id of a tag."""
        key = fold(name)
        if key not in self._ids:
            self._ids[key] = self._recorder.insert(Tag, name=name, key=key).id
        return self._ids[key]

