"""Attacks with provider tokens: every service refuses each of them like a missing token, and stores no part of it.

Two providers are declared. A third belongs to the attacker: it serves keys, and the services must never request them.
"""

import hashlib
import hmac
import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
import requests
from joserfc.jwk import RSAKey

from deploy.cli.doctor_providers import LATELY, ages_in
from shared.access.tokens import CLOCK_SKEW, LONGEST_LIFETIME, OPERATOR, STAFF
from tests.kit import issuer as issuing
from tests.kit.issuer import CLIENT, Issuer, coded, rsa_key, signed
from tests.kit.waiting import wait_until
from tests.security.signing import GUARDED, raw_signed, signers
from tests.security.town import SERVICES, Town, seen

pytestmark = [pytest.mark.security, pytest.mark.integration]

#: A marker in every claim and header that can contain text.
MARKER = "QzxvSignInMarker"
#: Longer than the maximum header size, including the scheme before the token.
_TOO_LONG = 9_000


def asked(town: Town, service: str, token: str | None, path: str = "") -> requests.Response:
    """Send a service a request that requires a token."""
    return town.ask(service, "GET", path or GUARDED[service].replace("{case}", str(uuid4())), None, token)


def counts(town: Town, service: str, token: str) -> bool:
    """Return whether a service accepts the token, with any permissions."""
    return asked(town, service, token).status_code in (200, 404)


@dataclass
class Attacker:
    """An attacker with tokens of both providers, a provider of their own, and the published key sets."""

    town: Town
    first: Issuer
    second: Issuer
    own: Issuer
    subject: str = field(default_factory=lambda: f"{MARKER}-{uuid4()}@example.org")

    def token(self, **different: Any) -> str:
        """Make a valid token of the first provider for a registered user, with the given changes."""
        return self.first.token(**{"sub": self.subject, "note": MARKER, **different})

    def register(self, subject: str, *, roles: tuple[str, ...] = ("caseworker",), issuer: Issuer | None = None) -> str:
        """Register a user with a sign-in; return the staff id once every service has received it."""
        sign_in = {"issuer": (issuer or self.first).address, "subject": subject}
        body = {"agency": "NL.COMENSHA", "roles": roles, "name": "Fictitious", "sign_ins": [sign_in]}
        made: list[str] = []

        def is_taken() -> bool:
            answer = self.as_operator("/v1/staff", body)
            made.extend([answer.json()["id"]] if answer.ok else [])
            return bool(answer.ok)

        wait_until(is_taken, "the agency is known", 60)
        token = (issuer or self.first).token(sub=subject)
        for service in SERVICES:
            wait_until(lambda at=service: counts(self.town, at, token), f"{service} knows them", 60)  # type: ignore[misc]
        return made[0]

    def as_operator(self, path: str, body: Mapping[str, Any]) -> requests.Response:
        """Send intake a request as the town's operator."""
        return self.town.ask("intake", "POST", path, body, self.town.site.targets.token(["operator"], str(uuid4())))


@pytest.fixture(scope="module")
def attacker(town: Town, providers: tuple[Issuer, Issuer]) -> Iterator[Attacker]:
    with issuing.serving(Issuer()) as own:
        attacker = Attacker(town, *providers, own)
        attacker.register(attacker.subject)
        yield attacker


def by_secret(attacker: Attacker, secret: bytes) -> str:
    """Sign with HMAC and a publicly known value as the secret."""
    header = {"alg": "HS256", "kid": attacker.first.keys[0].kid, "typ": "at+jwt"}
    body = json.dumps(attacker.first.claims(sub=attacker.subject)).encode()
    made = f"{coded(json.dumps(header).encode())}.{coded(body)}"
    return f"{made}.{coded(hmac.new(secret, made.encode(), hashlib.sha256).digest())}"


