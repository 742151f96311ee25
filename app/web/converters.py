"""The shapes a URL may have: whatever else is asked for does not exist, before any query is made."""

from __future__ import annotations

from typing import Final

from flask import Flask
from werkzeug.routing import BaseConverter, ValidationError

_CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_HEARD_AS: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})


class RefConverter(BaseConverter):
    """A reference: twelve characters of Crockford's base 32. Lower case and hyphens are read as people write them."""

    regex = r"[0-9A-Za-z-]{12,14}"
    part_isolating = True

    def to_python(self, value: str) -> str:
        """The reference as it is kept; not found when it cannot be one."""
        ref = value.replace("-", "").upper().translate(_HEARD_AS)
        if len(ref) != 12 or not set(ref) <= set(_CROCKFORD):  # noqa: PLR2004 -- the length of a reference
            raise ValidationError
        return ref


class PlanConverter(BaseConverter):
    """The slug of a plan: small letters and hyphens."""

    regex = r"[a-z]+(?:-[a-z]+)*"
    part_isolating = True


class PeriodConverter(BaseConverter):
    """The name of a period: plan, year, month, number in the month, e.g. `young-cancer-2026-10-1`."""

    regex = r"[a-z]+(?:-[a-z]+)*-[0-9]{4}-(?:0[1-9]|1[0-2])-[1-9][0-9]?"
    part_isolating = True


class NumberConverter(BaseConverter):
    """A whole number from 1 on, at most nine digits, written without leading zeros."""

    regex = r"[1-9][0-9]{0,8}"
    part_isolating = True

    def to_python(self, value: str) -> int:
        """The number."""
        return int(value)

    def to_url(self, value: int) -> str:
        """The number again."""
        return str(int(value))


class IndexConverter(BaseConverter):
    """A whole number from 0 on, at most eighteen digits, written without leading zeros: an entry of the public log."""

    regex = r"0|[1-9][0-9]{0,17}"
    part_isolating = True

    def to_python(self, value: str) -> int:
        """The number."""
        return int(value)

    def to_url(self, value: int) -> str:
        """The number again."""
        return str(int(value))


class TileConverter(BaseConverter):
    """What may be the path of a tile: the log itself says in a sentence when it is none."""

    regex = r"[^?#]{1,100}"
    part_isolating = False


class DataFileConverter(BaseConverter):
    """The name of a file of open data: a table, a package, a feed, the text of a version of rules."""

    regex = r"[a-z][a-z_-]{0,60}(?:-[1-9][0-9]{0,3})?\.(?:csv|json|atom)"
    part_isolating = True


class TokenConverter(BaseConverter):
    """The token of a link in a mail: 43 letters, as `app.services.mail_links` makes them."""

    regex = r"[A-Za-z0-9_-]{43}"
    part_isolating = True


def init_app(app: Flask) -> None:
    """Teach the routes these shapes: <ref:claim>, <period:name>, <number:version>, <index:entry>, and so on."""
    app.url_map.converters.update(
        ref=RefConverter, plan=PlanConverter, period=PeriodConverter, number=NumberConverter, token=TokenConverter,
        datafile=DataFileConverter, index=IndexConverter, tile=TileConverter,
    )  # fmt: skip
