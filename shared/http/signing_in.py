"""Identify the caller of a request: by a token, by a provider's sign-in, or, at one service, by an agency's key.

Every invalid token gets the same answer. Failed attempts count against the rate of the client's address.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from werkzeug.wrappers import Request, Response

from shared.access import agency_keys
from shared.access.providers.checking import SignIn
from shared.access.providers.register import NOT_REGISTERED, member_of
from shared.access.tokens import Principal, TokenRefused, Verifier
from shared.deadlines.time_source import TimeSource
from shared.http.agency_callers import AgencyCallers
from shared.http.chain import Proceed, RequestContext
from shared.http.rates import Rates
from shared.http.server import address_of, client_of
from shared.store.database import Database

#: Notes in a request's environment: its token is valid, and the rate headers of its answer.
_SIGNED_IN: Final = "casepath.signed_in"
_RATE: Final = "casepath.rate"
#: When the desk session began in which a token is used (Unix time).
SESSION_BEGAN: Final = "Session-Began"
_LONGEST_BEGAN: Final = 12


class NotRegistered(Exception):
    """A valid sign-in at a provider that belongs to no staff member.

    The answer contains only values of the caller's own token, so that they can give them to the person who registers
    staff.
    """

    status = 403
    title = "Not registered"
    rule = NOT_REGISTERED

    def __init__(self, issuer: str, subject: str) -> None:
        """Store what the token states."""
        super().__init__(
            "This sign-in is not in the register of staff. Give the issuer and the subject to the person who "
            "registers staff."
        )
        self.members = {"issuer": issuer, "subject": subject}


class SigningIn:
    """Identifies the callers of one service, and counts their requests."""

    def __init__(
        self,
        database: Database,
        time_source: TimeSource,
        verifier: Verifier,
        rates: Rates,
        agency_callers: AgencyCallers | None,
    ) -> None:
        """Store the token verifier. Without `agency_callers`, this service accepts no agency keys."""
        self._database = database
        self._time_source = time_source
        self._verifier = verifier
        self._rates = rates
        self._agency_callers = agency_callers

    def identified(self, context: RequestContext, proceed: Proceed[Response]) -> Response:
        """Identify the caller, who must be signed in. Raises `TokenRefused`, `NotRegistered`, `AskedTooOften`."""
        context.principal = self._caller_of(context)
        return proceed(context)

    def anyone(self, context: RequestContext, proceed: Proceed[Response]) -> Response:
        """Identify a caller with a token if the route does so, and count every other request by its client.

        Raises `TokenRefused`, `AskedTooOften`.
        """
        if context.route.knows_callers and context.request.headers.get("Authorization"):
            context.principal = self._caller_of(context)
        else:
            self._rates.clients.take(self._client_of(context.request))
            context.principal = Principal("", frozenset(), "")
        return proceed(context)

    def scarce_counted(self, context: RequestContext, proceed: Proceed[Response]) -> Response:
        """Count a request that requests or uses a scarce resource by its client. Raises `AskedTooOften`."""
        route = context.route
        if route.scarce is not None and route.scarce(context.command):
            self._rates.scarce[route.scarce_rate].take(self._client_of(context.request))
        return proceed(context)

    def _client_of(self, request: Request) -> str:
        return client_of(request.environ, self._rates.trusted_header, self._rates.public_secret)

    def _caller_of(self, context: RequestContext) -> Principal:
        request = context.request
        try:
            principal = self._principal(request, tells_strangers=context.route.tells_strangers)
        except (TokenRefused, NotRegistered):
            self._rates.clients.take(self._client_of(request))
            raise
        request.environ[_SIGNED_IN] = True
        if principal.agency is not None:
            request.environ[_RATE] = self._rates.agencies.take(str(principal.agency))
        # A service that catches up after an outage reads as fast as it can. A rate limit would prolong the outage.
        elif not principal.is_service:
            self._rates.callers.take(principal.subject)
        return principal

    def _principal(self, request: Request, *, tells_strangers: bool) -> Principal:
        authorization = request.headers.get("Authorization")
        text = None if self._agency_callers is None else agency_keys.in_header(authorization)
        if text is not None and self._agency_callers is not None:
            return self._agency_callers.verify(text, address_of(request.environ, self._rates.trusted_header))
        principal = self._verifier.verify(authorization)
        began = request.headers.get(SESSION_BEGAN)
        if not isinstance(principal, SignIn):
            return _since(principal, began)
        try:
            return _since(self._registered(principal), began)
        except TokenRefused as refused:
            if tells_strangers and refused.reason == NOT_REGISTERED:
                raise NotRegistered(principal.issuer, principal.subject) from None
            raise

    def _registered(self, sign_in: SignIn) -> Principal:
        with self._database.transaction() as session:
            return member_of(session, sign_in, self._time_source.now(session).date())


# control: H-DESK-2 revocation-ends-the-session
def _since(principal: Principal, began: str | None) -> Principal:
    """Return a principal whose token is treated as issued when their desk session began.

    The desk renews access tokens. Without this, a token that was renewed after `access revoke` would be valid. A
    client that does not send the header gains nothing: it presents its own token. Raises `TokenRefused`.
    """
    if began is None:
        return principal
    if not began.isascii() or not began.isdigit() or len(began) > _LONGEST_BEGAN:
        raise TokenRefused("session_began")
    return replace(principal, issued_at=min(principal.issued_at, int(began)))


def is_signed_in(request: Request) -> bool:
    """Return whether the caller was identified."""
    return _SIGNED_IN in request.environ


def rate_headers(request: Request) -> Mapping[str, str]:
    """Return the headers of an answer that state the rate of its caller."""
    headers: Mapping[str, str] = request.environ.get(_RATE, {})
    return headers
