"""What a document costs that arrives in pieces: the rate against a bare loop, and the memory of the server with eight.

    sh scripts/dev python -m bench.upload [--mb 64] [--rounds 5] [--json]

Starts gunicorn as in production (gthread, one worker, eight threads) on an empty demonstration. The bare loop reads a
file of random bytes, hashes and encrypts it in chunks of 64 KiB and keeps nothing; the application receives the same
bytes in one PATCH of tus, encrypts and stores them. Both take turns in one run; the ratio is that of the medians. Then
eight files of that size come at once, and Linux says how much memory the worker ever held. Ends with 1 when the ratio
is below 0.60, when the worker held 150 MB or more, or when a file did not arrive whole.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import http.client
import json
import os
import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bench import uploads

LEAST_RATIO = 0.60
AT_ONCE = 8
_MEBIBYTE = 1024 * 1024
_CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Figures:
    """One run; seconds are medians of its rounds."""

    mebibytes: int
    rounds: int
    bare_s: float
    tus_s: float
    ratio: float
    """How fast the application is, the bare loop being 1."""
    at_once: int
    peak_before_mb: int
    peak_mb: int
    arrived: bool


def main() -> int:
    """Measure once; 0 when all is well."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--mb", type=int, default=64)
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--json", action="store_true")
    chosen = asked.parse_args()
    size = chosen.mb * _MEBIBYTE
    under_way = str((chosen.rounds + AT_ONCE + 2) * chosen.mb)
    limits = {"JUNTAN_UPLOAD_FILE_MB": str(chosen.mb), "JUNTAN_UPLOAD_UNDER_WAY_MB": under_way}
    with tempfile.TemporaryDirectory(prefix="juntan-bench-") as folder:
        file = Path(folder) / "random"
        with file.open("wb") as writing:
            for _ in range(chosen.mb):
                writing.write(os.urandom(_MEBIBYTE))
        with uploads.serving(Path(folder) / "instance", limits, threads=AT_ONCE) as served:
            found = _measure(served, file, size, chosen.rounds)
    print(json.dumps(asdict(found)) if chosen.json else _in_words(found))
    return 0 if found.ratio >= LEAST_RATIO and found.peak_mb < uploads.MOST_MB and found.arrived else 1


def _measure(served: uploads.Served, file: Path, size: int, rounds: int) -> Figures:
    sender = _Sender(served)
    bare, through = [], []
    sender.send(file, size)  # the first one compiles statements and opens the store
    for _ in range(rounds):
        bare.append(_bare(file))
        through.append(sender.send(file, size))
    uploads.forget_peak(served.worker)
    before = uploads.peak_mb(served.worker)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda _number: sender.send(file, size), range(AT_ONCE)))
    return Figures(
        mebibytes=size // _MEBIBYTE,
        rounds=rounds,
        bare_s=round(statistics.median(bare), 3),
        tus_s=round(statistics.median(through), 3),
        ratio=round(statistics.median(bare) / statistics.median(through), 2),
        at_once=AT_ONCE,
        peak_before_mb=before,
        peak_mb=uploads.peak_mb(served.worker),
        arrived=sender.arrived == rounds + 1 + AT_ONCE,
    )


def _bare(file: Path) -> float:
    """Read, hash and encrypt, and nothing else."""
    began = time.perf_counter()
    digest, cipher, number = hashlib.sha256(), AESGCM(os.urandom(32)), 0
    with file.open("rb", buffering=0) as reading:
        while piece := reading.read(_CHUNK):
            digest.update(piece)
            cipher.encrypt(number.to_bytes(12, "big"), piece, None)
            number += 1
    digest.digest()
    return time.perf_counter() - began


class _Sender:
    """The claimant, with a file in hand."""

    def __init__(self, served: uploads.Served) -> None:
        self.port, self.at = served.port, f"/claims/{served.claim}/arrivals"
        self.headers = {"Cookie": served.cookies, "X-CSRFToken": served.token, "Tus-Resumable": "1.0.0"}
        self.arrived = 0

    def send(self, file: Path, size: int) -> float:
        """Announce it, send it in one piece, and say how long the piece took."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        told = ",".join(f"{name} {base64.b64encode(text).decode()}" for name, text in _TOLD.items())
        line.request("POST", self.at, headers={**self.headers, "Upload-Length": str(size), "Upload-Metadata": told})
        answer = line.getresponse()
        answer.read()
        place = answer.headers.get("Location", "")
        began = time.perf_counter()
        with file.open("rb", buffering=0) as reading:
            line.putrequest("PATCH", place)
            piece = {"Upload-Offset": "0", "Content-Length": str(size), "Content-Type": _MEDIA_TYPE}
            for name, value in {**self.headers, **piece}.items():
                line.putheader(name, value)
            line.endheaders()
            while chunk := reading.read(4 * _CHUNK):
                line.send(chunk)
            answer = line.getresponse()
            answer.read()
        took = time.perf_counter() - began
        line.close()
        self.arrived += answer.status == http.client.NO_CONTENT and answer.headers["Upload-Offset"] == str(size)
        return took


_TOLD = {"filename": b"random.pdf", "line": b"2"}
_MEDIA_TYPE = "application/offset+octet-stream"


def _in_words(found: Figures) -> str:
    return (
        f"{found.mebibytes} MiB: bare loop {found.bare_s} s, through tus {found.tus_s} s, ratio {found.ratio}"
        f" (at least {LEAST_RATIO})\n"
        f"{found.at_once} at once: {found.peak_before_mb} MB resident before, {found.peak_mb} MB at the peak"
        f" (below {uploads.MOST_MB}); {'all arrived' if found.arrived else 'NOT ALL ARRIVED'}"
    )


if __name__ == "__main__":
    sys.exit(main())
