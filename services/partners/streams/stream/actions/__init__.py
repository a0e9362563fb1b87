"""Streams: an event is put at the next position of each agency that may hear of it; read, it is decided again.

A reader decides under the stream's lock, shared, in a short transaction; an ending takes the lock alone, and raises the
agency's generation. Nothing is sent under the lock: senders check the generation before each event.
"""

from services.partners.streams.stream.actions.early import EXPIRING, REACTIONS
from services.partners.streams.stream.actions.erasing import erase
from services.partners.streams.stream.actions.history import Histories
from services.partners.streams.stream.actions.naming import renamed, resolve, rotate
from services.partners.streams.stream.actions.own_events import OwnEvents, put_new
from services.partners.streams.stream.actions.placing import was_told
from services.partners.streams.stream.actions.reading import (
    LARGEST_PAGE,
    SILENT,
    EndingsLate,
    Item,
    NotHeardYet,
    NothingAgreedOn,
    Page,
    decisions,
    find,
    head,
    marks,
    read,
)
from services.partners.streams.stream.actions.telling import tell, tell_fictitious

__all__ = [
    "EXPIRING",
    "LARGEST_PAGE",
    "REACTIONS",
    "SILENT",
    "EndingsLate",
    "Histories",
    "Item",
    "NotHeardYet",
    "NothingAgreedOn",
    "OwnEvents",
    "Page",
    "decisions",
    "erase",
    "find",
    "head",
    "marks",
    "put_new",
    "read",
    "renamed",
    "resolve",
    "rotate",
    "tell",
    "tell_fictitious",
    "was_told",
]
