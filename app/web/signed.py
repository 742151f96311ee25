"""The door for machines that sign what they say: no session, no cookie, no form; the signature opens it.

Only rooms behind this door are exempt from the token of forms (app/factory.py). What is refused is answered in JSON
with a sentence, counted by network, and logged without its body; nothing of it is stored.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Final

from flask import Response, current_app, g, jsonify, request
from flask_babel import gettext as _
from werkzeug.exceptions import RequestEntityTooLarge

from app.domain.signatures import HEADER, NotSigned, TooOld, WrongSignature, check
from app.services import limits
from app.web import clock
from app.web.doors import Door
from app.web.network import network
from app.web.sentences import sentence_of

_log = logging.getLogger(__name__)
MOST_BYTES: Final = 16 * 1024
"""News are a few hundred bytes."""


class SignedDoor(Door):
    """Lets in whoever signed the body with one of the secrets, not long ago. Called before each request of its room."""

    def __init__(self, secrets: Callable[[], Sequence[bytes]]) -> None:
        """`secrets` names what is believed now; none of them means that nobody is expected here (404)."""
        super().__init__("anybody")
        self.secrets = secrets

    def __call__(self) -> Response | None:
        """Nothing when the signature holds; otherwise the answer that turns the sender away."""
        g.door = self
        try:
            body = _body()
        except RequestEntityTooLarge:
            return _refused(413, "too large", _("News are small: at most %(size)s kB.", size=MOST_BYTES // 1024))
        try:
            check(request.headers.get(HEADER, ""), body, self.secrets(), at=clock.real_now())
        except NotSigned:
            return _refused(400, "unsigned", _("Every delivery needs its signature: see the protocol."))
        except TooOld:
            return _refused(400, "too old", _("This was signed too long ago. Sign it anew and send it again."))
        except WrongSignature:
            if not self.secrets():
                return _refused(404, "nobody expected", _("This installation listens to no payment service."))
            return _refused(401, "wrong signature", _("The signature does not fit the body and our secrets."))
        return None


def door_for_signed(secrets: Callable[[], Sequence[bytes]]) -> SignedDoor:
    """The door of a room for machines, for `bp.before_request(...)`."""
    return SignedDoor(secrets)


def payment_secrets() -> tuple[bytes, ...]:
    """What the payment service signs its news with."""
    found: tuple[bytes, ...] = current_app.config["PAYMENTS"].secrets
    return found


def answer(status: int, sentence: str, **more: str) -> Response:
    """An answer for a machine, with a sentence for whoever reads its log."""
    response = jsonify({"said": sentence, **more})
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response


def _body() -> bytes:
    request.max_content_length = MOST_BYTES
    return request.get_data(cache=True)


def _refused(status: int, why: str, sentence: str) -> Response:
    _log.warning("a delivery was refused: %s", why)
    try:
        limits.take("delivery-network", network(), at=clock.real_now())
    except limits.TooMany as often:
        response = answer(429, sentence_of(often))
        response.headers["Retry-After"] = str(often.wait_seconds)
        return response
    return answer(status, sentence)
