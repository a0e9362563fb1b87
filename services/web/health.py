"""Liveness and readiness of the process."""

from http import HTTPStatus

from flask import Flask

from services.web import parts


def add_to(app: Flask) -> None:
    """Add these addresses to the application."""
    app.add_url_rule("/health/live", view_func=live)
    app.add_url_rule("/health/ready", view_func=ready)


def live() -> dict[str, str]:
    """Report that the process serves."""
    return {"status": "ok"}


def ready() -> tuple[dict[str, str], int]:
    """Report whether sessions can be stored. Each page itself reports the services that do not answer."""
    if parts.current().sessions.answers():
        return {"status": "ok"}, HTTPStatus.OK
    return {"status": "database_away"}, HTTPStatus.SERVICE_UNAVAILABLE
