"""The requests that the public pages send to intake: a closed list, without a token.

The visitor's network goes along as a keyed digest (`shared.access.visitors`), so that intake can limit one network
without locking out the others. It is in no log.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from services.web.upstream.client import Answer, Ask, Upstream
from shared.access import visitors

INTAKE: Final = "intake"
WORDS: Final = ("GET", "/v1/self-check")
CHECKS: Final = ("POST", "/v1/self-checks")
REQUESTS: Final = ("POST", "/v1/contact-requests")
STATES: Final = ("POST", "/v1/contact-requests/states")
CHANGES: Final = ("POST", "/v1/contact-requests/changes")
WITHDRAWALS: Final = ("POST", "/v1/contact-requests/withdrawals")
SCANS: Final = ("POST", "/v1/poster-scans")
# control: H-PUBLIC-8 closed-list-of-routes
#: Every route of the services that this process uses.
ROUTES: Final = (WORDS, CHECKS, REQUESTS, STATES, CHANGES, WITHDRAWALS, SCANS)
Route = tuple[str, str]


@dataclass(frozen=True)
class Visitor:
    """The person whose browser sent the request: a language, and a network that only a digest states."""

    language: str
    secret: str = field(repr=False, default="")
    address: str = field(repr=False, default="")

    def headers(self) -> Mapping[str, str]:
        """Return the headers of a request for this visitor."""
        return {"Accept-Language": self.language, **self._network()}

    # control: H-PUBLIC-5 visitor-is-stated
    def _network(self) -> Mapping[str, str]:
        """Return the header with the network; none without a secret, or if the proxy stated no address."""
        if not self.secret:
            return {}
        try:
            return {visitors.HEADER: visitors.header(self.secret, self.address)}
        except ValueError:
            return {}


class Intake:
    """Intake, as far as the public pages reach it."""

    def __init__(self, upstream: Upstream) -> None:
        """Store the connection to the services."""
        self._upstream = upstream

    def words(self, language: str) -> Answer:
        """Return the answer with the words of a language."""
        method, path = WORDS
        return self._upstream.send(Ask(INTAKE, path, {"language": language}, method), Visitor(language))

    def post(self, route: Route, body: Mapping[str, object], visitor: Visitor) -> Answer:
        """Send the body of a form. Raises `ValueError` for a route that is not in the list."""
        if route not in ROUTES:
            raise ValueError("this route is not for the public pages")
        method, path = route
        return self._upstream.send(Ask(INTAKE, path, method=method, body=body), visitor)
