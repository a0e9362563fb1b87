"""The code flow at one provider: the redirect to it, the response from it, and the exchange of the code for tokens.

Authlib builds the requests, and joserfc verifies the ID token. The services verify the access token, not this module.
"""

import secrets
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qs, urlencode, urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, KeySet

from services.web.session.store import Tokens
from shared.access.providers import declared, fetching, unverified
from shared.telemetry.logs import logger

log = logger()
#: The provider's discovery document is read again after this time (seconds).
KEPT_SECONDS: Final = 300.0
TIMEOUT_SECONDS: Final = 10
#: The lifetime of access tokens if the provider does not state one (seconds).
USUAL_LIFETIME: Final = 300
#: Clocks of two machines may differ by this much (seconds).
CLOCK_SKEW: Final = 30
_SIGNED_OUT_BACK: Final = "post_logout_redirect_uri"


class SignInFailed(Exception):
    """The provider did not sign the person in; `reason` is a code for the log."""

    def __init__(self, reason: str) -> None:
        """Store the reason."""
        super().__init__(reason)
        self.reason = reason


class ProviderUnavailable(SignInFailed):
    """The provider did not answer, or answered with an error of its server. A retry can succeed."""


class Begun(NamedTuple):
    """The address for the redirect, and the values to keep until the browser returns."""

    address: str
    kept: dict[str, str]


