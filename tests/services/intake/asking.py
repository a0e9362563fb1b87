"""Asks intake's door as its staff would."""

import json
from typing import Any

from werkzeug.wrappers import Response

from tests.shared.test_edge import OPEN, Client


def told(reply: Response, status: int = 200) -> dict[str, Any]:
    """Read a reply that must have this status."""
    text = reply.get_data(as_text=True)
    assert reply.status_code == status, text
    found: dict[str, Any] = json.loads(text) if text else {}
    return found


def opened(client: Client, **different: Any) -> str:
    """Open a case; gives its id."""
    return str(told(client.ask("POST", "/v1/cases", {**OPEN, **different}), 201)["id"])


def done(client: Client, case: str, path: str, body: Any = None, status: int = 200, method: str = "POST") -> Any:
    """Change a case as it stands now; gives what is answered."""
    version = client.ask("GET", f"/v1/cases/{case}").headers["ETag"]
    return told(client.ask(method, f"/v1/cases/{case}/{path}", body, If_Match=version), status)


def rule_of(refused: dict[str, Any]) -> str:
    """Name the rule that refused."""
    return str(refused["errors"][0]["rule"])
