"""The words this house never uses for its own things, and the only sentences that may name them.

Operators purged them for good reason: mutual aid is no regulated product, and nobody promises an amount. The list
is asked for by the rule files, the templates and the catalogues alike.
"""

from __future__ import annotations

import re
from typing import Final

NOT_INSURANCE: Final = (
    "网络互助不是保险，没有人承诺或保证任何金额。",
    "Network mutual aid is not insurance, and nobody promises or guarantees an amount.",
    "不由保险监管机构监管",
    "不受保险监管",
    "不是保险",
    "not supervised by an insurance regulator",
    "no insurance regulator",
    "not insurance",
    "not-insurance",
)
"""The given sentences, longest first; each is taken out of a text before the forbidden words are looked for."""

_CHINESE: Final = (
    "保险", "保费", "理赔", "投保", "保障", "承保", "参保", "退保", "续保", "保单", "保额", "赔付", "包赔", "必赔",
    "保证", "担保", "刚性兑付",
)  # fmt: skip
_ENGLISH: Final = re.compile(
    r"(?<![a-z])(?:(?:re|un)?insur[a-z]*|premiums?|polic(?:y|ies)|policy-?holders?|cover(?:s|ed|ing|age|ages)?|uncovered"
    r"|underwrit[a-z]*|indemnif[a-z]*|indemnit[a-z]*|guarant[a-z]*)(?![a-z])"
)
_PROMISED_CHINESE: Final = (
    "承诺", "包您", "保赔", "保本", "稳赔", "稳赚", "稳得", "零风险", "无风险", "百分之百赔", "一定赔", "一定给付",
    "一定支付", "必定给付", "必定支付", "确保给付", "确保支付", "确保获得", "绝对安全", "放心拿",
)  # fmt: skip
_PROMISED_ENGLISH: Final = re.compile(
    r"(?<![a-z])(?:promis[a-z]*|pledg[a-z]*|assur(?:e|es|ed|ing|ance|ances)|risk[ -]free|no[ -]risk|fail-?safe"
    r"|certain to be paid|sure to be paid|will always be paid|always pays)(?![a-z])"
)
_DENIED_CHINESE: Final = re.compile(
    r"(?:没有人|没有任何人|无人|谁也不|从不|并不|概不|不作|不做|不作任何|不做任何|不予|不能|不会|不构成|不是|并非|不|也不|亦不)"
    r"(?:能|会|可以|为此|对此|对任何金额)?(?:作出|做出)?(?:任何)?(?:(?:承诺|保证|担保)(?:或者|或|和|与|、|也不|亦不|，也不)?)+"
)
_DENIED_ENGLISH: Final = re.compile(
    r"(?<![a-z])(?:(?:nobody|no[ -]one|neither|none of us|never|nothing|no amounts?|no payouts?) "
    r"(?:(?:here|ever|can|could|may|will|is|are|was|has|have|been|be) ){0,3}"
    r"|(?:do|does|did|is|are|was|can|could|will|would|must|may)(?: not|n['’]t) (?:be )?|cannot (?:be )?"
    r"|(?:is|are|was) (?:no|not a|never a) |without (?:any |a )?|(?:makes?|gives?|has|is|are) no )"
    r"(?:(?:promis|guarant|assur)[a-z]*(?: (?:or|nor|and) (?=(?:promis|guarant|assur)[a-z]))?)+(?![a-z])"
)
"""Who says that nothing is promised may name the word: only directly after the denial, so that "not only guaranteed"
stays refused."""
_SPACES: Final = re.compile(r"\s+")
_INSIDE_CHINESE: Final = re.compile(r"(?<=[㐀-鿿]) +(?=[㐀-鿿])")


def forbidden_words(text: str) -> list[str]:
    """The words of insurance and of promises in `text`, in the order of the list, each once; [] when it may stay.

    English is compared in lower case and as whole words ("discover" and "recovery" are ordinary words); in Chinese
    spaces between characters hide nothing. Only the sentences of `NOT_INSURANCE` may name what this is not, and only a
    denial ("nobody guarantees", "不保证") what nobody gives.
    """
    plain = _plain(text)
    found = [word for word in _CHINESE if word in plain]
    found.extend(match.group() for match in _ENGLISH.finditer(plain))
    return list(dict.fromkeys(found))


def promises(text: str) -> list[str]:
    """What the text of a plan says as a promise, beyond `forbidden_words`: "we promise", "承诺赔付", "risk-free".

    For the rules of plans alone: elsewhere a day may well be promised, an amount never. Each once; [] when it may stay.
    """
    plain = _plain(text)
    found = [word for word in _PROMISED_CHINESE if word in plain]
    found.extend(match.group() for match in _PROMISED_ENGLISH.finditer(plain))
    return list(dict.fromkeys(found))


def around(text: str, word: str, *, most: int = 24) -> str:
    """The word with what stands around it, for whoever has to find it; where spaces hid it, its beginning."""
    at = text.casefold().find(word)
    if at < 0:
        return text[: 2 * most].strip() + ("…" if len(text) > 2 * most else "")
    begin, end = max(0, at - most), min(len(text), at + len(word) + most)
    return ("…" if begin else "") + text[begin:end].strip() + ("…" if end < len(text) else "")


def _plain(text: str) -> str:
    """Small letters, without the given sentences and without denials."""
    plain = _INSIDE_CHINESE.sub("", _SPACES.sub(" ", text)).casefold()
    for sentence in NOT_INSURANCE:
        plain = plain.replace(sentence.casefold(), " ")
    return _DENIED_ENGLISH.sub(" ", _DENIED_CHINESE.sub(" ", plain))
