"""A downloaded archive in the hands of an operator who lies: changed, then tiled and signed anew as if it were true."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import importlib.util
import io
import json
import shutil
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.config import ROOT
from app.domain import merkle, notes, tiles
from app.domain.checkpoints import Checkpoint
from tests.fixtures.story import Told

Fact = dict[str, Any]


def _loaded() -> Any:
    spec = importlib.util.spec_from_file_location("verify", ROOT / "verifier" / "verify.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


verify = _loaded()
"""The published program itself, as a module."""


class Downloaded:
    """One unpacked archive, with the key that signed it."""

    def __init__(self, folder: Path, seed: bytes) -> None:
        self.folder, self.seed = folder, seed
        note = (folder / "log/checkpoint").read_text("utf-8")
        self.origin, size, _ = verify.checkpoint_of(note)
        read = ((folder / "log" / tile.path()).read_bytes() for tile in tiles.bundles_at(size))
        self.facts: list[Fact] = [json.loads(entry) for file in read for entry in tiles.unbundled(file)]

    @classmethod
    def of(cls, told: Told, folder: Path) -> Downloaded:
        """What a stranger downloads after the story was told."""
        with zipfile.ZipFile(told.instance / "public/open-data/juntan-open-data.zip") as archive:
            archive.extractall(folder)
        return cls(folder, next(iter(told.site().config["LOG_KEYS"].values())))

    def copy(self, folder: Path) -> Downloaded:
        """Another one of the same, to be changed."""
        shutil.copytree(self.folder, folder)
        return Downloaded(folder, self.seed)

    def of_type(self, type_: str) -> list[Fact]:
        """The entries of a type, to be changed."""
        return [fact for fact in self.facts if fact["type"] == type_]

    def with_cases(self) -> Fact:
        """A settlement with cases, of a period whose members were counted."""
        return next(fact for fact in reversed(self.of_type("settlement")) if fact["cases"] and fact["share_fen"])

    @contextlib.contextmanager
    def rows(self, table: str) -> Iterator[list[dict[str, str]]]:
        """The rows of a table of the folder, written back afterwards."""
        path = self.folder / "latest" / f"{table}.csv"
        rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8"), newline="")))
        columns = list(rows[0])
        yield rows
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        path.write_text(text.getvalue(), "utf-8", newline="")

    def drop(self, fact: Fact) -> None:
        """Take an entry out of the log; the tables then point at the entries behind it as they are numbered now."""
        gone = self.facts.index(fact)
        self.facts.remove(fact)
        for path in (self.folder / "latest").glob("*.csv"):
            with self.rows(path.stem) as rows:
                rows[:] = [row for row in rows if row["log_index"] != str(gone)]
                for row in rows:
                    row["log_index"] = str(int(row["log_index"]) - (int(row["log_index"]) > gone))

    def say_of_files(self) -> None:
        """Let the log say of every file what is in it now."""
        last = {fact["about"]: fact for fact in self.of_type("dataset")}
        for about, fact in last.items():
            if (self.folder / about).is_file():
                fact["sha256"] = hashlib.sha256((self.folder / about).read_bytes()).hexdigest()

    def sign(self) -> None:
        """Write the log of the entries as they are now, and sign it with the real key."""
        entries = [
            json.dumps(fact, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() for fact in self.facts
        ]
        shutil.rmtree(self.folder / "log/tile")
        level = [merkle.leaf_hash(entry) for entry in entries]
        root = verify.root_of(level)
        for tile in tiles.bundles_at(len(entries)):
            begin = tile.number * tiles.WIDTH
            self._write(tile, tiles.bundle(entries[begin : begin + tile.width]))
        number = 0
        while level:
            for at in range(0, len(level), tiles.WIDTH):
                part = level[at : at + tiles.WIDTH]
                self._write(tiles.Tile(number, at // tiles.WIDTH, len(part)), b"".join(part))
            whole = range(0, len(level) // tiles.WIDTH * tiles.WIDTH, tiles.WIDTH)
            level, number = [tiles.folded(level[at : at + tiles.WIDTH]) for at in whole], number + 1
        text = Checkpoint(self.origin, len(entries), root).text()
        key = Ed25519PrivateKey.from_private_bytes(self.seed)
        keyid = notes.keyid(self.origin, key.public_key().public_bytes_raw())
        note = notes.written(text, [notes.Signature(self.origin, keyid, key.sign(text.encode()))])
        (self.folder / "log/checkpoint").write_text(note, "utf-8")

    def _write(self, tile: tiles.Tile, data: bytes) -> None:
        path = self.folder / "log" / tile.path()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def verified(folder: Path, *options: str) -> tuple[int, dict[str, str], str]:
    """What the program says of a folder: its exit code, the checks that fail with their lines, and all it says."""
    said, was = io.StringIO(), sys.argv
    sys.argv = ["verify.py", str(folder), *options]
    try:
        with contextlib.redirect_stdout(said):
            code = verify.main()
    finally:
        sys.argv = was
    failed: dict[str, str] = {}
    name = ""
    for line in said.getvalue().splitlines():
        if line.startswith(("ok ", "FAILED", "- ")):
            name = line.split()[1] if line.startswith("FAILED") else ""
            failed |= {name: ""} if name else {}
        elif name:
            failed[name] += f"{line.strip()}\n"
    return code, failed, said.getvalue()
