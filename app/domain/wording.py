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
_SPACES: Final = re.compile(r"\s+")
_INSIDE_CHINESE: Final = re.compile(r"(?<=[㐀-鿿]) +(?=[㐀-鿿])")


def forbidden_words(text: str) -> list[str]:
    """The words of insurance and of promises in `text`, in the order of the list, each once; [] when it may stay.

    English is compared in lower case and as whole words ("discover" and "recovery" are ordinary words); in Chinese
    spaces between characters hide nothing. Only the sentences of `NOT_INSURANCE` may name what this is not.
    """
    plain = _INSIDE_CHINESE.sub("", _SPACES.sub(" ", text)).casefold()
    for sentence in NOT_INSURANCE:
        plain = plain.replace(sentence.casefold(), " ")
    found = [word for word in _CHINESE if word in plain]
    found.extend(match.group() for match in _ENGLISH.finditer(plain))
    return list(dict.fromkeys(found))
