"""What one person begins another one answers, once: what is wrong when it is the same one, or somebody was faster.

Every desk has its own kind of both, because each says in its own sentence what to do next.
"""

from __future__ import annotations


class SamePersonAgain(PermissionError):
    """Whoever did the first step does not do the second one as well."""


class AnsweredAlready(Exception):
    """Somebody did the second step already; `state` says how."""

    def __init__(self, state: str) -> None:
        super().__init__(f"already {state}")
        self.state = state
