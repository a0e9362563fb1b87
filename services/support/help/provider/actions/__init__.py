"""Providers: maintain the directory, and match it with a person's needs."""

from services.support.help.provider.actions.keeping import add_provider, count_places, page, restate_provider, shown
from services.support.help.provider.actions.matching import matches_for, narrowed, referral_draft, wanted_by

__all__ = [
    "add_provider",
    "count_places",
    "matches_for",
    "narrowed",
    "page",
    "referral_draft",
    "restate_provider",
    "shown",
    "wanted_by",
]
