"""A form that came too often: shown again with what was typed, and a sentence that says when to come back."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response
from wtforms import Field

from app.services.limits import TooMany
from app.web.sentences import sentence_of


def too_often(render: Callable[[], Response], field: Field, refused: TooMany) -> Response:
    """The page with the sentence at this field, and the header that programs read. `render` answers with 429."""
    field.errors = [sentence_of(refused)]
    response = render()
    response.headers["Retry-After"] = str(refused.wait_seconds)
    return response
