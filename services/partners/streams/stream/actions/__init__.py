"""Streams: each event gets the next position of every agency that can receive it, and is decided again on reading.

A reader decides under a shared lock of the stream, in a short transaction. An ending takes the exclusive lock and
raises the agency's generation. Nothing is sent under the lock: senders check the generation before each event.
"""

from services.partners.streams.stream.actions.early import EXPIRING, REACTIONS
from services.partners.streams.stream.actions.erasing import erase
from services.partners.streams.stream.actions.history import Histories
from services.partners.streams.stream.actions.naming import read_renamed, resolve_pseudonym, rotate_pseudonyms
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
    head,
    marks,
    read,
    read_decisions,
    read_event,
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
    "erase",
    "head",
    "marks",
    "put_new",
    "read",
    "read_decisions",
    "read_event",
    "read_renamed",
    "resolve_pseudonym",
    "rotate_pseudonyms",
    "tell",
    "tell_fictitious",
    "was_told",
]
