"""What a service's own account at the broker may: exactly what `topology` needs, as regular expressions over names."""

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Permissions:
    """The names of exchanges and queues that an account may configure, write to and read from."""

    configure: str
    write: str
    read: str


def needed_by(service: str, sources: Iterable[str]) -> Permissions:
    """Return what a service needs: all of its own, and to bind its queues to the exchanges of what it follows."""
    own = rf"{re.escape(service)}\."
    followed = "|".join(re.escape(source) for source in sorted(sources))
    read = rf"^({own}|({followed})\.events$)" if followed else f"^{own}"
    return Permissions(configure=f"^{own}", write=f"^{own}", read=read)
