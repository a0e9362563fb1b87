"""Outbound requests to addresses that an agency or an operator chose: checked, pinned, signed, and bounded.

addresses which addresses are public, and which lead back into the network targets URLs in a strict form that all
parsers read in the same way lookups DNS look-ups with a deadline and a share for each agency guard resolves a name, and
returns only checked addresses signatures Standard Webhooks, symmetric (`v1`) and asymmetric (`v1a`) posting posts only
to the checked address, over kept connections mail sends a short email through the operator's mail server ringing
notifies an on-call notifier, by webhook or email
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
    """Outbound access of a process: the guard, and the trusted certificates."""

    guard: Guard
    certificates: ssl.SSLContext

    def posting(self, owner: UUID) -> Posting:
        """Return the client for posting to one receiver of an agency."""
        return Posting(self.guard, self.certificates, owner)


#: The outbound access of the transaction's process.
OUTBOUND: ContextKey[Outbound] = ContextKey("way out")
