"""What waits for a second person at intake, and their answer."""

from typing import Any

from werkzeug.wrappers import Response

from tests.kit.client import Client, told


def waiting(client: Client) -> dict[str, dict[str, Any]]:
    """What waits for somebody as a second person, by its id."""
    return {row["id"]: row for row in told(client.ask("GET", "/v1/confirmations"))["confirmations"]}


def answered(client: Client, path: str, which: str, body: Any) -> Response:
    """Answer something as it stands on the list of whoever answers; one who does not find it there has no version."""
    version = waiting(client).get(which, {}).get("version")
    return client.ask("POST", path, body, If_Match=f'"{version}"')
