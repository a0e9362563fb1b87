"""The public pages with a stand-in for intake, and its responses."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask import Flask
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from services.web.public.application import application
from services.web.public.parts import Public, public_of
from services.web.public.settings import PublicSettings, load
from shared.reference import JURISDICTIONS, code_lists, profile
from shared.reference.public_site import public_site
from tests.kit.page import Parsed
from tests.kit.stand_in import StandIn

ADDRESS = "https://info.example.org"
SECRET = "a" * 43
CODE = "4K7M-1111-2222-3333"
LISTS = ("self_check_question", "information_topic", "if_another_answers")
Form = Mapping[str, str | list[str]]


def document(language: str, contact_in: tuple[str, ...] = ("NL", "RO")) -> dict[str, Any]:
    """Return the document that intake serves for one language."""
    codes = {name: code_lists()[name].values for name in LISTS}
    shown = public_site(language, codes, [profile(code) for code in JURISDICTIONS], contact_in, is_production=False)
    return {"says": "", "questions": [], "answers": [], "public": json.loads(json.dumps(shown))}


@dataclass
class IntakeStandIn:
    """Intake's responses; a test changes them."""

    contact_in: tuple[str, ...] = ("NL", "RO")
    #: Responses of routes that differ from the default.
    different: dict[str, tuple[int, Any]] = field(default_factory=dict)

    def __call__(self, _service: str, _method: str, path: str, body: Any) -> tuple[int, Any]:
        place, _, query = path.partition("?")
        if place in self.different:
            return self.different[place]
        if place == "/v1/self-check":
            return 200, document(parse_qs(query)["language"][0], self.contact_in)
        if place == "/v1/self-checks":
            touched = any(answer in ("yes", "not_sure") for answer in body["questions"].values())
            topics = ["immediate_help", "documents"] if touched else []
            return 200, {"topics": [*topics, "where_to_find_help"], "urgent": touched, "return_code": None}
        usual = {
            "/v1/contact-requests": (201, {"return_code": CODE, "state": "received"}),
            "/v1/contact-requests/states": (200, {"state": "received", "may_change": True, "may_leave_message": False}),
            "/v1/contact-requests/changes": (
                200,
                {"state": "received", "may_change": True, "may_leave_message": False},
            ),
            "/v1/contact-requests/withdrawals": (200, {"state": "withdrawn"}),
            "/v1/poster-scans": (204, {}),
        }
        return usual.get(place, (404, {}))


@dataclass
class Door:
    """The public pages, and intake's side of the connection."""

    app: Flask
    public: Public
    services: StandIn
    intake: IntakeStandIn

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.app.test_client(use_cookies=False).get(path, base_url=ADDRESS, headers=headers)

    def post(self, path: str, form: Form, **headers: str) -> TestResponse:
        client = self.app.test_client(use_cookies=False)
        return client.post(path, base_url=ADDRESS, data=MultiDict(form), headers=headers)

    def submit(self, shown: TestResponse, button: str = "next", **typed: str | list[str]) -> TestResponse:
        """Send the form of a page as a browser does: hidden fields, the typed values, and the button."""
        page = Parsed.of(shown.text)
        return self.post(page.action, {**page.hidden, **typed, "go": button})

    def asked(self) -> list[tuple[str, str, Any]]:
        """Return the requests to services without their texts: method, path and body."""
        return [
            (method, urlsplit(path).path, body)
            for _service, method, path, body, _headers in self.services.requests
            if method != "GET"
        ]


def settings_of(services: StandIn, **different: str) -> PublicSettings:
    """Return the settings of the public pages with these services."""
    return load(
        {
            "CASEPATH_ENVIRONMENT": "training",
            "CASEPATH_WEB_PUBLIC_ADDRESS": ADDRESS,
            "CASEPATH_PUBLIC_SECRET": SECRET,
            "CASEPATH_TRUSTED_HEADER": "X-Forwarded-For",
            **{f"CASEPATH_{name.upper()}_URL": url for name, url in services.targets.urls.items()},
            **different,
        }
    )


def door_with(services: StandIn) -> Door:
    """Return the public pages with a stand-in for intake."""
    intake = IntakeStandIn()
    services.answer = intake
    public = public_of(settings_of(services))
    return Door(application(public), public, services, intake)
