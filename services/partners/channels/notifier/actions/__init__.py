"""Notifiers are managed (`keeping`); rings are accepted (`taking`) and delivered (`delivering`)."""

from services.partners.channels.notifier.actions.delivering import Ringing
from services.partners.channels.notifier.actions.keeping import EXPIRING, listed, register, remove, rings, test
from services.partners.channels.notifier.actions.taking import MEASURES, REACTIONS

__all__ = [
    "EXPIRING",
    "MEASURES",
    "REACTIONS",
    "Ringing",
    "listed",
    "register",
    "remove",
    "rings",
    "test",
]
