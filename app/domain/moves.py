"""Tables of moves: how a thing gets from one state to the next, and whose move it is.

A table is data. Asking it, drawing it and writing it down all read the same rows, so that the picture in docs/ cannot
say anything else than what the software does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

Role = Literal["visitor", "member", "caseworker", "treasurer", "operator", "auditor", "investigator", "system"]
State = TypeVar("State", bound=str)


class MoveNotAllowed(ValueError):
    """No such move leaves this state."""

    def __init__(self, state: str, move: str) -> None:
        super().__init__(f"{move!r} is no move from {state!r}")
        self.state = state
        self.move = move


class NotYourMove(PermissionError):
    """The move exists, but this role may not make it."""

    def __init__(self, role: str) -> None:
        super().__init__(f"this is not a move of {role!r}")
        self.role = role


@dataclass(frozen=True, slots=True)
class Move(Generic[State]):
    """One row: from one state, by one move, to another state, and the roles that may make it."""

    before: State
    move: str
    after: State
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True)
class MoveTable(Generic[State]):
    """All moves of one kind of thing. Two rows that leave a state by the same move cannot stand in one table."""

    start: State
    moves: tuple[Move[State], ...]

    def __post_init__(self) -> None:
        if len({(row.before, row.move) for row in self.moves}) != len(self.moves):
            raise ValueError("a move must lead to one state")

    @property
    def states(self) -> tuple[State, ...]:
        """Every state of the table, from the start in the order in which the rows name them."""
        named = (state for row in self.moves for state in (row.before, row.after))
        return tuple(dict.fromkeys((self.start, *named)))

    @property
    def final_states(self) -> tuple[State, ...]:
        """The states nothing leaves."""
        left = {row.before for row in self.moves}
        return tuple(state for state in self.states if state not in left)

    def after(self, state: str, move: str, by: str) -> State:
        """The state this move leads to. Raises `MoveNotAllowed`, or `NotYourMove` when another role may make it."""
        for row in self.moves:
            if (row.before, row.move) == (state, move):
                if by not in row.roles:
                    raise NotYourMove(by)
                return row.after
        raise MoveNotAllowed(state, move)

    def moves_from(self, state: str, role: str) -> tuple[str, ...]:
        """The moves this role may make from this state, in the order of the table."""
        return tuple(row.move for row in self.moves if row.before == state and role in row.roles)

    def mermaid(self) -> str:
        """The table as a Mermaid state diagram; moves between the same two states share one arrow."""
        arrows: dict[tuple[str, str], list[str]] = {}
        for row in self.moves:
            arrows.setdefault((row.before, row.after), []).append(f"{_words(row.move)} ({_roles(row)})")
        lines = ["stateDiagram-v2", f"    [*] --> {self.start}"]
        lines += [f"    {before} --> {after} : {' / '.join(labels)}" for (before, after), labels in arrows.items()]
        lines += [f"    {state} --> [*]" for state in self.final_states]
        return "\n".join(lines) + "\n"

    def rows_as_markdown(self) -> str:
        """The table as a Markdown table, one row a move."""
        lines = ["| from | move | to | who |", "|---|---|---|---|"]
        lines += [
            f"| {_words(row.before)} | {_words(row.move)} | {_words(row.after)} | {_roles(row)} |" for row in self.moves
        ]
        return "\n".join(lines) + "\n"

    def document(self, title: str, introduction: str) -> str:
        """The page of docs/: title, introduction, diagram and table."""
        return f"# {title}\n\n{introduction}\n\n```mermaid\n{self.mermaid()}```\n\n{self.rows_as_markdown()}"


def row(before: State, move: str, after: State, *roles: Role) -> Move[State]:
    """One row of a table, written on one line."""
    return Move(before, move, after, frozenset(roles))


def _words(name: str) -> str:
    return name.replace("_", " ")


def _roles(row: Move[State]) -> str:
    return ", ".join(sorted(row.roles))
