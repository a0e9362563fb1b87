"""Permissions of a service's broker account: exactly what `topology` needs, as regular expressions over names."""

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Permissions:
    """Names of exchanges and queues that an account can configure, write to and read from."""

    configure: str
    write: str
    read: str


def needed_by(service: str, sources: Iterable[str]) -> Permissions:
    """Return the permissions of a service: its own names, and binding its queues to the exchanges of its sources."""
    own = rf"{re.escape(service)}\."
    followed = "|".join(re.escape(source) for source in sorted(sources))
    read = rf"^({own}|({followed})\.events$)" if followed else f"^{own}"
    return Permissions(configure=f"^{own}", write=f"^{own}", read=read)
