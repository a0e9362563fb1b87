"""A browser at the desk, the desk with stand-ins for the services, and their responses."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from flask import Flask
from werkzeug.test import Client, TestResponse

from deploy.training.provider import DESK_CLIENT, TrainingProvider
from services.web.parts import Desk
from services.web.settings import DeskSettings, load
from shared.sealing.ring import new_ring
from tests.kit.stand_in import StandIn

ADDRESS = "https://desk.example.org"
RING = new_ring("first")
ME = {"id": "0195566e-7a10-7000-8000-0000000000aa", "registered": True, "roles": ["caseworker"], "name": "Mila"}


@dataclass
class Clock:
    """A clock that a test sets."""

    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: int) -> None:
        self.now += timedelta(**by)


@dataclass
class Browser:
    """A browser at the desk. It does not follow redirects automatically."""

    client: Client
    provider: TrainingProvider

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(path, base_url=ADDRESS, headers=headers)

    def post(self, path: str, form: dict[str, str], **headers: str) -> TestResponse:
        """Send a form. If the response redirects to a separate page, return that page."""
        answer = self.client.post(path, base_url=ADDRESS, data=form, headers=headers)
        place = answer.headers.get("Location", "")
        return self.get(place) if place.endswith("?again=1") else answer

    def form_token(self, path: str = "/search") -> str:
        return self.get(path).text.partition('name="form_token" value="')[2].partition('"')[0]

    def sign_in(self, person: str = "mila", following: str = "/") -> TestResponse:
        """Sign in as a person; returns the response to the redirect back from the provider."""
        return self.come_back(self.go_to_provider(following), person)

    def go_to_provider(self, following: str = "/") -> str:
        begun = self.client.get("/sign-in", base_url=ADDRESS, query_string={"provider": "0", "next": following})
        assert begun.status_code == 303, begun.text
        return str(begun.headers["Location"])

    def come_back(self, address: str, person: str) -> TestResponse:
        return self.get(self.way_back(address, person))

    def way_back(self, address: str, person: str) -> str:
        """Choose a person at the provider; returns the address to which the provider redirects the browser."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        chosen = requests.post(
            f"{self.provider.issuer}/authorize", {**asked, "person": person}, allow_redirects=False, timeout=10
        )
        assert chosen.status_code == 303, chosen.text
        parts = urlsplit(chosen.headers["Location"])
        return f"{parts.path}?{parts.query}"

    def cookie(self, name: str = "__Host-session") -> str | None:
        found = self.client.get_cookie(name, domain="desk.example.org")
        return found.value if found else None


@dataclass
class Site:
    """The desk, its dependencies, and the services' side of the connection."""

    app: Flask
    desk: Desk
    services: StandIn
    provider: TrainingProvider
    clock: Clock

    def browser(self) -> Browser:
        return Browser(self.app.test_client(), self.provider)

    def asked(self) -> list[tuple[str, str, str]]:
        return [(service, method, path) for service, method, path, _body, _headers in self.services.requests]


def answered(_service: str, _method: str, path: str, _body: Any) -> tuple[int, Any]:
    """Answer as services do for a caseworker without cases."""
    known = {
        "/v1/me": ME,
        "/v1/work-list": {"cases": [], "offers": [], "next": None},
        "/v1/alerts": {"alerts": [], "waiting": []},
    }
    place = path.partition("?")[0]
    return (200, known[place]) if place in known else (404, {"title": "Not found", "detail": "There is no such case."})


def settings_of(database: str, provider: TrainingProvider, services: StandIn, **different: str) -> DeskSettings:
    declared = (
        f'[[provider]]\nissuer = "{provider.issuer}"\naudience = "casepath"\nalgorithms = ["Ed25519"]\n'
        f'desk_client = "{DESK_CLIENT}"\ntraining = true\n'
    )
    return load(
        {
            "CASEPATH_ENVIRONMENT": "training",
            "CASEPATH_PROVIDERS": declared,
            "CASEPATH_WEB_DESK_ADDRESS": ADDRESS,
            "CASEPATH_WEB_DESK_DATABASE_URL": database,
            "CASEPATH_WEB_DESK_KEY_RING": RING,
            **{f"CASEPATH_{name.upper()}_URL": url for name, url in services.targets.urls.items()},
            **different,
        }
    )


def cookies_of(response: TestResponse) -> SimpleCookie:
    """Return the cookies that a response sets."""
    cookies = SimpleCookie()
    for header in response.headers.getlist("Set-Cookie"):
        cookies.load(header)
    return cookies
