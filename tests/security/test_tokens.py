"""The token attack table: every service refuses each token with the same answer."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest
from joserfc import jws
from joserfc.jwk import OKPKey

from shared.access import agency_keys
from shared.access.agency_keys import PATTERN
from shared.access.tokens import (
    AGENCIES,
    AGENCY_ROLES,
    AUDIENCE,
    CLOCK_SKEW,
    LONGEST_LIFETIME,
    OPERATOR,
    STAFF,
    new_key,
)
from tests.kit.waiting import wait_until
from tests.security.signing import GUARDED, coded, raw_signed, signers
from tests.security.town import SERVICES, Town, seen

pytestmark = [pytest.mark.security, pytest.mark.integration]


class Forge:
    """Makes tokens with one fault each."""

    def __init__(self, town: Town) -> None:
        self.staff, self.operator = signers(town)
        self.service = json.loads(town.site.installation.keys.joinpath("legal.json").read_text())
        self.subject = str(uuid4())

    def claims(self, **different: Any) -> dict[str, Any]:
        now = int(time.time())
        told = {"iss": STAFF, "aud": AUDIENCE, "sub": self.subject, "roles": ["caseworker"]}
        whole = {**told, "iat": now, "exp": now + 300, "jti": str(uuid4()), **different}
        return {name: value for name, value in whole.items() if value is not None}

    def signed(self, claims: Any, key: Mapping[str, Any] | None = None, **header: Any) -> str:
        key = key or self.staff
        whole = {"alg": "Ed25519", "kid": key["kid"], **header}
        return raw_signed(whole, json.dumps(claims).encode(), key)


def with_hmac(forge: Forge, secret: bytes) -> str:
    header = {"alg": "HS256", "kid": forge.staff["kid"]}
    made = f"{coded(json.dumps(header).encode())}.{coded(json.dumps(forge.claims()).encode())}"
    return f"{made}.{coded(hmac.new(secret, made.encode(), hashlib.sha256).digest())}"


def attacks(forge: Forge) -> dict[str, str]:
    """Return every token that must be refused, by its fault."""
    now = int(time.time())
    stranger = {**new_key(STAFF), "kid": f"{STAFF}#stranger"}
    public = {name: value for name, value in forge.staff.items() if name != "d"}
    own = {name: value for name, value in stranger.items() if name != "d"}
    good = forge.signed(forge.claims())
    head, body, signature = good.split(".")
    none = coded(json.dumps({"alg": "none"}).encode())
    found = {
        "no token": "",
        "no algorithm": f"{none}.{coded(json.dumps(forge.claims()).encode())}.",
        "no algorithm, an old signature": f"{none}.{body}.{signature}",
        "no signature": f"{head}.{body}.",
        "another's signature": f"{head}.{coded(json.dumps(forge.claims(roles=['operator'])).encode())}.{signature}",
        "HMAC with the public key": with_hmac(forge, json.dumps(public).encode()),
        "HMAC with the public key's bytes": with_hmac(forge, base64.urlsafe_b64decode(public["x"] + "=")),
        "HMAC with nothing": with_hmac(forge, b""),
        "an RSA algorithm": forge.signed(forge.claims(), alg="RS256"),
        "another elliptic curve": forge.signed(forge.claims(), alg="ES256"),
        "an unknown key": forge.signed(forge.claims(), stranger),
        "an unknown key under a known id": forge.signed(forge.claims(), {**stranger, "kid": forge.staff["kid"]}),
        "its own key in the header": forge.signed(forge.claims(), {**stranger, "kid": forge.staff["kid"]}, jwk=own),
        "its own key alone": forge.signed(forge.claims(), stranger, jwk=own),
        "keys at an address": forge.signed(forge.claims(), stranger, jku="http://127.0.0.1:1/keys.json"),
        "a certificate at an address": forge.signed(forge.claims(), stranger, x5u="http://127.0.0.1:1/certificate"),
        "an unknown critical header": forge.signed(forge.claims(), crit=["exp2"], exp2=1),
        "no audience": forge.signed(forge.claims(aud=None)),
        "another audience": forge.signed(forge.claims(aud="elsewhere")),
        "no issuer": forge.signed(forge.claims(iss=None)),
        "another issuer": forge.signed(forge.claims(iss="https://elsewhere.example")),
        "a service's issuer under the staff's key": forge.signed(forge.claims(iss="casepath:service:legal")),
        "the staff's issuer under a service's key": forge.signed(forge.claims(), forge.service),
        "ended": forge.signed(forge.claims(exp=now - CLOCK_SKEW - 5)),
        "without an end": forge.signed(forge.claims(exp=None)),
        "an end that is no number": forge.signed(forge.claims(exp="never")),
        "an end that is not finite": forge.signed(forge.claims(exp=1e400)),
        "issued in the future": forge.signed(forge.claims(iat=now + CLOCK_SKEW + 60)),
        "not yet to be used": forge.signed(forge.claims(nbf=now + CLOCK_SKEW + 60)),
        "too long a life": forge.signed(forge.claims(exp=now + LONGEST_LIFETIME + 600)),
        "no subject": forge.signed(forge.claims(sub=None)),
        "a subject that is no staff id": forge.signed(forge.claims(sub="admin")),
        "no roles": forge.signed(forge.claims(roles=None)),
        "roles that are a word": forge.signed(forge.claims(roles="caseworker")),
        "a service's role": forge.signed(forge.claims(roles=["service"])),
        "a service's role among others": forge.signed(forge.claims(roles=["caseworker", "service"])),
        "a service with a staff role": forge.signed(
            forge.claims(iss="casepath:service:legal", sub="legal", roles=["caseworker"]), forge.service
        ),
        "a service under the name of another": forge.signed(
            forge.claims(iss="casepath:service:legal", sub="intake", roles=["service"]), forge.service
        ),
        **{
            f"an {role} of the staff's key": forge.signed(forge.claims(roles=["caseworker", role]))
            for role in sorted(AGENCY_ROLES)
        },
        "the agencies' issuer under the staff's key": forge.signed(forge.claims(iss=AGENCIES, roles=["agency"])),
        "an unknown agency's key": agency_keys.make(uuid4()),
        "an operator of the staff's key": forge.signed(forge.claims(roles=["operator"])),
        "an operator among others of the staff's key": forge.signed(forge.claims(roles=["caseworker", "operator"])),
        "a caseworker of the operators' key": forge.signed(forge.claims(iss=OPERATOR), forge.operator),
        "an operator who is a caseworker too": forge.signed(
            forge.claims(iss=OPERATOR, roles=["caseworker", "operator"]), forge.operator
        ),
        "an operator who is one twice": forge.signed(
            forge.claims(iss=OPERATOR, roles=["operator", "operator"]), forge.operator
        ),
        "an operator without a subject": forge.signed(
            forge.claims(iss=OPERATOR, roles=["operator"], sub="root"), forge.operator
        ),
        "a service of the operators' key": forge.signed(
            forge.claims(iss=OPERATOR, sub="legal", roles=["service"]), forge.operator
        ),
        "the staff's issuer under the operators' key": forge.signed(forge.claims(), forge.operator),
        "the operators' issuer under the staff's key": forge.signed(forge.claims(iss=OPERATOR, roles=["operator"])),
        "claims that are a list": forge.signed([1, 2]),
        "claims that are no JSON": raw_signed({"alg": "Ed25519", "kid": forge.staff["kid"]}, b"{", forge.staff),
        "too large": forge.signed(forge.claims(padding="x" * 9_000)),
        "nonsense": "a.b.c",
        "dots": "....",
    }
    paths = ("../../../etc/passwd", "/dev/null", "file:///etc/passwd", "' or 1=1 --", "\u0000", "", "x" * 2_000)
    for path in paths:
        found[f"a key at {path[:20]!r}"] = forge.signed(forge.claims(), stranger, kid=path)
    return found


@pytest.fixture(scope="module")
def forge(town: Town) -> Forge:
    return Forge(town)


@pytest.mark.promise("SEC-1", "SEC-55")
@pytest.mark.parametrize("service", SERVICES)
def test_no_wrong_token_counts_and_all_are_refused_alike(town: Town, forge: Forge, service: str) -> None:
    path = GUARDED[service].replace("{case}", str(uuid4()))
    expected = seen(town.ask(service, "GET", path, None, None))
    assert expected[0] == 401
    # Partners accepts keys of agencies. It answers all keys alike that are not valid.
    of_a_key = seen(town.ask(service, "GET", path, None, agency_keys.make(uuid4())))
    assert of_a_key[0] == 401
    assert of_a_key == expected or service == "partners"
    table = attacks(forge)
    different = {
        name: answer[0]
        for name, token in table.items()
        if (answer := seen(town.ask(service, "GET", path, None, token)))
        != (of_a_key if PATTERN.fullmatch(str(token)) else expected)
    }
    assert len(table) > 54
    # A header that exceeds the size limit is refused before the token is read.
    assert different == {"too large": 431}


def test_the_right_token_counts_and_no_header_of_its_own_changes_that(town: Town, forge: Forge) -> None:
    for name, seconds in (("exp", 10 - CLOCK_SKEW), ("iat", CLOCK_SKEW - 10), ("nbf", CLOCK_SKEW - 10), ("exp", 300)):
        claims = {name: int(time.time()) + seconds}
        assert town.ask("intake", "GET", "/v1/work-list", None, forge.signed(forge.claims(**claims))).status_code == 200


def test_a_token_without_a_role_gets_nowhere(town: Town, forge: Forge) -> None:
    token = forge.signed(forge.claims(roles=[]))
    assert town.ask("intake", "GET", "/v1/work-list", None, token).status_code in (401, 403)


@pytest.mark.parametrize("word", ["Basic", "bearer,", "Token", "Bearer Bearer"])
def test_a_token_counts_under_its_own_word_only(town: Town, forge: Forge, word: str) -> None:
    answer = town.ask(
        "intake", "GET", "/v1/work-list", None, None, Authorization=f"{word} {forge.signed(forge.claims())}"
    )
    assert answer.status_code == 401


@pytest.mark.promise("SEC-46")
def test_a_service_gets_to_no_route_of_the_staff(town: Town, forge: Forge) -> None:
    claims = forge.claims(iss="casepath:service:legal", sub="legal", roles=["service"])
    token = forge.signed(claims, forge.service)
    assert town.ask("intake", "GET", "/v1/events", None, token).status_code == 200
    let_in = [
        str(each)
        for each in town.operations
        if each.method == "GET" and each.about_case
        if town.ask(each.service, "GET", each.path.replace("{case}", str(uuid4())), None, token).status_code != 404
    ]
    assert let_in == []


@pytest.mark.promise("SEC-3")
def test_a_revoked_token_counts_nowhere_and_a_new_one_does(town: Town, forge: Forge) -> None:
    old = forge.signed(forge.claims(sub=(member := str(uuid4())), iat=int(time.time()) - 5))
    chief = forge.signed(forge.claims(iss=OPERATOR, roles=["operator"]), forge.operator)
    assert town.ask("intake", "GET", "/v1/work-list", None, old).status_code == 200
    assert town.ask("intake", "POST", "/v1/access/revocations", {"member": member}, chief).ok
    for service in SERVICES:
        path = GUARDED[service].replace("{case}", str(uuid4()))
        wait_until(
            lambda each=service, at=path: town.ask(each, "GET", at, None, old).status_code == 401,  # type: ignore[misc]
            f"{service} refuses it",
            30,
        )


def test_the_library_that_signs_for_us_signs_as_the_table_does(forge: Forge) -> None:
    """The forge's own signatures are valid, so each token is refused only for its fault."""
    token = forge.signed(forge.claims())
    key = OKPKey.import_key(dict(forge.staff))
    assert jws.deserialize_compact(token, key, algorithms=["Ed25519"]).payload
