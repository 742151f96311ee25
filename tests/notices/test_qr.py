"""A QR code drawn as a path holds exactly the modules of the code."""

from __future__ import annotations

import re

import segno

from app.web.qr import QUIET, qr_code

ADDRESS = "https://juntan.example/disclosures/young-cancer-2026-10-1"


def test_the_path_draws_every_dark_module_and_no_other() -> None:
    code = qr_code(ADDRESS, "this period")
    drawn = set()
    for x, y, run in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", code.path):
        drawn |= {(int(x) + step - QUIET, int(y) - QUIET) for step in range(int(run))}
    matrix = segno.make(ADDRESS, error="m", micro=False).matrix
    assert drawn == {(x, y) for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark}
    assert code.size == len(matrix) + 2 * QUIET
    assert code.words == "this period"
