"""What may be shown of people and their cases: marks instead of letters, and groups instead of persons.

Masking is for the owner and for staff; the public sees cases only, in groups that never single out a few
(domain.md "Consent and publication"). What was decided once is never refined later.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from app.domain.places import COUNTRY, region_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ALL: Final = "all"
"""Stands for every age, or every illness, in a case shown coarsely."""
WITHHELD: Final = "withheld"
"""Stands where the claimant agreed to nothing but plan, amount and date."""
EXPIRED: Final = "expired"
"""Stands where the details of a case were shown until their days were over."""
DETAIL_DAYS: Final = 90
"""So many days the details of a case are shown; amount and dates stay."""
COUNTED_DAYS: Final = 365
"""So many days a published case counts among those that are alike; afterwards what is true of it is forgotten."""
LEAST_ALIKE: Final = 5
"""How many published cases of a year must be alike before their common attributes are shown (k)."""

_STARS: Final = "**"
_ALWAYS_HIDDEN: Final = 4
_HEAD, _TAIL = 3, 4
_COMPOUND_SURNAMES_IN_USE: Final = """
    欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 申屠
    公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙 壤驷 公良 漆雕 乐正 宰父 谷梁
    拓跋 夹谷 轩辕 令狐 段干 百里 呼延 东郭 南门 羊舌 微生 梁丘 左丘 东门 西门 歐陽 司馬 東方 諸葛 長孫 聞人 尉遲
    鍾離 軒轅
"""
_COMPOUND_SURNAMES: Final = frozenset(_COMPOUND_SURNAMES_IN_USE.split())
_COMPOUND_LENGTH: Final = 2

_AGE_BANDS: Final = ((0, 6), (7, 17), (18, 30), (31, 40), (41, 50), (51, 65))
_OLDEST_BAND: Final = "66+"

AGE_BANDS: Final = (*(f"{first}-{last}" for first, last in _AGE_BANDS), _OLDEST_BAND)
"""The age bands of published cases, youngest first."""


@dataclass(frozen=True, slots=True)
class Attributes:
    """What is true of one case: its age band, the code of its province, the key of its group of events."""

    age_band: str
    province: str
    disease_group: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What the public sees of one case: each part as fine as allowed, `ALL`, or `WITHHELD`."""

    age_band: str
    place: str
    """A province code, a region key, `COUNTRY` (places.py), or `WITHHELD`."""
    disease_group: str


NOTHING_SHOWN: Final = Shown(WITHHELD, WITHHELD, WITHHELD)
"""Level 0, without consent to publication: plan, amount and date only."""

NOTHING_LEFT: Final = Shown(EXPIRED, EXPIRED, EXPIRED)
"""After `DETAIL_DAYS`: plan, amount and date only, for another reason."""

_EVERYBODY: Final = Shown(ALL, COUNTRY, ALL)
_COARSER: Final[tuple[Callable[[Attributes], Shown], ...]] = (
    lambda true: Shown(true.age_band, true.province, true.disease_group),
    lambda true: Shown(true.age_band, region_of(true.province), true.disease_group),
    lambda true: Shown(true.age_band, COUNTRY, true.disease_group),
    lambda true: Shown(true.age_band, COUNTRY, ALL),
)
COARSEST: Final = len(_COARSER)
"""The number of the last step, in which everybody looks alike; 0 is the finest."""


def age_band(age: int) -> str:
    """The band of `AGE_BANDS` a person of this many completed years is published in; `ValueError` below zero."""
    if age < 0:
        message = f"an age is never negative: {age}"
        raise ValueError(message)
    for first, last in _AGE_BANDS:
        if age <= last:
            return f"{first}-{last}"
    return _OLDEST_BAND


def last_years() -> tuple[tuple[str, int], ...]:
    """Each band but the oldest, with the last year that belongs to it."""
    return tuple((f"{first}-{last}", last) for first, last in _AGE_BANDS)