@dataclass
class Flow:
    """The code flow at one provider for one client."""

    provider: declared.Provider
    secret: str
    redirect_uri: str
    _described: tuple[float, Mapping[str, object]] | None = None

    @property
    def client(self) -> str:
        """Return the client id of the desk at the provider."""
        return self.provider.desk_client

    def begin(self, *, again: bool) -> Begun:
        """Start a sign-in; with `again`, the provider must identify the person again. Raises `SignInFailed`."""
        verifier, state, nonce = (secrets.token_urlsafe(size) for size in (48, 24, 24))
        more = {"prompt": "login", "max_age": "0"} if again else {}
        address, _ = self._session().create_authorization_url(
            self._endpoint("authorization_endpoint"), state=state, code_verifier=verifier, nonce=nonce, **more
        )
        return Begun(str(address), {"state": state, "nonce": nonce, "verifier": verifier})

    def finish(self, query: str, kept: Mapping[str, str]) -> Tokens:
        """Exchange the provider's response, which the browser brings, for tokens. Raises `SignInFailed`."""
        came = {name: values[0] for name, values in parse_qs(query).items()}
        if not secrets.compare_digest(came.get("state", "").encode(), kept["state"].encode()):
            raise SignInFailed("another_state")
        self._check_issuer(came)
        if "code" not in came:
            raise SignInFailed("refused_by_provider")
        answer = self._ask(
            lambda session, token_endpoint: session.fetch_token(
                token_endpoint, code=came["code"], code_verifier=kept["verifier"], timeout=TIMEOUT_SECONDS
            )
        )
        identity = str(answer.get("id_token", ""))
        claims = self._verified(identity, kept["nonce"])
        return self._tokens(answer, str(claims["sub"]), identity)

    def renew(self, tokens: Tokens) -> Tokens:
        """Return fresh tokens by the refresh token.

        Raises `SignInFailed` if there is no refresh token or the provider refuses it, and `ProviderUnavailable` if the
        provider does not answer.
        """
        if not tokens.refresh:
            raise SignInFailed("no_refresh_token")
        answer = self._ask(
            lambda session, token_endpoint: session.refresh_token(
                token_endpoint, refresh_token=tokens.refresh, timeout=TIMEOUT_SECONDS
            )
        )
        fresh = self._tokens({"refresh_token": tokens.refresh, **answer}, tokens.subject, tokens.identity)
        return replace(fresh, member=tokens.member, roles=tokens.roles, name=tokens.name)

    def end_session(self, tokens: Tokens, back: str) -> str | None:
        """Return the address that ends the session at the provider; None if the provider offers none."""
        try:
            address = self._endpoint("end_session_endpoint")
        except SignInFailed:
            return None
        hint = {"id_token_hint": tokens.identity} if tokens.identity else {}
        return f"{address}?{urlencode({'client_id': self.client, _SIGNED_OUT_BACK: back, **hint})}"

    def registered_as(self, tokens: Tokens) -> str:
        """Return the subject under which the services know the person, as the access token states it."""
        claims = unverified.stated(tokens.access)
        return str(claims.get(self.provider.subject_claim, tokens.subject))

    def _check_issuer(self, came: Mapping[str, str]) -> None:
        """Raise `SignInFailed` if another provider answers in place of this one (RFC 9207)."""
        promised = self._description().get("authorization_response_iss_parameter_supported") is True
        if (promised or "iss" in came) and came.get("iss") != self.provider.issuer:
            raise SignInFailed("another_issuer")

    def _ask(self, send: Any) -> Mapping[str, Any]:
        endpoint = self.provider.reached(self._endpoint("token_endpoint"))
        try:
            with _authorities(self.provider.certificates) as verify, self._session() as session:
                session.verify = verify
                answer: Mapping[str, Any] = send(session, endpoint)
                return answer
        except AuthlibBaseError as error:
            raise SignInFailed(type(error).__name__) from None
        except (requests.RequestException, ValueError) as error:
            raise ProviderUnavailable(type(error).__name__) from None

    def _session(self) -> OAuth2Session:
        method = "client_secret_basic" if self.secret else "none"
        session = OAuth2Session(
            self.client,
            self.secret or None,
            scope=self.provider.scope,
            redirect_uri=self.redirect_uri,
            code_challenge_method="S256",
            token_endpoint_auth_method=method,
        )
        session.trust_env = False
        return session

    def _endpoint(self, name: str) -> str:
        address = self._description().get(name)
        if not isinstance(address, str):
            raise SignInFailed("no_" + name)
        try:
            return declared.checked_address(name, address)
        except declared.ProvidersRefused:
            raise SignInFailed("no_" + name) from None

    def _description(self) -> Mapping[str, object]:
        now = time.monotonic()
        if self._described is None or now - self._described[0] > KEPT_SECONDS:
            try:
                self._described = (now, fetching.discover(self.provider))
            except fetching.ProviderAway as away:
                raise ProviderUnavailable(away.reason) from None
        return self._described[1]

    def _verified(self, identity: str, nonce: str) -> Mapping[str, Any]:
        """Return the claims of an ID token for this client and this sign-in. Raises `SignInFailed`."""
        rules = jwt.JWTClaimsRegistry(
            leeway=CLOCK_SKEW,
            iss={"essential": True, "value": self.provider.issuer},
            aud={"essential": True, "value": self.client},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            decoded = jwt.decode(identity, self._keys(), algorithms=list(self.provider.algorithms))
            rules.validate(decoded.claims)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise SignInFailed(type(error).__name__) from None
        audience = decoded.claims["aud"]
        if isinstance(audience, list) and len(audience) > 1 and decoded.claims.get("azp") != self.client:
            raise SignInFailed("another_client")
        return decoded.claims

    def _keys(self) -> KeySet:
        try:
            published = fetching.fetch(self.provider).keys
        except fetching.ProviderAway as away:
            raise ProviderUnavailable(away.reason) from None
        keys = []
        for document in published:
            try:
                keys.append(JWKRegistry.import_key(document))  # type: ignore[arg-type]  # what it is, it says itself
            except (JoseError, ValueError, TypeError, KeyError):
                log.info("sign_in.key_unusable", provider=self.provider.issuer)
        return KeySet(keys)

    def _tokens(self, answer: Mapping[str, Any], subject: str, identity: str) -> Tokens:
        access = answer.get("access_token")
        if not isinstance(access, str) or not access:
            raise SignInFailed("no_access_token")
        lifetime = answer.get("expires_in")
        seconds = float(lifetime) if isinstance(lifetime, int | float) else USUAL_LIFETIME
        return Tokens(
            issuer=self.provider.issuer,
            subject=subject,
            access=access,
            ends_at=datetime.now(UTC) + timedelta(seconds=seconds),
            refresh=str(answer.get("refresh_token", "")),
            identity=identity,
        )


@contextmanager
def _authorities(certificates: str) -> Iterator[str | bool]:
    """Keep a provider's own certificates in a file, as `requests` needs them, until the block ends."""
    if not certificates:
        yield True
        return
    with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
        file.write(certificates)
        file.flush()
        yield file.name


def origin_of(address: str) -> str:
    """Return the origin of an address."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
