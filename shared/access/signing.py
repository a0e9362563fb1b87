"""Key files that can be replaced at any time: the public keys for verification, and a service's private key."""

import json
import time

from joserfc.errors import JoseError

from shared.access import tokens
from shared.store.file_address import address_now
from shared.telemetry.logs import logger

log = logger()


class FollowingVerifier(tokens.Verifier):
    """A verifier that adopts a changed key file without a restart, but never a new issuer.

    It checks the file on each verification, so that a new key works immediately.
    """

    def __init__(self, key_set: str) -> None:
        """Read a JSON Web Key Set. Raises `ValueError` if it is invalid."""
        super().__init__(key_set)
        self._key_set = key_set
        self._refused = ""

    def keys(self) -> tokens.PublicKeys:
        """Return the keys in the file; the previous keys if the file is invalid."""
        text = address_now(self._key_set)
        if text not in (self._keys.text, self._refused):
            try:
                self._keys = self._keys.followed_by(text)
                log.info("keys.key_set_taken_over", count=len(self._keys.keys.keys))
            except ValueError as refused:
                self._refused = text
                log.error("keys.key_set_not_taken_over", reason=str(refused))  # noqa: TRY400 - it says all there is
        return self._keys


class SigningKey:
    """A service's private key from its file; the previous key if the file is invalid."""

    def __init__(self, service: str, text: str) -> None:
        """Read the key. Raises `ValueError` if it belongs to another service."""
        self._service = service
        self._text = text
        self._read, self._key = str(text), self._usable(str(text))

    def now(self) -> tokens.Jwk:
        """Return the current signing key."""
        text = address_now(self._text)
        if text != self._read:
            try:
                self._key = self._usable(text)
            except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
                log.error("keys.signing_key_not_taken_over", reason=type(error).__name__)  # noqa: TRY400 - it could show a key
            else:
                log.info("keys.signing_key_taken_over")
            self._read = text
        return self._key

    def _usable(self, text: str) -> tokens.Jwk:
        key: tokens.Jwk = json.loads(text)
        if tokens.issuer_of(key) != tokens.service_issuer(self._service):
            raise ValueError(f"the signing key is not that of {self._service}")
        tokens.signer(key)
        return key


class ServiceTokens:
    """Source of a service's own token, renewed before the old one expires."""

    def __init__(self, service: str, signing_key: str) -> None:
        """Read the service's private key. Raises `ValueError` if it belongs to another service."""
        self._key = SigningKey(service, signing_key)
        self._service = service
        self._token = ""
        self._until = 0.0

    def current(self) -> str:
        """Return a token that is valid for some time."""
        if time.time() > self._until - tokens.SERVICE_LIFETIME / 2:
            self._token = tokens.issue(self._key.now(), subject=self._service, roles=[tokens.SERVICE_ROLE])
            self._until = time.time() + tokens.SERVICE_LIFETIME
        return self._token
