"""Rule versions at the border of the house: read and checked, written as plain data, and given a fingerprint.

A rule version that was published is never edited, so what it says must be sound before (`read_rules`) and provable
after (`fingerprint`). The JSON forms below are what the database stores, word for word.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from typing import TYPE_CHECKING, Any

from app.domain.rule_checks import check_rules
from app.domain.rule_reading import NONE_WORD, Problem, Reading
from app.domain.terms import MemberTerms, PoolTerms, Rules

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "Problem",
    "RuleFileInvalid",
    "canonical",
    "fingerprint",
    "from_data",
    "member_terms_data",
    "member_terms_from",
    "pool_terms_data",
    "pool_terms_from",
    "read_rules",
    "to_data",
]


class RuleFileInvalid(ValueError):
    """A rule file or a stored version does not say what a plan must say; `problems` names every place."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def read_rules(data: Mapping[str, object], *, source: str) -> Rules:
    """The rule version that a parsed rule file describes, found sound in every part.

    `source` is the name of the file, repeated in each problem. Raises `RuleFileInvalid` with all problems: those of
    shape (types, unknown and missing keys) and those of meaning (rule_checks.py). What a part means is judged only
    when the shape of that part is right.
    """
    reading = Reading(source, none=NONE_WORD)
    rules = reading.value(Rules, data)
    if isinstance(rules, Rules):
        misshapen = {problem.key.partition(".")[0] for problem in reading.problems}
        check_rules(rules, reading.wrong, misshapen=misshapen)
    if reading.problems or not isinstance(rules, Rules):
        raise RuleFileInvalid(reading.problems)
    return rules


def to_data(rules: Rules) -> dict[str, Any]:
    """The whole version as plain JSON values: texts, integers, booleans, null, lists and mappings."""
    return _record(rules)


def from_data(data: Mapping[str, object]) -> Rules:
    """The version that `to_data` wrote; raises `RuleFileInvalid` when keys or types are not exactly those."""
    return _stored(Rules, data)  # type: ignore[no-any-return]


def member_terms_data(terms: MemberTerms) -> dict[str, Any]:
    """Member terms as plain JSON values, as stored with a rule version."""
    return _record(terms)


def member_terms_from(data: Mapping[str, object]) -> MemberTerms:
    """The member terms that `member_terms_data` wrote; raises `RuleFileInvalid` when they are not whole."""
    return _stored(MemberTerms, data)  # type: ignore[no-any-return]


def pool_terms_data(terms: PoolTerms) -> dict[str, Any]:
    """Pool terms as plain JSON values, as stored with a rule version and with each period locked under it."""
    return _record(terms)


def pool_terms_from(data: Mapping[str, object]) -> PoolTerms:
    """The pool terms that `pool_terms_data` wrote; raises `RuleFileInvalid` when they are not whole."""
    return _stored(PoolTerms, data)  # type: ignore[no-any-return]


def canonical(rules: Rules) -> bytes:
    """All content of the version in one byte order that any language can make again (RFC 8785).

    Keys sorted, no white space, UTF-8 without escapes beyond those JSON demands. The content holds integers and no
    fractions, and every key is ASCII, so that Python's own writer gives the bytes of the standard.
    """
    return json.dumps(to_data(rules), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def fingerprint(rules: Rules) -> str:
    """SHA-256 of the canonical bytes in 64 hexadecimal digits: two versions agree only if every character does."""
    return hashlib.sha256(canonical(rules)).hexdigest()


def _record(value: Any) -> dict[str, Any]:
    """What has its default is not written: a version from before there was such a thing stays as it was."""
    said = ((each, getattr(value, each.name)) for each in dataclasses.fields(value))
    return {each.name: _plain(one) for each, one in said if one != each.default}


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return _record(value)
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value


def _stored(kind: type, data: Mapping[str, object]) -> Any:
    reading = Reading("stored version", none=None)
    value = reading.value(kind, data)
    if reading.problems:
        raise RuleFileInvalid(reading.problems)
    return value
