"""What a log may know about an error: of which kind it is and where it happened, not what was said.

The message of an error may hold a name or an address: a database repeats the row that it refused, a parser the text.
"""

from __future__ import annotations

import traceback


def trace_of(error: BaseException) -> str:
    """The kinds of an error and of what led to it, the first cause first, each with the lines it came through."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    before = "" if cause is None else f"{trace_of(cause)}which led to\n"
    return f"{before}{type(error).__name__}\n{''.join(traceback.format_tb(error.__traceback__))}"
