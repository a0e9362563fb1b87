"""What the pages work with: settings, sessions, the services and the providers."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Final

from flask import Flask, current_app, g, request

from services.web import guarding
from services.web.providers.flow import Flow
from services.web.session.store import Sessions
from services.web.settings import DeskSettings
from services.web.upstream.client import Caller, Upstream
from shared.sealing.ring import FileRing

#: Where providers send the browser back to.
BACK: Final = "/signed-in"
_NAME: Final = "desk"


@dataclass(frozen=True)
class Desk:
    """What the pages work with."""

    settings: DeskSettings
    sessions: Sessions
    upstream: Upstream
    flows: dict[str, Flow]
    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))

    def today(self) -> date:
        """Return the current day."""
        return self.clock().date()

    def caller(self) -> Caller:
        """Return for whom this request asks the services."""
        return Caller(guarding.signed_in().tokens.access, g.speech.language, client_address(self.settings))


def desk_of(settings: DeskSettings) -> Desk:
    """Return what the pages work with, by the settings; nothing is connected yet."""
    ring = FileRing(settings.key_ring, settings.key_ring_path)
    back = f"{settings.address}{BACK}"
    flows = {
        provider.issuer: Flow(provider, settings.client_secret, back)
        for provider in settings.providers
        if provider.desk_client
    }
    return Desk(settings, Sessions(settings.database_url, ring), Upstream(settings.addresses), flows)


def install(app: Flask, desk: Desk) -> None:
    """Have an application work with these parts."""
    app.extensions[_NAME] = desk


def current() -> Desk:
    """Return what the application works with."""
    desk: Desk = current_app.extensions[_NAME]
    return desk


def client_address(settings: DeskSettings) -> str:
    """Return the address of the browser, as our own proxy states it where there is one."""
    stated = request.headers.get(settings.trusted_header, "") if settings.trusted_header else ""
    return stated.split(",")[-1].strip() or request.remote_addr or ""
