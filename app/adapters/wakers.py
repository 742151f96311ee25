"""huey, the library of the queue, loaded with the first message and with no more databases than the queue needs.

It tries to import every database it can keep messages in: on an installation whose queue is a file, Redis and
PostgreSQL would take 18 MB of each process that wakes a worker.
"""

from __future__ import annotations

import importlib
import sys
import threading
from types import ModuleType
from typing import Any, Final

_DATABASES: Final = ("redis", "psycopg", "cysqlite")
_one_at_a_time: Final = threading.Lock()


def library(*, redis: bool) -> Any:
    """The module `huey`; with Redis when the queue lies there."""
    with _one_at_a_time:
        return importlib.import_module("huey") if redis else _without_databases()


def _without_databases() -> ModuleType:
    """What is not loaded yet is not found meanwhile, which huey takes for not installed."""
    unseen = [name for name in _DATABASES if name not in sys.modules]
    sys.modules.update(dict.fromkeys(unseen))  # type: ignore[arg-type]
    try:
        return importlib.import_module("huey")
    finally:
        for name in unseen:
            del sys.modules[name]