class Alike:
    """Cases counted once at every step, so that each of many is judged without reading the others again.

    Steps: province, region, country, then all illnesses. Raises `KeyError` for an unknown province.
    """

    def __init__(self, cases: Iterable[Attributes]) -> None:
        true = Counter(cases)
        self._counts = tuple(self._counted(true, step) for step in _COARSER)

    @staticmethod
    def _counted(true: Counter[Attributes], step: Callable[[Attributes], Shown]) -> Counter[Shown]:
        found: Counter[Shown] = Counter()
        for case, number in true.items():
            found[step(case)] += number
        return found

    def step(self, true: Attributes, k: int = LEAST_ALIKE, *, least: int = 0) -> int:
        """The number of the finest step, from `least` on, in which at least `k` look like this one, itself included."""
        steps = tuple(zip(_COARSER, self._counts, strict=True))
        return next((n for n, (step, counts) in enumerate(steps) if n >= least and counts[step(true)] >= k), COARSEST)

    def finest(self, true: Attributes, k: int = LEAST_ALIKE, *, least: int = 0) -> Shown:
        """The finest way, from the step `least` on, to show one of these cases so that at least `k` look alike."""
        return shown_at_step(self.step(true, k, least=least), true)


def shown_at_step(step: int, true: Attributes) -> Shown:
    """What is shown of a case at a step: 0 province, 1 region, 2 country, 3 all illnesses, 4 all ages."""
    return _COARSER[step](true) if step < COARSEST else _EVERYBODY


def step_of(shown: Shown) -> int:
    """The number of the step something is shown at; `ValueError` for what shows nothing (any more)."""
    if shown in {NOTHING_SHOWN, NOTHING_LEFT}:
        raise ValueError("nothing is shown of this case")
    if shown.age_band == ALL:
        return COARSEST
    if shown.disease_group == ALL:
        return COARSEST - 1
    return 2 if shown.place == COUNTRY else 0 if shown.place.isdigit() else 1


def coarsen(true: Attributes, published_last_365_days: Iterable[Attributes], k: int = LEAST_ALIKE) -> Shown:
    """The finest way to show a case in which at least `k` cases look alike, itself included.

    Cases are counted by what is true of them, not by how they were shown. Steps: province, region, country, then all
    illnesses, then all ages; the last is taken whatever the count. Raises `KeyError` for an unknown province.
    """
    return Alike((true, *published_last_365_days)).finest(true, k)


def shown_at_level(level: int, true: Attributes, alike: Alike, k: int = LEAST_ALIKE, *, least: int = 0) -> Shown:
    """What is shown at a publication level: nothing at 0 (no consent), the coarsened attributes from 1 on.

    `alike` are the cases of the last 365 days, this one among them; `least` is the step the claimant was shown before
    handing the claim in: it is never refined.
    """
    return NOTHING_SHOWN if level == 0 else alike.finest(true, k, least=least)


def family_name_masked(name: str) -> str:
    """The family name and two stars: 王**, 欧阳**; "" for an empty name.

    A name whose family name cannot be told (买买提·吐尔逊, John Smith) keeps its first letter only, and so does a name
    of two characters that could be a compound family name: the whole name must never be seen.
    """
    whole = "".join(name.split())
    if not whole:
        return ""
    if whole[:_COMPOUND_LENGTH] in _COMPOUND_SURNAMES and len(whole) > _COMPOUND_LENGTH:
        return whole[:_COMPOUND_LENGTH] + _STARS
    return whole[0] + _STARS


def document_masked(number: str) -> str:
    """The first 3 and the last 4 characters of an identity document, stars between them, in its true length.

    Of a shorter number (a passport) fewer are shown, so that at least four always stay hidden.
    """
    spare = max(len(number) - _ALWAYS_HIDDEN, 0)
    tail = min(_TAIL, (spare + 1) // 2)
    head = min(_HEAD, spare - tail)
    return number[:head] + "*" * (len(number) - head - tail) + number[len(number) - tail :]


def email_masked(address: str) -> str:
    """The first letter, three stars and the domain: a***@example.org; only stars when there is no @ with a name."""
    name, at, domain = address.rpartition("@")
    return f"{name[0]}***@{domain}" if at and name else "***"


def bank_account_masked(number: str) -> str:
    """Four stars and the last 4 digits of an account number, spaces ignored; only stars below 8 digits."""
    digits = "".join(number.split())
    return "****" + (digits[-_TAIL:] if len(digits) >= _TAIL + _ALWAYS_HIDDEN else "")
