"""Whether the process lives, and whether it can serve."""

from http import HTTPStatus

from flask import Flask

from services.web import parts


def add_to(app: Flask) -> None:
    """Add these addresses to the application."""
    app.add_url_rule("/health/live", view_func=live)
    app.add_url_rule("/health/ready", view_func=ready)


def live() -> dict[str, str]:
    """Say that the process serves."""
    return {"status": "ok"}


def ready() -> tuple[dict[str, str], int]:
    """Say whether sessions can be stored; services that are away have their place on each page."""
    if parts.current().sessions.answers():
        return {"status": "ok"}, HTTPStatus.OK
    return {"status": "database_away"}, HTTPStatus.SERVICE_UNAVAILABLE
