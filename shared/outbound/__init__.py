"""What leaves for addresses that somebody else has named: checked, pinned, signed, and bounded in time and size.

addresses    which addresses of the internet are outside, and which lead back in
targets      an address (URL) as it may be written, and nothing that two readers could read in two ways
lookups      asks the resolver, with a deadline and a share per agency
guard        resolves a name, and passes on only what was checked
signatures   Standard Webhooks, symmetric (`v1`) and asymmetric (`v1a`)
posting      sends to the checked address alone, over connections that are kept
mail         sends a short e-mail through the operator's mail server
ringing      rings an on-call notifier, by webhook or e-mail
"""

import ssl
from dataclasses import dataclass
from uuid import UUID

from shared.outbound import posting, signatures
from shared.outbound.guard import Guard, Outlets, TargetRefused
from shared.outbound.posting import Answer, Posting, Unanswered, believing
from shared.outbound.ringing import DELIVERED, RINGER, DirectRinger, RemoteRinger, RingOrder
from shared.store.context import ContextKey

__all__ = [
    "DELIVERED",
    "OUTBOUND",
    "RINGER",
    "Answer",
    "DirectRinger",
    "Guard",
    "Outbound",
    "Outlets",
    "Posting",
    "RemoteRinger",
    "RingOrder",
    "TargetRefused",
    "Unanswered",
    "believing",
    "posting",
    "signatures",
]


@dataclass(frozen=True)
class Outbound:
    """The way out of a process: what decides where to, and whose certificates are believed."""

    guard: Guard
    certificates: ssl.SSLContext

    def posting(self, owner: UUID) -> Posting:
        """Return what posts to one receiver of an agency."""
        return Posting(self.guard, self.certificates, owner)


#: The way out of the process whose transaction it is.
OUTBOUND: ContextKey[Outbound] = ContextKey("way out")
