"""The parts that public pages use: settings, the words, and the requests to intake."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from flask import Flask, current_app, g, render_template, request

from services.web.headers import client_address
from services.web.public.intake import INTAKE, Intake, Visitor
from services.web.public.settings import PublicSettings
from services.web.public.words import Library, Words
from services.web.upstream.client import Upstream

FILES: Final = Path(__file__).parent / "files"
_NAME: Final = "public"


@dataclass(frozen=True)
class Public:
    """The parts that pages use."""

    settings: PublicSettings
    intake: Intake
    library: Library


def public_of(settings: PublicSettings) -> Public:
    """Return the parts that pages use, from the settings; no connection is open yet."""
    intake = Intake(Upstream({INTAKE: settings.addresses[INTAKE]}))
    return Public(settings, intake, Library(intake))


def install(app: Flask, public: Public) -> None:
    """Store these parts in an application."""
    app.extensions[_NAME] = public


def current() -> Public:
    """Return the parts of the current application."""
    public: Public = current_app.extensions[_NAME]
    return public


def visitor(language: str | None = None) -> Visitor:
    """Return the visitor of this request; `language` is for a page without words."""
    settings = current().settings
    address = client_address(request, settings.trusted_header)
    return Visitor(language or words().language, settings.public_secret, address)


def words() -> Words:
    """Return the words of this request."""
    chosen: Words = g.words
    return chosen


def page(template: str, **values: Any) -> str:
    """Return a page in the language of this request."""
    return render_template(template, **values)