def of_wrong_keys(attacker: Attacker) -> dict[str, str]:
    """Return tokens that were not signed by a key of their provider."""
    token, [key] = attacker.token, attacker.first.keys
    nobody, under_its_id = rsa_key(), RSAKey.generate_key(2_048, {"kid": key.kid})
    assert isinstance(key, RSAKey)
    head, body, signature = token().split(".")
    none = {name: coded(json.dumps({"alg": name, "kid": key.kid}).encode()) for name in ("none", "None", "")}
    public = nobody.as_dict(private=False)
    addresses = dict.fromkeys(("jku", "x5u"), f"{attacker.own.address}/keys")
    stolen = coded(json.dumps(attacker.first.claims(sub="somebody")).encode())
    [of_staff, of_operators] = signers(attacker.town)
    return {
        **{f"algorithm {name!r}": f"{part}.{body}." for name, part in none.items()},
        **{f"algorithm {name!r}, an old signature": f"{part}.{body}.{signature}" for name, part in none.items()},
        "no signature": f"{head}.{body}.",
        "another's claims": f"{head}.{stolen}.{signature}",
        "HMAC with the public key (PEM)": by_secret(attacker, key.as_pem(private=False)),
        "HMAC with the public key (DER)": by_secret(attacker, key.as_der(private=False)),
        "HMAC with the published key": by_secret(attacker, json.dumps(key.as_dict(private=False)).encode()),
        "HMAC with the modulus": by_secret(attacker, str(key.as_dict(private=False)["n"]).encode()),
        "HMAC with nothing": by_secret(attacker, b""),
        "an unknown key": token(key=nobody),
        "an unknown key under a known id": token(key=under_its_id),
        "its own key in the header": token(key=under_its_id, header={"jwk": public}),
        **{
            f"keys at an address ({name})": token(key=attacker.own.keys[0], header={name: at, "kid": key.kid})
            for name, at in addresses.items()
        },
        **{
            f"an unknown id and keys at an address ({name})": token(key=attacker.own.keys[0], header={name: at})
            for name, at in addresses.items()
        },
        "a certificate in the header": token(key=nobody, header={"x5c": [coded(b"x" * 300)], "kid": key.kid}),
        "the other provider's key": token(key=attacker.second.keys[0]),
        "the other provider's key under this one's id": token(
            key=RSAKey.import_key({**attacker.second.keys[0].as_dict(private=True), "kid": key.kid})
        ),
        "the installation's key for people": raw_signed(
            {"alg": "Ed25519", "kid": of_staff["kid"], "typ": "at+jwt"},
            json.dumps(attacker.first.claims(sub=attacker.subject)).encode(),
            of_staff,
        ),
        "the operators' key": raw_signed(
            {"alg": "Ed25519", "kid": of_operators["kid"], "typ": "at+jwt"},
            json.dumps(attacker.first.claims(sub=attacker.subject)).encode(),
            of_operators,
        ),
    }


def of_wrong_ids(attacker: Attacker) -> dict[str, str]:
    """Return tokens whose key id is not the name of a key."""
    ids = (
        *("../../../etc/passwd", "/dev/null", "file:///etc/passwd", f"{attacker.own.address}/keys", "' or 1=1 --"),
        *("\u0000", "", MARKER, "x" * 3_000, "%2e%2e%2f", "${jndi:ldap://127.0.0.1:1/x}", "{0.__class__}"),
    )
    found = {f"a key at {name[:24]!r}": attacker.token(header={"kid": name}) for name in ids}
    for strange in (7, None, [attacker.first.keys[0].kid], {"kid": 1}, True, 1e300):
        found[f"a key id that is {strange!r}"] = attacker.token(header={"kid": strange})
    return found


