"""Reading plain data (a parsed TOML or JSON mapping) into the values of `terms.py`, all problems collected.

The shape of the data is the shape of the dataclasses: the same field names, lists for tuples. What may be absent
must be said: JSON says null, a rule file, which has no null, says "none". A forgotten cap is therefore a problem
and never an unlimited charge. Only what came later has a default, which older versions mean by their silence.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

NONE_WORD: Final = "none"
"""How a rule file says that there is no such thing: no cap, no upper age, no earlier plan."""

_KINDS: Final = {int: "a whole number", str: "text in quotes", bool: "true or false"}
UNREAD: Final = object()
"""Stands where a value could not be read; a problem says why."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one rule file: where it was read from, the dotted key, and a sentence for its author.

    Entries of lists are counted from 1, as people count: `member.benefits.3.amount_fen` is the third benefit.
    """

    source: str
    key: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.source}: {self.key}: {self.sentence}"


@dataclass(slots=True)
class Reading:
    """One reading of one source: turns data into values and remembers every problem met on the way."""

    source: str
    none: object
    """What stands for "there is none": `NONE_WORD` in rule files, `None` in JSON."""
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, key: str, sentence: str) -> None:
        """Remember one problem under its dotted key."""
        self.problems.append(Problem(self.source, key, sentence))

    def value(self, kind: type, data: object) -> Any:
        """The dataclass `kind` read from `data`; meaningless as soon as `problems` is not empty."""
        return self._read(kind, data, "")

    def _read(self, kind: Any, data: object, key: str) -> Any:
        origin = typing.get_origin(kind)
        if dataclasses.is_dataclass(kind):
            return self._record(kind, data, key)
        if origin is tuple:
            return self._list(typing.get_args(kind)[0], data, key)
        if origin is types.UnionType or origin is typing.Union:
            return self._optional(kind, data, key)
        if origin is typing.Literal:
            return self._choice(typing.get_args(kind), data, key)
        return self._plain(kind, data, key)

    def _record(self, kind: Any, data: object, key: str) -> Any:
        if not isinstance(data, Mapping):
            self.wrong(key or "(file)", "must be a table of keys and values.")
            return UNREAD
        hints = typing.get_type_hints(kind)
        for name in data:
            if name not in hints:
                known = ", ".join(hints)
                self.wrong(_under(key, str(name)), f"is not a key of a rule file; here there may be: {known}.")
        may_be_absent = {
            each.name: each.default for each in dataclasses.fields(kind) if each.default is not dataclasses.MISSING
        }
        values: dict[str, object] = {}
        for name, hint in hints.items():
            if name in data:
                values[name] = self._read(hint, data[name], _under(key, name))
            elif name in may_be_absent:
                values[name] = may_be_absent[name]
            else:
                self.wrong(_under(key, name), "is missing.")
                values[name] = UNREAD
        return kind(**values)

    def _list(self, kind: Any, data: object, key: str) -> tuple[Any, ...]:
        if not isinstance(data, list | tuple):
            self.wrong(key, "must be a list.")
            return ()
        return tuple(self._read(kind, entry, _under(key, str(place))) for place, entry in enumerate(data, start=1))

    def _optional(self, kind: Any, data: object, key: str) -> Any:
        if data == self.none:
            return None
        wanted = [option for option in typing.get_args(kind) if option is not type(None)]
        return self._read(wanted[0], data, key)

    def _choice(self, options: tuple[object, ...], data: object, key: str) -> Any:
        if data in options:
            return data
        self.wrong(key, f"must be one of {', '.join(map(str, options))}; it says {data!r}.")
        return UNREAD

    def _plain(self, kind: type, data: object, key: str) -> Any:
        # bool is an int to Python; for the author of a rule file `true` is not an amount.
        if type(data) is kind:
            return data
        self.wrong(key, f"must be {_KINDS[kind]}; it says {data!r}.")
        return UNREAD


def _under(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name
