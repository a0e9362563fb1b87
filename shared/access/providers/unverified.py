"""Read a token without verification, to choose how to verify it or to show its content to a person."""

import base64
import json
from typing import Any, Final

from shared.access.tokens import TokenRefused

#: Maximum length of a token (characters).
LONGEST_TOKEN: Final = 16_000
_PARTS: Final = 3


def stated(token: str) -> dict[str, Any]:
    """Return the claims of a token without verification. Raises `TokenRefused` if the text is not a token."""
    return part(token, 1)


def part(token: str, place: int) -> dict[str, Any]:
    """Return the header or the claims of a token without verification. Raises `TokenRefused`."""
    parts = token.split(".", _PARTS) if len(token) <= LONGEST_TOKEN else []
    if len(parts) != _PARTS:
        raise TokenRefused("no_token")
    try:
        raw = base64.b64decode(parts[place] + "=" * (-len(parts[place]) % 4), altchars=b"-_", validate=True)
        document = json.loads(raw)
    except (ValueError, RecursionError):
        raise TokenRefused("no_token") from None
    if not isinstance(document, dict):
        raise TokenRefused("no_token")
    return document
