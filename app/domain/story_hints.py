"""What in a story for the public may point at somebody: what is refused at once, and what a reader should look at.

Numbers and addresses by which a person can be reached or found are refused outright. Everything else is a hint for the
caseworker who reads the story, never a verdict: a word that looks like a name may be none, and a name may look like
any other word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

MOST_PUBLIC_STORY: Final = 600
"""A story for the public has at most so many characters."""

Unfit = Literal["identity", "telephone", "account", "mail", "link"]
Kind = Literal["name", "hospital", "place", "date", "work", "contact"]

_DIGIT: Final = r"[0-9]"
_GAP: Final = r"[\s\-‐-―.·_()]{0,3}"
_SPOKEN_DIGITS: Final = str.maketrans("零〇一二三四五六七八九幺壹贰叁肆伍陆柒捌玖", "001234567891123456789")
_REFUSED: Final[tuple[tuple[Unfit, re.Pattern[str]], ...]] = (
    ("mail", re.compile(r"[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+")),
    ("link", re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)),
    ("identity", re.compile(rf"(?<!{_DIGIT})[1-9](?:{_GAP}{_DIGIT}){{16}}{_GAP}[0-9Xx](?!{_DIGIT})")),
    ("telephone", re.compile(rf"(?<!{_DIGIT})(?:(?:\+|00)86{_GAP})?1[3-9](?:{_GAP}{_DIGIT}){{9}}(?!{_DIGIT})")),
    ("telephone", re.compile(rf"(?<!{_DIGIT})0{_DIGIT}{{2,3}}{_GAP}{_DIGIT}{{7,8}}(?!{_DIGIT})")),
    ("telephone", re.compile(rf"(?<!{_DIGIT})[48]00(?:{_GAP}{_DIGIT}){{7}}(?!{_DIGIT})")),
    ("account", re.compile(rf"(?<!{_DIGIT}){_DIGIT}(?:{_GAP}{_DIGIT}){{11,29}}(?!{_DIGIT})")),
)

_SURNAMES: Final = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭"
    "陆汪范石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔汤"
)
_TITLES: Final = "先生|女士|医生|大夫|主任|教授|护士|老师|同学|经理|师傅|阿姨|叔叔|书记|院长|科长"
_HINTS: Final[tuple[tuple[Kind, re.Pattern[str]], ...]] = (
    ("name", re.compile(rf"[{_SURNAMES}][\u4e00-\u9fff]{{0,2}}(?:{_TITLES})")),
    ("name", re.compile(rf"(?:我叫|名叫|叫做|姓名[是为：:]?|名字[是叫：:])\s*[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}")),
    ("name", re.compile(r"\b(?:Dr|Mr|Mrs|Ms|Prof)\.?\s+[A-Z][a-z]+")),
    ("name", re.compile(r"\b(?:my name is|called|named)\s+[A-Z][a-z]+(?:\s+[A-Z][a-z]+)?")),
    ("hospital", re.compile(r"[\u4e00-\u9fffA-Za-z0-9]{0,12}(?:医院|卫生院|诊所|医学中心|肿瘤中心|附院|[一二三四]院)")),
    ("hospital", re.compile(r"\b[A-Z][\w']*(?:\s+[A-Z][\w']*)*\s+(?:Hospital|Clinic)\b")),
    ("place", re.compile(r"[\u4e00-\u9fff]{1,6}(?:自治[区州]|街道|社区|小区|花园|新村|胡同|[省市县区镇乡村路街巷弄栋])"
                         r"(?:[0-9一二三四五六七八九十]{1,5}(?:号|栋|单元|室))?")),
    ("place", re.compile(r"[0-9]{1,5}\s*(?:号楼|号院|单元|室)|\b[0-9]+\s+[A-Z]\w+\s+(?:Road|Street|Avenue|Lane)\b")),
    ("date", re.compile(r"[0-9]{4}\s*[年./-]\s*[0-9]{1,2}(?:\s*[月./-]\s*[0-9]{1,2}\s*[日号]?|\s*月)?")),
    ("date", re.compile(r"[0-9一二三四五六七八九十]{1,3}\s*月\s*[0-9一二三四五六七八九十]{1,3}\s*[日号]")),
    ("date", re.compile(r"\b[0-9]{1,2}\s+(?:January|February|March|April|May|June|July|August|September|October|"
                        r"November|December)\b(?:\s+[0-9]{4})?")),
    ("work", re.compile(r"[\u4e00-\u9fff]{1,12}(?:公司|集团|大学|学院|中学|小学|幼儿园|工厂|部队|派出所)")),
    ("contact", re.compile(r"(?:微信|QQ|抖音|快手|小红书|微博|WeChat)\s*号?\s*[是为：:]?\s*[A-Za-z0-9_\-]{4,}")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hint:
    """A stretch of a story that may point at somebody: `story[start:end]`."""

    start: int
    end: int
    kind: Kind


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a story as it is laid before its reader: marked with what it may be, or plain (None)."""

    text: str
    kind: Kind | None


