"""What others built reads our log: Go's checksum database client and pymerkle, none of whose code is ours."""

from __future__ import annotations

import base64
import subprocess
from pathlib import Path

import pytest
from flask import Flask
from pymerkle import InmemoryTree

from app.db import db
from app.models import Checkpoint
from app.services.public_log import files, growing, proving, reading, signing
from tests.publiclog import log_story as story

PROVED = (0, 1, 255, 256, 400, 511, 512, 699)


@pytest.fixture
def log(app: Flask) -> list[Checkpoint]:
    """A log of three tiles and a beginning of the next level, with its files; the checkpoints, oldest first."""
    with app.app_context():
        story.grow(299, 400)
        files.publish()
        return story.grow()


def lines(proof: list[bytes]) -> str:
    return "".join(f"{base64.b64encode(part).decode()}\n" for part in proof)


def checked(client: Path, folder: Path, proofs: Path, vkey: str) -> subprocess.CompletedProcess[str]:
    """What the Go program says."""
    command = [str(client), str(folder), vkey, str(proofs / "older"), str(proofs)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_go_accepts_signature_tiles_inclusion_and_consistency_and_nothing_false(
    app: Flask, log: list[Checkpoint], go_client: Path, tmp_path: Path
) -> None:
    with app.app_context():
        older, newer = log
        (tmp_path / "older").write_text(older.note)
        (tmp_path / "consistency").write_text(lines(proving.consistency(older.size, newer.size)))
        for number in PROVED:
            (tmp_path / f"{number}.entry").write_text(reading.entry(number).body)
            (tmp_path / f"{number}.proof").write_text(lines(proving.proof(number)))
        folder, vkey = files.root() / "log", signing.verifier_keys()[0]
    said = checked(go_client, folder, tmp_path, vkey)
    assert (said.returncode, said.stdout) == (0, f"700 entries, from 300 on, {len(PROVED)} proofs\n"), said.stderr
    for name, wrong in wrongs(folder, tmp_path):
        path = folder / name if (folder / name).exists() else tmp_path / name
        right = path.read_bytes()
        path.write_bytes(wrong)
        assert checked(go_client, folder, tmp_path, vkey).returncode == 1, name
        path.write_bytes(right)
    assert checked(go_client, folder, tmp_path, vkey).returncode == 0, "what was false was taken back"


def wrongs(folder: Path, proofs: Path) -> list[tuple[str, bytes]]:
    """Files and what they must not be."""
    return [
        ("checkpoint", (folder / "checkpoint").read_bytes().replace(b"700", b"701", 1)),
        ("tile/0/001", bytes(32) + (folder / "tile/0/001").read_bytes()[32:]),
        ("tile/1/000.p/2", (folder / "tile/1/000.p/2").read_bytes()[:32] + bytes(32)),
        ("400.entry", (proofs / "400.entry").read_bytes().replace(b'"amount_fen":', b'"amount_fen":1')),
        ("400.proof", (proofs / "699.proof").read_bytes()),
        ("consistency", b""),
    ]


def test_pymerkle_computes_the_same_roots(app: Flask, log: list[Checkpoint]) -> None:
    with app.app_context():
        tree = InmemoryTree(algorithm="sha256")
        for body in reading.bodies(0, 700):
            tree.append_entry(body)
        for checkpoint in log:
            assert tree.get_root(checkpoint.size) == checkpoint.root
        for size in (1, 2, 255, 256, 257, 511, 512, 513, 699):
            assert tree.get_root(size) == growing.root_at(size)
        assert db.session.scalar(db.select(db.func.count(Checkpoint.size))) == 2
