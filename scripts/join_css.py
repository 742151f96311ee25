"""Join the parts in static/css/ into the one style sheet a page loads, static/css/app.css.

Run it after a change to a part: `python scripts/join_css.py`. With `--check` nothing is written and the exit status
is 1 when app.css is not what the parts say. The order is the cascade: tokens first, print last. letter.css stays alone.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

CSS = Path(__file__).resolve().parent.parent / "static" / "css"
PARTS = ("tokens", "base", "frame", "equation", "tables", "forms", "timeline", "charts", "specimens", "staff", "print")


def joined() -> str:
    """The text of app.css: all parts in order, without comments and without the spaces no browser needs."""
    text = "\n".join((CSS / f"{part}.css").read_text("utf-8") for part in PARTS)
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"\s*([{};])\s*", r"\1", text)
    text = re.sub(r":\s+(?=[^{};]*[;}])", ":", text).replace(";}", "}")
    return "/* Joined from its neighbours by scripts/join_css.py. */\n" + text.replace("}", "}\n").strip() + "\n"


def main(arguments: list[str]) -> int:
    """Write app.css, or with --check compare it; returns the exit status."""
    target = CSS / "app.css"
    wanted = joined()
    if "--check" in arguments:
        return 0 if target.exists() and target.read_text("utf-8") == wanted else 1
    target.write_text(wanted, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
