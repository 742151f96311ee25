"""Settings of the whole test run. What tests stand on lives in tests/fixtures, one file a thing."""

import os

import pytest
from hypothesis import settings

pytest_plugins = [
    "tests.fixtures.application",
    "tests.fixtures.databases",
    "tests.fixtures.browser",
    "tests.fixtures.story",
    "tests.fixtures.scanner",
    "tests.fixtures.bucket",
]

settings.register_profile("dev", max_examples=60, deadline=None)
settings.register_profile("ci", max_examples=400, deadline=None, derandomize=True, print_blob=True)
settings.register_profile("hunt", max_examples=20_000, deadline=None, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--db` chooses the engines; without it, both when PostgreSQL is on this machine (tests/fixtures/databases.py)."""
    engines = ("sqlite", "postgresql", "both", "each")
    parser.addoption("--db", choices=engines, default=None, help="databases to test on; each: all tests on both")
