"""Providers, kept and matched with what a person needs."""

from services.support.provider.actions.keeping import add_provider, count_places, page, restate_provider, shown
from services.support.provider.actions.matching import matches_for, narrowed, wanted_by

__all__ = [
    "add_provider",
    "count_places",
    "matches_for",
    "narrowed",
    "page",
    "restate_provider",
    "shown",
    "wanted_by",
]
