"""Streams: an event is put at the next position of each agency that may hear of it; read, it is decided again.

Whoever hands something to an agency holds its stream's lock, shared, from the decision until the bytes are out; what
ends an agency's part takes the same lock alone. So nothing leaves after that has been committed.
"""

from services.partners.stream.actions.early import EXPIRING, REACTIONS
from services.partners.stream.actions.erasing import erase
from services.partners.stream.actions.history import Histories
from services.partners.stream.actions.naming import renamed, resolve, rotate
from services.partners.stream.actions.own_events import OwnEvents, put_new
from services.partners.stream.actions.placing import was_told
from services.partners.stream.actions.reading import (
    LARGEST_PAGE,
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
from services.partners.stream.actions.telling import tell, tell_fictitious

__all__ = [
    "EXPIRING",
    "LARGEST_PAGE",
    "REACTIONS",
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
