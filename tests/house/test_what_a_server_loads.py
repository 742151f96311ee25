"""A web server holds what answers pages need, and not what reads documents, sets letters or migrates."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from app.config import ROOT

LEFT_TO_OTHERS = {
    "PIL", "alembic", "app.cli", "app.services.documents", "app.services.page_pictures", "app.story", "huey", "pikepdf",
    "psycopg", "pypdfium2", "redis", "weasyprint",
}  # fmt: skip
"""Each takes between 2 and 25 MB of every process that loads it."""
_SAYS = """
import sys
from app.factory import create_app
from app.jobs import queue
site = create_app()
print(*sorted(sys.modules))
queue.queue_of(site)
print(*sorted(sys.modules))
"""


def test_a_server_loads_nothing_of_what_other_processes_do(tmp_path: Path) -> None:
    ours = ("JUNTAN_", "DATABASE_URL")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    said = subprocess.run(
        [sys.executable, "-c", _SAYS],
        cwd=ROOT,
        env={**environment, "JUNTAN_INSTANCE": str(tmp_path), "PYTHONPATH": str(ROOT)},
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()

    served, waking = (set(line.split()) for line in said)
    assert not served & LEFT_TO_OTHERS
    assert waking & LEFT_TO_OTHERS == {"huey"}, "a queue in a file wakes without Redis and PostgreSQL"
