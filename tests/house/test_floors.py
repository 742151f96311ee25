"""Imports go down only, and no room knows another: the contracts in pyproject.toml, kept and seen to break."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VIOLATIONS = {
    "a room imports a room": ("app/plans/queries.py", "from app.claims import queries as theirs\n"),
    "the engine imports the porch": ("app/services/pools.py", "from app.web import clock\n"),
    "a noun imports a verb": ("app/models/pool.py", "from app.services import pools\n"),
    "the rules import the database": ("app/domain/money.py", "from app import db\n"),
    "the rules import a library": ("app/domain/money.py", "import sqlalchemy\n"),
    "a view writes SQL": ("app/plans/views.py", "from sqlalchemy import select\n"),
    "a part without a floor": ("app/extras/__init__.py", '"""Extras."""\n'),
}


def contracts(checkout: Path) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    environment = {"PATH": "", "PYTHONPATH": str(checkout)}
    return subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the house with two rooms in it, however far it is built."""
    shutil.copytree(
        ROOT / "app", tmp_path / "app", ignore=shutil.ignore_patterns("__pycache__", "translations", "presets")
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for room in ("plans", "claims"):
        for name in ("__init__.py", "queries.py", "views.py"):
            path = tmp_path / "app" / room / name
            path.parent.mkdir(exist_ok=True)
            path.touch()
    return tmp_path


def test_the_house_keeps_its_floors():
    outcome = contracts(ROOT)
    assert outcome.returncode == 0, outcome.stdout


@pytest.mark.parametrize("violation", VIOLATIONS)
def test_a_planted_import_is_seen(house: Path, violation: str):
    name, line = VIOLATIONS[violation]
    path = house / name
    path.parent.mkdir(exist_ok=True)
    with path.open("a", encoding="utf-8") as handle:
        handle.write("\n" + line)
    outcome = contracts(house)
    assert outcome.returncode == 1, outcome.stdout
    assert "1 broken" in outcome.stdout or "2 broken" in outcome.stdout or "extras" in outcome.stdout
