import base64
import json

import pytest

from shared.access.signing import ServiceTokens
from shared.access.tokens import OPERATOR, STAFF, TokenRefused, Verifier, issue, new_key, public_set, service_issuer

STAFF_KEY = new_key(STAFF)
OPERATORS_KEY = new_key(OPERATOR)
LEGAL_KEY = new_key(service_issuer("legal"))
VERIFIER = Verifier(json.dumps(public_set([STAFF_KEY, OPERATORS_KEY, LEGAL_KEY])))
WORKER = "0192f000-0000-7000-8000-00000000000a"


def test_a_staff_token_says_who_asks() -> None:
    found = VERIFIER.verify("Bearer " + issue(STAFF_KEY, subject=WORKER, roles=["caseworker"]))
    assert (found.subject, found.roles, found.is_service) == (WORKER, frozenset({"caseworker"}), False)


def test_an_operators_token_says_who_asks_and_is_no_services() -> None:
    found = VERIFIER.verify("Bearer " + issue(OPERATORS_KEY, subject=WORKER, roles=["operator"]))
    assert (found.subject, found.roles, found.is_service) == (WORKER, frozenset({"operator"}), False)


def _forged(header: dict[str, object], claims: dict[str, object]) -> str:
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, claims)]
    return ".".join([*parts, ""])


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Basic abc",
        "Bearer ",
        "Bearer nonsense",
        "Bearer " + _forged({"alg": "none", "kid": STAFF_KEY["kid"]}, {"iss": STAFF, "sub": WORKER}),
        "Bearer " + _forged({"alg": "HS256", "kid": STAFF_KEY["kid"]}, {"iss": STAFF, "sub": WORKER}),
        "Bearer " + issue(new_key(STAFF), subject=WORKER, roles=["caseworker"]),
        "Bearer " + issue(STAFF_KEY, subject=WORKER, roles=["caseworker"], lifetime=-60),
        "Bearer " + issue(STAFF_KEY, subject=WORKER, roles=["caseworker"], lifetime=9 * 3600),
        "Bearer " + issue(STAFF_KEY, subject="legal", roles=["service"]),
        "Bearer " + issue(STAFF_KEY, subject="a name", roles=["caseworker"]),
        "Bearer " + issue(STAFF_KEY, subject=WORKER, roles=["operator"]),
        "Bearer " + issue(STAFF_KEY, subject=WORKER, roles=["operator", "caseworker"]),
        "Bearer " + issue(OPERATORS_KEY, subject=WORKER, roles=["caseworker"]),
        "Bearer " + issue(OPERATORS_KEY, subject=WORKER, roles=["operator", "caseworker"]),
        "Bearer " + issue(OPERATORS_KEY, subject=WORKER, roles=[]),
        "Bearer " + issue(OPERATORS_KEY, subject="a name", roles=["operator"]),
        "Bearer " + issue(OPERATORS_KEY, subject="legal", roles=["service"]),
        "Bearer " + issue({**OPERATORS_KEY, "kid": STAFF_KEY["kid"]}, subject=WORKER, roles=["caseworker"]),
        "Bearer " + issue(LEGAL_KEY, subject="intake", roles=["service"]),
        "Bearer " + issue(LEGAL_KEY, subject="legal", roles=["caseworker"]),
        "Bearer " + issue(LEGAL_KEY, subject="legal", roles=["service", "supervisor"]),
        "Bearer " + issue(LEGAL_KEY, subject="legal", roles=["service", "operator"]),
        "Bearer " + issue(LEGAL_KEY, subject="legal", roles=[]),
        "Bearer " + issue({**LEGAL_KEY, "kid": STAFF_KEY["kid"]}, subject=WORKER, roles=["caseworker"]),
    ],
)
def test_what_does_not_count_is_refused(authorization: str | None) -> None:
    with pytest.raises(TokenRefused):
        VERIFIER.verify(authorization)


def test_a_verifier_holds_no_private_key() -> None:
    assert all("d" not in key for key in public_set([STAFF_KEY, LEGAL_KEY])["keys"])


def test_a_service_can_not_run_with_another_services_key() -> None:
    with pytest.raises(ValueError, match="intake"):
        ServiceTokens("intake", json.dumps(LEGAL_KEY))
