"""The dataclass of the house: with slots, compared by its values; nobody sets a field of one, and the type checker sees to it.

That a frozen dataclass enforces it while the program runs takes six generated functions for each class. A short command imports forty of
them: made by one function each, they cost a third, which is a tenth of the command.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    import dataclasses
    from operator import attrgetter

    def dataclass(*, slots: bool, frozen: bool = False, eq: bool = True):
        """As `dataclasses.dataclass`, for a class with slots; a frozen one can be hashed."""
        if not (frozen and slots and eq):
            return dataclasses.dataclass(frozen=frozen, slots=slots, eq=eq)
        return _made

    def _made(cls):
        made = dataclasses.dataclass(eq=False, repr=False, slots=True)(cls)
        names = [field.name for field in dataclasses.fields(made)]
        made._values = attrgetter(*names) if names else _nothing
        for method in (__eq__, __hash__, __repr__):
            if method.__name__ not in cls.__dict__:
                setattr(made, method.__name__, method)
        return made

    def _nothing(_):
        return ()

    def __eq__(self, other):
        return self._values(self) == other._values(other) if other.__class__ is self.__class__ else NotImplemented

    def __hash__(self):
        return hash(self._values(self))

    def __repr__(self):
        shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__dataclass_fields__)
        return f"{self.__class__.__qualname__}({shown})"


__all__ = ["dataclass"]
