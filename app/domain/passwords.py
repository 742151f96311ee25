"""Which passwords are refused: short ones, those everybody tries first, and those that follow from the address.

NIST SP 800-63B, section 5.1.1.2: length and a list of common values, no rules of composition. Which of the common ones
have at least ten characters was taken from published lists of the most used passwords, those of Chinese sites included.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final, Literal

LEAST: Final = 10
MOST: Final = 200
_DIGITS_ALONE: Final = 16
"""Fewer digits than this are a telephone number or a birthday."""
_OWN_PART: Final = 4
_BESIDES: Final = 6
_LONGEST_BLOCK: Final = 4

Weakness = Literal["short", "long", "common", "digits", "own"]

_TRIED_FIRST: Final = (
    "password123 password12 password1234 password123456 password! password1! passw0rd123 passw0rd12 p@ssw0rd123 "
    "p@ssword123 p@ssword12 passwordpassword mypassword mypassword1 yourpassword changeme123 changemenow "
    "letmein123 letmeinnow welcome123 welcome1234 welcome2024 welcome2025 welcome2026 administrator admin12345 "
    "admin123456 admin1234567 adminadmin administrator1 root123456 rootroot12 test123456 testtest12 testpassword "
    "guest12345 user123456 default123 secret1234 qwertyuiop qwertyuiop1 qwertyuiop123 qwerty12345 qwerty123456 "
    "qwerty1234 qwerty123! qwertyqwerty qazwsxedcrfv qazwsx1234 1qaz2wsx3edc 1qazxsw23edc 1q2w3e4r5t 1q2w3e4r5t6y "
    "q1w2e3r4t5 q1w2e3r4t5y6 asdfghjkl1 asdfghjkl123 asdfghjkl; asdf123456 asdfasdfasdf zxcvbnm123 zxcvbnm1234 "
    "abc1234567 abc123456789 abcd123456 abcd1234567 abcd12345678 abcde12345 abcdef1234 abcdef123456 abcdefghij "
    "a123456789 a1234567890 aa12345678 aa123456789 as123456789 q123456789 qq123456789 w123456789 z123456789 "
    "zz123456789 123456789a 123456789q 123456789abc 12345678910a 1234567890a 1234567890q 123456789qwe 123qweasdzxc "
    "123qwe123qwe 123abc123abc 111111aaaa aaaaaa1111 iloveyou12 iloveyou123 iloveyou520 iloveyouforever "
    "woaini1314 woaini520 woaini5201314 woaini1314520 woaini123456 woaiwojia1 woaiwojia520 woaimama123 woaibaba123 "
    "5201314woaini aini1314520 laopo5201314 laogong520 baobei1314 tiancai123 nihao12345 nihao123456 nihaoma123 "
    "zhang123456 wang123456 li123456789 chen123456 liu123456789 beijing2008 zhongguo123 woshishui1 caonima123 "
    "football123 baseball123 basketball sunshine12 sunshine123 princess12 princess123 dragon1234 monkey1234 "
    "superman123 batman1234 michael123 jordan2323 liverpool1 manchester chelsea123 arsenal123 juventus123 "
    "starwars123 pokemon123 computer12 computer123 internet12 internet123 whatever12 trustno1trustno1 "
    "hello12345 hello123456 helloworld helloworld1 goodmorning correcthorsebatterystaple "
    "juntan1234 juntan12345 juntan123456 juntanjuntan huzhu12345 huzhu123456"
)
_COMMON: Final = frozenset(_TRIED_FIRST.split())


def weakness_of(password: str, *, email: str) -> Weakness | None:
    """What is wrong with a password for the account with this address; None when nothing is."""
    plain = password.strip().lower()
    if len(password) < LEAST:
        return "short"
    if len(password) > MOST:
        return "long"
    if plain in _COMMON or _is_repetition(plain) or _is_sequence(plain):
        return "common"
    if plain.isdigit() and len(plain) < _DIGITS_ALONE:
        return "digits"
    return "own" if _follows_from(plain, email.lower()) else None


def _is_repetition(plain: str) -> bool:
    """The same few characters again and again: "aaaaaaaaaa", "abcabcabcabc"."""
    return any(
        (plain[:size] * (len(plain) // size + 1))[: len(plain)] == plain for size in range(1, _LONGEST_BLOCK + 1)
    )


def _is_sequence(plain: str) -> bool:
    """Characters in order, up or down: "abcdefghij", "9876543210", "1234567890"."""
    steps = {(ord(after) - ord(before)) for before, after in pairwise(plain)}
    return steps in ({1}, {-1}) or plain in "12345678901234567890" or plain in "09876543210987654321"


def _follows_from(plain: str, email: str) -> bool:
    """The address itself, or what stands before its @ with little around it."""
    name = email.partition("@")[0]
    if not name:
        return False
    return plain in (email, email.replace("@", "")) or (
        len(name) >= _OWN_PART and name in plain and len(plain) - len(name) < _BESIDES
    )
