"""What a document says with figures, the code says too."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_figures_of_the_money_document_are_those_of_the_rules() -> None:
    run = subprocess.run(
        [sys.executable, ROOT / "scripts" / "worked.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_worked_period_is_the_one_somebody_can_do_by_hand() -> None:
    """277,777.77 is the most with 8 % inside 300,000.00; the rest is addition and one division."""
    text = (ROOT / "docs" / "money.md").read_text("utf-8")
    payouts = 277_777_77 + 50_000_00
    fee = (payouts * 8 + 50) // 100
    share = -(-(payouts + fee - 7) // 100_000)
    carried = 7 + share * 100_000 - payouts - fee
    for fen in (payouts, fee, payouts + fee, share, carried):
        assert f"| {fen // 100:,}.{fen % 100:02} |" in text
