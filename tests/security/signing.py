"""Sign tokens with arbitrary headers, and list a guarded path of each service."""

import base64
import json
from collections.abc import Mapping
from typing import Any

from joserfc.jwk import OKPKey

from shared.access.tokens import Jwk
from tests.security.town import Town

#: A path of each service that requires a token.
GUARDED = {
    "intake": "/v1/work-list",
    "legal": "/v1/cases/{case}",
    "support": "/v1/cases/{case}",
    "partners": "/v1/agencies",
}


def signers(town: Town) -> tuple[Jwk, Jwk]:
    """Return the signing keys for fictitious staff and for operators."""
    targets = town.site.targets
    assert targets.staff_key
    assert targets.operator_key
    return targets.staff_key, targets.operator_key


def raw_signed(header: Mapping[str, Any], payload: bytes, key: Mapping[str, Any]) -> str:
    """Sign with an arbitrary header, without the checks of the library."""
    made = f"{coded(json.dumps(header).encode())}.{coded(payload)}"
    signature = OKPKey.import_key(dict(key)).private_key.sign(made.encode())  # type: ignore[union-attr]
    return f"{made}.{coded(signature)}"


def coded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
