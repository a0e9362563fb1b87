"""The parts that pages use: settings, sessions, the services and the providers."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from flask import Flask, current_app, g, request

from services.web import guarding
from services.web.headers import client_address
from services.web.providers.flow import Flow
from services.web.session.drafts import Drafts
from services.web.session.store import Sessions
from services.web.settings import DeskSettings
from services.web.upstream.client import Caller, Upstream
from services.web.upstream.holding import SHARE, Holding
from shared.sealing.ring import FileRing

#: The path to which providers redirect the browser.
BACK: Final = "/signed-in"
_NAME: Final = "desk"


@dataclass(frozen=True)
class Desk:
    """The parts that pages use."""

    settings: DeskSettings
    sessions: Sessions
    drafts: Drafts
    upstream: Upstream
    flows: dict[str, Flow]
    holding: Holding
    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))

    def today(self) -> date:
        """Return the current day in the time zone of the pages."""
        return self.clock().astimezone(ZoneInfo(self.settings.zone)).date()

    def person(self) -> bytes:
        """Return the keyed digest by which rows belong to the signed-in person."""
        tokens = guarding.signed_in().tokens
        return self.sessions.person(tokens.issuer, tokens.subject)

    def caller(self) -> Caller:
        """Return the caller in whose name this request queries the services."""
        session = guarding.signed_in()
        address = client_address(request, self.settings.trusted_header)
        return Caller(session.tokens.access, g.speech.language, address, session.lifetime.began_at)


def desk_of(settings: DeskSettings) -> Desk:
    """Return the parts that pages use, from the settings; no connection is open yet."""
    ring = FileRing(settings.key_ring, settings.key_ring_path)
    back = f"{settings.address}{BACK}"
    flows = {
        provider.issuer: Flow(provider, settings.client_secret, back)
        for provider in settings.providers
        if provider.desk_client
    }
    holding = Holding(max(1, int(settings.threads * SHARE)))
    sessions = Sessions(settings.database_url, ring)
    return Desk(settings, sessions, Drafts(sessions, ring), Upstream(settings.addresses), flows, holding)


def install(app: Flask, desk: Desk) -> None:
    """Store these parts in an application."""
    app.extensions[_NAME] = desk


def current() -> Desk:
    """Return the parts of the current application."""
    desk: Desk = current_app.extensions[_NAME]
    return desk
