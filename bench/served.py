"""Pages as a server gives them out: gunicorn with two workers under wrk, beside a route that does nothing.

    sh scripts/dev python -m bench.served [--seconds 5] [--address /disclosures/...] [--json]

Asks the database that the environment names, and changes nothing in it. A bare route of the same application, the page
that was kept, the page made anew, and a request answered with 304 are asked in turn, `rounds` times, so that whatever
else the machine does touches all of them; rates are the best of each. wrk comes with the system: `apt-get install wrk`.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager

from flask import Flask

from app.factory import create_app
from app.web import kept
from bench.pages import BARE, bare

ANEW = "anew"
"""A query that no page reads: with it this server keeps nothing."""
_RATE = re.compile(r"Requests/sec:\s+([0-9.]+)")
_FAILED = re.compile(r"Non-2xx or 3xx responses:\s+([0-9]+)")
_PERIOD = re.compile(r'href="(/disclosures/[a-z-]+-\d{4}-\d\d-\d+)"')


def application() -> Flask:
    """What gunicorn serves: the application, the bare route, and a way past the shelf."""
    site = create_app()
    bare(site)
    site.before_request(lambda: _forget(site))
    return site


def _forget(site: Flask) -> None:
    from flask import request  # noqa: PLC0415

    if ANEW in request.args:
        kept.shelf_of(site).clear()


@contextmanager
def serving() -> Iterator[str]:
    """Two workers on a free port; the address they answer at."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable, "-m", "gunicorn", "--workers", "2", "--worker-class", "gthread", "--threads", "4",
        "--bind", f"127.0.0.1:{port}", "--log-level", "warning", "bench.served:application()",
    ]  # fmt: skip
    server = subprocess.Popen(command, env=os.environ)  # noqa: S603 -- our own server
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(100):
            try:
                urllib.request.urlopen(address + BARE, timeout=5).close()  # noqa: S310 -- our own address
                break
            except OSError:
                time.sleep(0.2)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)


def rate(address: str, seconds: int, *headers: str) -> float:
    """Requests a second. RuntimeError when an answer was an error, or when wrk is not there."""
    wrk = shutil.which("wrk")
    if wrk is None:
        raise RuntimeError("wrk is not on this machine: apt-get install wrk")
    said = [part for header in ("Accept-Encoding: gzip", "Accept-Language: en", *headers) for part in ("-H", header)]
    answer = subprocess.run(  # noqa: S603
        [wrk, "-t2", "-c8", f"-d{seconds}s", *said, address], check=True, capture_output=True, text=True
    ).stdout
    found, failed = _RATE.search(answer), _FAILED.search(answer)
    if found is None or failed is not None:
        raise RuntimeError(f"{address}: {answer}")
    return float(found[1])


def measure(path: str | None, seconds: int, rounds: int) -> dict[str, float | str]:
    """The best rate of each, and what part of the bare route's rate it is."""
    with serving() as address:
        chosen = path or _a_period(address)
        asked = urllib.request.Request(address + chosen, headers={"Accept-Encoding": "gzip", "Accept-Language": "en"})  # noqa: S310
        with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310
            etag = answer.headers["ETag"]
        wanted = {
            "bare": (BARE,),
            "kept": (chosen,),
            "not_modified": (chosen, f"If-None-Match: {etag}"),
            "made": (f"{chosen}?{ANEW}",),
        }
        best = dict.fromkeys(wanted, 0.0)
        for _ in range(rounds):
            for name, (where, *headers) in wanted.items():
                best[name] = max(best[name], rate(address + where, seconds, *headers))
    return {"page": chosen, **best, **{f"{name}_of_bare": best[name] / best["bare"] for name in wanted}}


def _a_period(address: str) -> str:
    with urllib.request.urlopen(address + "/disclosures?page=2", timeout=30) as answer:  # noqa: S310
        found = _PERIOD.search(answer.read().decode())
    if found is None:
        raise RuntimeError("there is no second page of periods: name an address")
    return found[1]


def main() -> None:
    """Measure and print."""
    wish = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wish.add_argument("--address", help="the page; a settled period by default")
    wish.add_argument("--seconds", type=int, default=5)
    wish.add_argument("--rounds", type=int, default=3)
    wish.add_argument("--json", action="store_true")
    chosen = wish.parse_args()
    told = measure(chosen.address, chosen.seconds, chosen.rounds)
    if chosen.json:
        print(json.dumps(told, indent=1))
        return
    print(f"{told['page']}: requests a second, two workers")
    for name in ("bare", "kept", "not_modified", "made"):
        print(f"{name:14} {told[name]:9.0f}   {told[f'{name}_of_bare']:.2f} of the bare route")


if __name__ == "__main__":
    main()
