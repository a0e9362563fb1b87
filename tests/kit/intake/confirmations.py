"""Decisions at intake that wait for a second person, and their answers."""

from typing import Any

from werkzeug.wrappers import Response

from tests.kit.client import Client, told


def waiting(client: Client) -> dict[str, dict[str, Any]]:
    """Return the decisions that wait for the client as a second person, by id."""
    return {row["id"]: row for row in told(client.ask("GET", "/v1/confirmations"))["confirmations"]}


def answered(client: Client, path: str, which: str, body: Any) -> Response:
    """Answer an item with the version that the client's list shows; without a version if it is not on the list."""
    version = waiting(client).get(which, {}).get("version")
    return client.ask("POST", path, body, If_Match=f'"{version}"')
