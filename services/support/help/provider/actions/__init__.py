"""Providers: maintain the directory, and match it with a person's needs."""

from services.support.help.provider.actions.keeping import (
    add_provider,
    count_places,
    find_providers,
    restate_provider,
    show_provider,
)
from services.support.help.provider.actions.matching import draft_referral, match_providers, matches_for, wanted_by

__all__ = [
    "add_provider",
    "count_places",
    "draft_referral",
    "find_providers",
    "match_providers",
    "matches_for",
    "restate_provider",
    "show_provider",
    "wanted_by",
]