def tidy(text: str) -> str:
    """The story as it is kept: plain text without marks that hide or turn letters, at most one empty line in a row."""
    shown = "".join(
        letter
        for letter in text.replace("\r\n", "\n").replace("\r", "\n")
        if letter == "\n" or unicodedata.category(letter) not in {"Cc", "Cf", "Co", "Cs", "Cn"}
    )
    return re.sub(r"\n{3,}", "\n\n", shown).strip()


def unfit(story: str) -> tuple[Unfit, ...]:
    """What a story may never contain, each kind once, in the order it is looked for; () when there is nothing.

    Digits count in whatever way they are written: full-width, apart, or as Chinese words.
    """
    plain = _plain(story).translate(_SPOKEN_DIGITS)
    found: dict[Unfit, None] = {}
    for kind, pattern in _REFUSED:
        plain, number = pattern.subn("、", plain)
        if number:
            found[kind] = None
    return tuple(found)


def hints(story: str, known_names: Iterable[str] = ()) -> tuple[Hint, ...]:
    """What a reader should look at, from the beginning on and never overlapping; the first kind found wins.

    `known_names` are the names of the claimant and of the people of the account: whole, or without the family name.
    """
    plain = _plain(story)
    found: list[Hint] = []
    for known in {part for name in known_names for part in _parts_of(name)}:
        found += [Hint(hit.start(), hit.end(), "name") for hit in re.finditer(re.escape(known), plain)]
    for kind, pattern in _HINTS:
        found += [Hint(hit.start(), hit.end(), kind) for hit in pattern.finditer(plain)]
    kept: list[Hint] = []
    taken = 0
    for hint in sorted(found, key=lambda one: (one.start, -one.end)):
        if hint.start >= taken:
            kept.append(hint)
            taken = hint.end
    return tuple(kept)


def pieces(story: str, found: Iterable[Hint]) -> tuple[Piece, ...]:
    """The whole story in pieces, marked and plain, in order: joined they are the story again."""
    laid: list[Piece] = []
    at = 0
    for hint in found:
        laid.append(Piece(story[at : hint.start], None))
        laid.append(Piece(story[hint.start : hint.end], hint.kind))
        at = hint.end
    laid.append(Piece(story[at:], None))
    return tuple(piece for piece in laid if piece.text)


def _plain(story: str) -> str:
    """The same number of characters, full-width ones as the plain ones they stand for."""
    return "".join(_one(letter) for letter in story)


def _one(letter: str) -> str:
    plain = unicodedata.normalize("NFKC", letter)
    return plain if len(plain) == 1 else letter


def _parts_of(name: str) -> tuple[str, ...]:
    """A whole name, and of a Chinese one what may be the given name, where it has two characters or more."""
    whole, least = name.strip(), 2
    if len(whole) < least:
        return ()
    given = (whole[1:], whole[2:]) if "\u4e00" <= whole[0] <= "\u9fff" else ()
    return (whole, *(part for part in given if len(part) >= least))
