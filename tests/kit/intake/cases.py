"""Cases at intake, opened and changed through the API."""

from typing import Any

from tests.kit.client import Client, told

OPEN = {"jurisdiction": "NL", "source": "self", "channel": "chat", "language": "bg", "anonymous": False}


def opened(client: Client, **different: Any) -> str:
    """Open a case, and return its id."""
    return str(told(client.ask("POST", "/v1/cases", {**OPEN, **different}), 201)["id"])


def opened_with_version(client: Client) -> tuple[str, str]:
    """Open a case, and return its id and its version (an ETag)."""
    reply = client.ask("POST", "/v1/cases", OPEN)
    return str(told(reply, 201)["id"]), reply.headers["ETag"]


def done(client: Client, case: str, path: str, body: Any = None, status: int = 200, method: str = "POST") -> Any:
    """Change the current version of a case, and return the response."""
    version = client.ask("GET", f"/v1/cases/{case}").headers["ETag"]
    return told(client.ask(method, f"/v1/cases/{case}/{path}", body, If_Match=version), status)


def rule_of(refused: dict[str, Any]) -> str:
    """Return the rule that refused."""
    return str(refused["errors"][0]["rule"])
