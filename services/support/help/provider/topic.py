"""Routes for the directory of providers, and for matching."""

from functools import partial
from typing import Final
from uuid import UUID

from services.support.cases.case.models import CASES
from services.support.cases.case.topic import CASE
from services.support.help.provider import actions, rules, schemas
from shared.http import Call, CallWith, Reply, check_unchanged, post, route
from shared.http.paging import PAGE, read_page
from shared.runtime.topics import Topic

_PROVIDERS: Final = "/v1/providers"
_PROVIDER: Final = f"{_PROVIDERS}/<uuid:provider>"


@route("GET", _PROVIDERS, action="provider.read", query=(*schemas.FILTERS, *PAGE), reply=schemas.ProviderPage)
def find_providers(call: Call) -> Reply:
    """List the providers of the directory, by service, region, and whether they are open."""
    after, limit = read_page(call.query, UUID)
    wanted = {name: call.query[name] for name, _, _ in schemas.FILTERS if name in call.query}
    providers = actions.page(call.session, wanted, after, limit)
    return Reply({"providers": providers, "next": str(providers[-1].id) if len(providers) == limit else None})


@route("GET", _PROVIDER, action="provider.read", reply=schemas.Provider)
def show_provider(call: Call) -> Reply:
    """Show a provider; its ETag is for a change."""
    provider = actions.shown(call.session, call.path["provider"])
    return Reply(provider, version=provider.version, about=provider.id)


@route("PUT", _PROVIDER, action="provider.keep", body=schemas.StateProvider, reply=schemas.KeptProvider, changes=True)
def restate_provider(call: CallWith[schemas.StateProvider]) -> Reply:
    """Replace a provider's entry; the count of its places is kept."""
    provider: UUID = call.path["provider"]
    matches = partial(check_unchanged, call.if_match)
    version = actions.restate_provider(call.session, provider, call.command, call.now, matches, by=call.principal)
    return Reply({"id": provider}, version=version, about=provider)


@route("POST", f"{_PROVIDER}/places", action="provider.keep", body=schemas.CountPlaces, reply=schemas.KeptProvider)
def count_places(call: CallWith[schemas.CountPlaces]) -> Reply:
    """State whether a provider has places, and how long this is valid; an older count changes nothing."""
    provider: UUID = call.path["provider"]
    version = actions.count_places(call.session, provider, call.command, call.now, by=call.principal)
    return Reply({"id": provider}, version=version, about=provider)


@route(
    "GET",
    f"{CASE}/provider-matches",
    action="provider.match",
    query=schemas.ASKED,
    reply=schemas.ProviderMatches,
    only_reads=True,
)
def match_providers(call: Call) -> Reply:
    """Return the providers that suit the person's needs, and the others, with the reasons; nothing is stored."""
    service_type = actions.narrowed(call.query)
    wanted = actions.wanted_by(call.session, call.case, call.query, call.now, call.sight, by=call.principal)
    matches = actions.matches_for(call.session, service_type, wanted)
    return Reply(matches, version=CASES.version(call.session, call.case))


@route(
    "GET",
    f"{CASE}/provider-matches/<uuid:provider>/referral-draft",
    action="provider.match",
    query=schemas.ASKED,
    reply=schemas.ReferralDraft,
    only_reads=True,
)
def draft_referral(call: Call) -> Reply:
    """Draft a referral to a suitable provider in intake's format; nothing is stored."""
    service_type = actions.narrowed(call.query)
    wanted = actions.wanted_by(call.session, call.case, call.query, call.now, call.sight, by=call.principal)
    draft = actions.referral_draft(call.session, call.path["provider"], service_type, wanted)
    return Reply(draft, version=CASES.version(call.session, call.case))


TOPIC: Final = Topic(
    __name__, routes=(post("provider.keep", _PROVIDERS, actions.add_provider, creates=True),), access=rules.ACCESS
)