def of_wrong_claims(attacker: Attacker) -> dict[str, str]:
    """Return tokens that their provider signed, but whose claims or headers are invalid here."""
    now, token = int(time.time()), attacker.token
    of_other_kinds = ("JWT", "id+jwt", "logout+jwt", "dpop+jwt", "at+jwt+x", None, 7)
    return {
        "another audience": token(aud="elsewhere"),
        "other audiences": token(aud=["elsewhere", "casepath2"]),
        "the command's own id as its audience": token(aud=CLIENT),
        "no audience": token(aud=None),
        "a foreign issuer": token(iss=f"https://{MARKER}.example.org"),
        "a foreign issuer, by its own key": attacker.own.token(sub=attacker.subject),
        "the other provider's issuer": token(iss=attacker.second.address),
        "an issuer that begins alike": token(iss=f"{attacker.first.address}/"),
        "an issuer that is a list": token(iss=[attacker.first.address]),
        "no issuer": token(iss=None),
        "the installation's issuer": token(iss=STAFF, sub=str(uuid4()), roles=["caseworker"]),
        "the operators' issuer": token(iss=OPERATOR, sub=str(uuid4()), roles=["operator"]),
        "a service's issuer": token(iss="casepath:service:legal", sub="legal", roles=["service"]),
        "ended": token(iat=now - 600, exp=now - CLOCK_SKEW - 5),
        "without an end": token(exp=None),
        "an end that is no number": token(exp=MARKER),
        "an end that is not finite": token(exp=1e400),
        "not yet to be used": token(nbf=now + CLOCK_SKEW + 60),
        "issued in the future": token(iat=now + CLOCK_SKEW + 60),
        "without a beginning": token(iat=None),
        "too long a life": token(exp=now + LONGEST_LIFETIME + 600),
        "nobody's subject": token(sub=f"{MARKER}-nobody"),
        "a subject that begins alike": token(sub=attacker.subject[:-1]),
        "a subject in other letters": token(sub=attacker.subject.upper()),
        "a subject that is a list": token(sub=[attacker.subject]),
        "an empty subject": token(sub=""),
        "no subject": token(sub=None),
        "a subject that is a service": token(sub="legal", roles=["service"]),
        **{f"of the type {kind!r}": token(header={"typ": kind}) for kind in of_other_kinds},
        "an ID token": token(header={"typ": "JWT"}, aud=CLIENT, nonce=MARKER, at_hash="x"),
        "an ID token that says it is none": token(nonce=MARKER),
        "a critical header that nobody knows": token(header={"crit": ["exp2"], "exp2": 1}),
        "a critical header that is empty": token(header={"crit": []}),
        "a body that is not coded": token(header={"crit": ["b64"], "b64": False}),
    }


def of_wrong_forms(attacker: Attacker) -> dict[str, str]:
    """Return strings that are not exactly one token."""
    good, key = attacker.token(), attacker.first.keys[0]
    header = {"alg": "RS256", "kid": key.kid, "typ": "at+jwt"}
    return {
        "four parts": f"{good}.x",
        "a part in front": f"x.{good}",
        "twice": f"{good}.{good}",
        "with a list of claims": signed(header, b"[]", key),
        "with claims that are no JSON": signed(header, b"{", key),
        "with deep claims": signed(header, b'{"iss":' + b"[" * 4_000, key),
        "with bytes that are no text": signed(header, b"\xff\xfe", key),
        "padded": good + "=",
        "too large": attacker.token(padding="x" * _TOO_LONG),
    }


def attacks(attacker: Attacker) -> dict[str, str]:
    """Return every token that must be refused, by its fault."""
    return {
        **of_wrong_keys(attacker),
        **of_wrong_ids(attacker),
        **of_wrong_claims(attacker),
        **of_wrong_forms(attacker),
    }


@pytest.mark.promise("SEC-2")
@pytest.mark.parametrize("service", SERVICES)
def test_no_wrong_token_of_a_provider_counts_and_all_are_refused_alike(attacker: Attacker, service: str) -> None:
    expected = seen(asked(attacker.town, service, None))
    assert expected[0] == 401
    table = attacks(attacker)
    different = {
        name: answer[0]
        for name, token in table.items()
        if (answer := seen(asked(attacker.town, service, token))) != expected
    }
    assert len(table) > 80
    # A header that exceeds the size limit is refused before the token is read.
    assert different == {"too large": 431}
    assert counts(attacker.town, service, attacker.token()), "so far nothing was wrong with the others"
    assert attacker.own.asked == [], "no token says where keys are"


def test_what_a_right_token_says_beside_is_ignored(attacker: Attacker) -> None:
    elsewhere = f"{attacker.own.address}/keys"
    for header in ({"jku": elsewhere}, {"x5u": elsewhere}, {"jwk": {"kty": "RSA"}}, {"cty": MARKER}):
        assert counts(attacker.town, "intake", attacker.token(header=header))
    assert attacker.own.asked == []


