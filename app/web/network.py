"""Where a request comes from, as coarsely as a limit needs it: a part of the network, never one address."""

from __future__ import annotations

import ipaddress
from typing import Final

from flask import request

_V4_BITS: Final = 24
_V6_BITS: Final = 48


def network() -> str:
    """The part of the network this request comes from, e.g. "192.0.2.0/24"; hashed before it is kept anywhere."""
    return part_of(request.remote_addr or "")


def part_of(address: str) -> str:
    """The /24 of an IPv4 address and the /48 of an IPv6 one: what one household, office or attacker usually holds.

    An address that cannot be read is a part of its own.
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    bits = _V4_BITS if found.version == 4 else _V6_BITS  # noqa: PLR2004 -- the version's own number
    return str(ipaddress.ip_network(f"{found}/{bits}", strict=False))
