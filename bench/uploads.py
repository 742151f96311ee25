"""How much memory one large upload needs: a real server process, a real multipart request, the peak it ever held.

    sh scripts/dev python -m bench.uploads [--mb 100] [--single-stream]

Starts gunicorn with one worker on an empty demonstration in a temporary folder, the limit of a file raised by
configuration, signs somebody in with a draft, sends a PDF of that size, and prints what Linux says of the worker's peak
resident memory (VmHWM) before and after. Ends with 1 when the peak is above 150 MB or the file was not kept.
With --single-stream the whole document is one page with one picture, which whoever reads it must hold whole.
"""

from __future__ import annotations

import argparse
import http.client
import http.cookiejar
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MOST_MB = 150
_MEBIBYTE = 1024 * 1024
_SCAN_BYTES = 1_000_000
_BOUNDARY = "----juntan-bench"
_PASSWORD = "four quiet paper lanterns"  # noqa: S105 -- of an account that lives for one measurement
_SETUP = """
import datetime as dt
from app.accounts.actions import hash_password
from app.claims import actions
from app.db import db, transaction
from app.factory import create_app
from app.models import Account, Membership
from tests.claims.builders import membership
with create_app().app_context(), transaction():
    at = dt.datetime.now(dt.UTC)
    who = Account(email="bench@example.org", name="Bench", password_hash=hash_password({password!r}), created_at=at)
    who.email_confirmed_at = at
    db.session.add(who)
    db.session.flush()
    print(actions.open_claim(membership(who.id), by=who, at=at).ref)
"""


def pdf_of(size: int) -> Iterator[bytes]:
    """A sound PDF of about this size, piece by piece: pages with one scan of a megabyte each, which nothing shrinks."""
    pages = max(1, size // _SCAN_BYTES)
    kids = b" ".join(b"%d 0 R" % (3 + 2 * number) for number in range(pages))
    tree = (b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, pages))
    yield from _written(
        chain(([one] for one in tree), *(_page(3 + 2 * number, _SCAN_BYTES) for number in range(pages)))
    )


def single_stream_of(size: int) -> Iterator[bytes]:
    """A sound PDF of this size with one page and one scan."""
    tree = (b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>")
    yield from _written(chain(([one] for one in tree), _page(3, size)))


def _written(bodies: Iterable[Iterable[bytes]]) -> Iterator[bytes]:
    """The objects as a file, and the table that says where each begins."""
    head = b"%PDF-1.4\n"
    at, offsets = len(head), []
    yield head
    for number, body in enumerate(bodies, start=1):
        offsets.append(at)
        for piece in chain((b"%d 0 obj\n" % number,), body, (b"\nendobj\n",)):
            at += len(piece)
            yield piece
    rows = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    yield b"xref\n0 %d\n0000000000 65535 f \n" % (len(offsets) + 1) + rows
    yield b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(offsets) + 1, at)


def _page(number: int, size: int) -> tuple[Iterable[bytes], Iterable[bytes]]:
    """A page and the scan on it, as two objects in pieces."""
    height = size // 3_000
    says = b"<</Type/XObject/Subtype/Image/Width 1000/Height %d/ColorSpace/DeviceRGB/BitsPerComponent 8/Length %d>>"
    resources = b"<</XObject<</I %d 0 R>>>>" % (number + 1)
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources%s>>" % resources
    scan = (os.urandom(3_000) for _row in range(height))
    picture = chain((says % (height, height * 3_000), b"\nstream\n"), scan, (b"\nendstream",))
    return [page], picture


@dataclass(frozen=True, slots=True)
class Served:
    """A server that runs, and somebody with a draft who is signed in at it."""

    port: int
    claim: str
    worker: int
    """The process that answers."""
    cookies: str
    token: str
    browser: urllib.request.OpenerDirector

    @property
    def page(self) -> str:
        """The address of the documents of the second line."""
        return f"/claims/{self.claim}/documents/2"


