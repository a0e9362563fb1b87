"""What a reply shows, declared as a schema: from it follow what each reader sees, and the person's copy.

A view names declared fields (`shared.access.declarations`) and reads them from rows by attribute, or from mappings by
key. What its reader may not see (`permissions.Sight`) is never written.
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
