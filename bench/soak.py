"""Whether nothing is lost, doubled or stuck when everything happens at once, or when the worker is killed.

    sh scripts/dev python -m bench.soak [--engine postgres|sqlite] [--seconds 30] [--connections 8] [--seed N] [--json]
    sh scripts/dev python -m bench.soak [--engine postgres|sqlite] --kills 50 [--seed N] [--json]

The first hammers a pool with joins, top-ups, leaving and staying while its periods are locked, approved, settled and
paid, and then asks every question about the books. The second lets workers lock, settle and pay, and kills them
(SIGKILL) so often, each at a moment that chance chooses; one that lives finishes what they left. Both end with 1 when
anything is lost, wrong or stuck.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict

from bench import grounds, kills
from bench.hammer import Hammer


def main() -> int:
    """Hammer or kill, and print what came of it."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--engine", choices=["postgres", "sqlite"], default="sqlite")
    asked.add_argument("--seconds", type=float, default=30)
    asked.add_argument("--connections", type=int, default=8)
    asked.add_argument("--kills", type=int, help="kill workers so often instead")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--json", action="store_true", help="print figures for a program")
    wish = asked.parse_args()
    with grounds.house(wish.engine) as site:
        if wish.kills:
            figures = asdict(kills.run(site, wish.kills, seed=wish.seed))
        else:
            figures = asdict(Hammer(site, connections=wish.connections, seed=wish.seed).run(wish.seconds))
    if wish.json:
        print(json.dumps(figures, ensure_ascii=False))
    else:
        for name, value in figures.items():
            print(f"{name.replace('_', ' '):18} {value}")
    return 1 if figures["lost"] or figures["wrong"] or figures["stuck"] else 0


if __name__ == "__main__":
    sys.exit(main())
