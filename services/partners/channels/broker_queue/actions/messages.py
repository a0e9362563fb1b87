"""The messages in an agency's queue: in clear, or encrypted to the agency's key.

The broker's files hold messages for longer than the queue does, also after an erasure. They cannot be read without the
agency's private key, which is at the agency only.
"""

import json
from collections.abc import Mapping
from typing import Final

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import import_key

from services.partners.channels.broker_queue import rules
from shared.events.envelope import CONTENT_TYPE
from shared.exchange.broker import AgencyMessage

ENCRYPTED_TYPE: Final = "application/jose"
#: The headers by which tools route (CloudEvents' AMQP binding). The document contains the same values.
_HEADERS: Final = ("specversion", "id", "source", "type", "subject", "time", "sequence")
_ALGORITHMS: Final = {"alg": "ECDH-ES+A256KW", "enc": "A256GCM"}


def message_of(document: bytes, key: Mapping[str, str] | None) -> AgencyMessage:
    """Return an event as an AMQP message: the same bytes as on every channel, with its attributes as headers.

    With a `key`, the body is a JWE of these bytes. Only the id and the sequence stay readable.
    """
    attributes = json.loads(document)
    if key is not None:
        headers = {"cloudEvents_sequence": str(attributes["sequence"])}
        return AgencyMessage(str(attributes["id"]), None, encrypted(document, key), ENCRYPTED_TYPE, headers)
    headers = {f"cloudEvents_{name}": str(attributes[name]) for name in _HEADERS if attributes.get(name) is not None}
    return AgencyMessage(str(attributes["id"]), str(attributes["type"]), document, CONTENT_TYPE, headers)


# control: H-AGENCY-23 encrypted-to-the-agency
def encrypted(document: bytes, key: Mapping[str, str]) -> bytes:
    """Return a document as a compact JWE for the holder of a public key's private part."""
    public = import_key(dict(key))
    return jwe.encrypt_compact({**_ALGORITHMS, "kid": key["kid"]}, document, public).encode()


def check_key(key: Mapping[str, str]) -> None:
    """Refuse a key with which nothing can be encrypted, such as a point that is not on its curve.

    Raises `FactRefused`.
    """
    try:
        encrypted(b"", key)
    except (JoseError, ValueError) as error:
        raise rules.key_refused() from error