def main() -> int:
    """Measure once; 0 when all is well."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--mb", type=int, default=100)
    asked.add_argument("--single-stream", action="store_true")
    chosen = asked.parse_args()
    size_mb, made_of = chosen.mb, single_stream_of if chosen.single_stream else pdf_of
    with (
        tempfile.TemporaryDirectory(prefix="juntan-bench-") as folder,
        serving(Path(folder), {"JUNTAN_UPLOAD_FILE_MB": str(size_mb + 1)}, threads=2) as served,
    ):
        return _measure(served, made_of(size_mb * _MEBIBYTE))


@contextmanager
def serving(instance: Path, settings: Mapping[str, str], *, threads: int) -> Iterator[Served]:
    """Gunicorn with one worker on an empty demonstration, and somebody signed in with a draft."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("JUNTAN_", "DATABASE_URL"))},
        "JUNTAN_INSTANCE": str(instance),
        "PYTHONPATH": str(ROOT),
        **settings,
    }
    run = [sys.executable, "-m"]
    upgrade = [*run, "flask", "db", "upgrade"]
    subprocess.run(upgrade, cwd=ROOT, env=environment, check=True, capture_output=True)  # noqa: S603 -- our own
    made = subprocess.run(  # noqa: S603 -- our own
        [sys.executable, "-c", _SETUP.format(password=_PASSWORD)],
        cwd=ROOT, env=environment, check=True, capture_output=True, text=True,
    )  # fmt: skip
    claim = made.stdout.split()[-1]
    bound = ["gunicorn", "-k", "gthread", "-w", "1", "--threads", str(threads), "-b", f"127.0.0.1:{port}", "-t", "600"]
    command = [*run, *bound, "wsgi:app"]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=quiet) as server:  # noqa: S603 -- our own
        try:
            yield _signed_in(port, claim, server.pid)
        finally:
            server.terminate()


def _signed_in(port: int, claim: str, master: int) -> Served:
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar := http.cookiejar.CookieJar()))
    base = f"http://127.0.0.1:{port}"
    _wait_for(port)
    sign_in = {"email": "bench@example.org", "password": _PASSWORD, "csrf_token": _token(browser, f"{base}/sign-in")}
    browser.open(f"{base}/sign-in", urllib.parse.urlencode(sign_in).encode())
    worker = int(Path(f"/proc/{master}/task/{master}/children").read_text().split()[0])
    token = _token(browser, f"{base}/claims/{claim}/documents/2")
    return Served(port, claim, worker, "; ".join(f"{one.name}={one.value}" for one in jar), token, browser)


def _measure(served: Served, document: Iterator[bytes]) -> int:
    forget_peak(served.worker)
    before = peak_mb(served.worker)
    began = time.perf_counter()
    status, size = _send(served.port, served.page, served.token, served.cookies, document)
    seconds = time.perf_counter() - began
    shown = served.browser.open(f"http://127.0.0.1:{served.port}{served.page}?lang=en").read().decode()
    kept, peak = "bench.pdf" in shown, peak_mb(served.worker)
    print(f"{size // _MEBIBYTE} MB sent in {seconds:.1f} s, answered {status}, {'kept' if kept else 'NOT KEPT'}")
    print(f"peak resident memory of the worker: {before} MB before, {peak} MB after; at most {MOST_MB} MB are allowed")
    return 0 if kept and peak < MOST_MB else 1


def _send(port: int, page: str, token: str, cookies: str, document: Iterator[bytes]) -> tuple[int, int]:
    """One multipart request; the status of its answer, and how many bytes were sent."""
    head = (
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n'
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="documents"; filename="bench.pdf"\r\n'
        "Content-Type: application/pdf\r\n\r\n"
    ).encode()
    tail = f"\r\n--{_BOUNDARY}--\r\n".encode()
    content = tempfile.TemporaryFile()  # noqa: SIM115 -- closed below
    for piece in document:
        content.write(piece)
    total = len(head) + content.tell() + len(tail)
    content.seek(0)
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    line.putrequest("POST", page)
    for name, value in (
        ("Content-Type", f"multipart/form-data; boundary={_BOUNDARY}"),
        ("Content-Length", str(total)),
        ("Cookie", cookies),
        ("Referer", f"http://127.0.0.1:{port}{page}"),
    ):
        line.putheader(name, value)
    line.endheaders(head)
    while piece := content.read(_MEBIBYTE):
        line.send(piece)
    line.send(tail)
    answer = line.getresponse()
    answer.read()
    content.close()
    line.close()
    return answer.status, total


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the server did not start")


def _token(browser: urllib.request.OpenerDirector, address: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.open(address).read().decode())
    if found is None:
        raise SystemExit(f"no form at {address}")
    return found.group(1)


def forget_peak(process: int) -> None:
    """Let the peak begin anew: hashing the password of the sign-in takes 64 MB on purpose, and gives them back."""
    Path(f"/proc/{process}/clear_refs").write_text("5")


def peak_mb(process: int) -> int:
    """The most memory the process ever held, since its peak was forgotten."""
    text = Path(f"/proc/{process}/status").read_text()
    kilobytes = re.search(r"VmHWM:\s+(\d+)", text)
    return int(kilobytes.group(1)) // 1024 if kilobytes else 0


if __name__ == "__main__":
    raise SystemExit(main())
