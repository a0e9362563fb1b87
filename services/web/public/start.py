"""The first pages: the choice of a language, what a visitor can do, help numbers, and leaving."""

from http import HTTPStatus

from flask import Flask, Response

from services.web.public import parts
from services.web.public.parts import page


def add_to(app: Flask) -> None:
    """Add these addresses to the application."""
    app.add_url_rule("/", view_func=languages)
    app.add_url_rule("/<spoken:language>/", view_func=start)
    app.add_url_rule("/<spoken:language>/numbers", view_func=numbers)
    app.add_url_rule("/leave", view_func=leave)


def languages() -> str:
    """Return the page with every language by its own name."""
    return page("languages.html")


def start() -> str:
    """Return the page with what a visitor can do."""
    return page("start.html")


def numbers() -> str:
    """Return the help numbers that were confirmed, by country."""
    return page("numbers.html")


# control: H-PUBLIC-2 leaving-shows-no-answer
def leave() -> Response:
    """Lead to another site. The browser drops the pages that it kept, so that Back does not show one of them."""
    response = Response(status=HTTPStatus.SEE_OTHER)
    response.headers["Location"] = parts.current().settings.leave_to
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