@pytest.mark.promise("SEC-2")
def test_roles_stay_the_registers_whatever_a_token_says(attacker: Attacker) -> None:
    told = ["operator", "supervisor", "data_protection_officer", "service"]
    token = attacker.token(roles=told, realm_access={"roles": told}, groups=told, scope=" ".join(told))
    assert asked(attacker.town, "intake", token, "/v1/me").json()["roles"] == ["caseworker"]
    for path in ("/v1/exchange", "/v1/queues/supervision", "/v1/queues/data-protection", "/v1/events"):
        plain, raised = (asked(attacker.town, "intake", each, path) for each in (attacker.token(), token))
        assert seen(raised) == seen(plain)
        assert raised.status_code == 403


def test_of_two_providers_with_one_subject_each_is_its_own_persons(attacker: Attacker) -> None:
    theirs = attacker.second.token(sub=attacker.subject)
    assert {asked(attacker.town, each, theirs).status_code for each in SERVICES} == {401}
    another = attacker.register(attacker.subject, roles=("support_worker",), issuer=attacker.second)
    mine, others = (asked(attacker.town, "intake", each, "/v1/me").json() for each in (attacker.token(), theirs))
    assert (others["id"], others["roles"]) == (another, ["support_worker"])
    assert mine["id"] != another
    assert mine["roles"] == ["caseworker"]


@pytest.mark.promise("SEC-2")
def test_who_left_gets_nowhere_with_a_new_token_either(attacker: Attacker) -> None:
    leaver, stays = (f"{MARKER}-{name}" for name in ("leaver", "stays"))
    member, successor = attacker.register(leaver), attacker.register(stays)
    before = attacker.token(sub=leaver)
    assert attacker.as_operator(f"/v1/staff/{member}/leaving", {"successor": successor}).ok
    refused_everywhere(attacker, before)
    refused_everywhere(attacker, attacker.token(sub=leaver, iat=int(time.time()) + CLOCK_SKEW - 5))
    assert counts(attacker.town, "intake", attacker.token(sub=stays))


def test_what_was_revoked_counts_nowhere_and_who_signs_in_anew_does(attacker: Attacker) -> None:
    subject = f"{MARKER}-revoked"
    member = attacker.register(subject)
    before = attacker.token(sub=subject, iat=int(time.time()) - 5)
    assert attacker.as_operator("/v1/access/revocations", {"member": member}).ok
    refused_everywhere(attacker, before)
    for service in SERVICES:
        wait_until(lambda at=service: counts(attacker.town, at, attacker.token(sub=subject)), f"{service}", 30)  # type: ignore[misc]


def test_how_old_its_keys_are_is_measured_at_every_service_as_the_doctor_reads_it(attacker: Attacker) -> None:
    for service in SERVICES:
        ages = ages_in(attacker.town.site.exposition(service))
        assert {attacker.first.address, attacker.second.address} <= ages.keys()
        assert ages[attacker.first.address] < LATELY


def refused_everywhere(attacker: Attacker, token: str) -> None:
    """Wait until every service refuses a token like a missing one."""
    for service in SERVICES:
        expected = seen(asked(attacker.town, service, None))
        wait_until(
            lambda at=service, as_none=expected: seen(asked(attacker.town, at, token)) == as_none,  # type: ignore[misc]
            f"{service} refuses it",
            30,
        )


@pytest.mark.promise("SEC-2")
def test_of_all_these_tokens_nothing_is_written_down(attacker: Attacker) -> None:
    """The test sends all the tokens again, so that it can also run alone."""
    sent = attacks(attacker)
    for service in SERVICES:
        for token in sent.values():
            assert asked(attacker.town, service, token).status_code in (401, 431)
    words = {MARKER, MARKER.upper(), attacker.subject, attacker.own.address, *_pieces(sent.values())}
    for service in SERVICES:
        written = [attacker.town.site.said(service, stream=stream) for stream in ("stdout", "stderr")]
        everything = "".join((*written, attacker.town.site.exposition(service)))
        assert [word for word in words if word in everything] == []
        assert '"event": "request.unauthenticated"' in everything, "that somebody tried is written down"


def _pieces(sent: Any) -> set[str]:
    """Return the unique parts of tokens: claims and signatures, but not the common headers."""
    return {part for token in sent for part in token.split(".")[1:] if len(part) > 40}
