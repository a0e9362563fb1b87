"""The route that stores the language of a session."""

from http import HTTPStatus

from flask import Flask, Response, abort, make_response, redirect, request

from services.web import parts
from services.web.guarding import for_sessions, own_page, signed_in
from services.web.words.texts import languages


def add_to(app: Flask) -> None:
    """Add these addresses to the application."""
    app.add_url_rule("/language", view_func=choose, methods=["POST"])


@for_sessions
def choose() -> Response:
    """Store the language that the person chose, and show the page again."""
    language = request.form.get("language", "")
    if language not in languages():
        abort(HTTPStatus.BAD_REQUEST)
    parts.current().sessions.choose_language(signed_in().cookie, language)
    return make_response(redirect(own_page(request.form.get("next", "/")), HTTPStatus.SEE_OTHER))
