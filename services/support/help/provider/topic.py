"""Routes for the directory of providers, and for matching."""

from typing import Final

from services.support.cases.case.topic import CASE
from services.support.help.provider import rules, schemas
from services.support.help.provider.actions import keeping, matching
from shared.http import bind, get, post
from shared.http.paging import PAGE
from shared.runtime.topics import Topic

_PROVIDERS: Final = "/v1/providers"
_PROVIDER: Final = f"{_PROVIDERS}/<uuid:provider>"


TOPIC: Final = Topic(
    __name__,
    routes=(
        get(
            "provider.read",
            _PROVIDERS,
            keeping.find_providers,
            query=(*schemas.FILTERS, *PAGE),
            reply=schemas.ProviderPage,
        ),
        get("provider.read", _PROVIDER, keeping.show_provider, about="provider", reply=schemas.Provider),
        post("provider.keep", _PROVIDERS, keeping.add_provider, creates=True),
        bind(
            "PUT",
            "provider.keep",
            _PROVIDER,
            keeping.restate_provider,
            about="provider",
            changes=True,
            reply=schemas.KeptProvider,
        ),
        post(
            "provider.keep",
            f"{_PROVIDER}/places",
            keeping.count_places,
            about="provider",
            reply=schemas.KeptProvider,
        ),
        get(
            "provider.match",
            f"{CASE}/provider-matches",
            matching.match_providers,
            query=schemas.ASKED,
            reply=schemas.ProviderMatches,
            only_reads=True,
        ),
        get(
            "provider.match",
            f"{CASE}/provider-matches/<uuid:provider>/referral-draft",
            matching.draft_referral,
            query=schemas.ASKED,
            reply=schemas.ReferralDraft,
            only_reads=True,
        ),
    ),
    access=rules.ACCESS,
)
