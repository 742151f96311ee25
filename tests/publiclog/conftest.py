"""The Go program that reads our log as Go's checksum database is read (tests/publiclog/go/check.go)."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.fixtures.application import ROOT

GOPATH = Path("/usr/share/gocode")
SUMDB = GOPATH / "src/golang.org/x/mod/sumdb"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A machine without Go leaves out what needs it, never with REQUIRE_GO."""
    wanting = [item for item in items if "go_client" in getattr(item, "fixturenames", ())]
    if wanting and not (shutil.which("go") and SUMDB.exists()):
        if os.environ.get("REQUIRE_GO"):
            raise pytest.UsageError(f"Go is needed with {SUMDB}: sh scripts/system test")
        config.hook.pytest_deselected(items=wanting)
        items[:] = [item for item in items if item not in wanting]


@pytest.fixture(scope="session")
def go_client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program, built without the network from the sources of the machine."""
    folder = tmp_path_factory.mktemp("go")
    cache = ROOT / ".cache" / "go-build"
    cache.mkdir(parents=True, exist_ok=True)
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "GOPATH": str(GOPATH),
        "GO111MODULE": "off",
        "GOCACHE": str(cache),
        "GOFLAGS": "",
        "CGO_ENABLED": "0",
    }
    built = folder / "check"
    command = ["go", "build", "-o", str(built), str(ROOT / "tests/publiclog/go/check.go")]
    made = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    return built
