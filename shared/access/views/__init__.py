"""Views: the declared content of a reply, which defines what each reader sees and the person's copy contains.

A view selects declared fields (`shared.access.declarations`) and reads them from rows by attribute, or from mappings by
key. Fields that the reader must not see (`permissions.Sight`) are never written.
"""

from shared.access.views.declared import (
    WITHHELD,
    WITHHELD_CATEGORIES,
    CaseView,
    Copied,
    Shown,
    View,
    categorised,
    classes_of,
    copied_as,
    fields_of,
    part,
    parts,
    shown,
    unclassed,
    view_of,
    withheld_categories,
    wordy,
    written_by_edge,
)
from shared.access.views.sentences import LANGUAGE, Sentence
from shared.access.views.writing import Elsewhere, ReplyIncomplete, copied_of, written

__all__ = [
    "LANGUAGE",
    "WITHHELD",
    "WITHHELD_CATEGORIES",
    "CaseView",
    "Copied",
    "Elsewhere",
    "ReplyIncomplete",
    "Sentence",
    "Shown",
    "View",
    "categorised",
    "classes_of",
    "copied_as",
    "copied_of",
    "fields_of",
    "part",
    "parts",
    "shown",
    "unclassed",
    "view_of",
    "withheld_categories",
    "wordy",
    "written",
    "written_by_edge",
]
