"""Tokens of the operators' providers: which are accepted, and the refusal code of each other one."""

import hashlib
import hmac
import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from shared.access import tokens
from shared.access.known_tokens import KnownTokens
from shared.access.providers.checking import ProviderTokens, SignIn
from shared.access.providers.declared import Provider, ProvidersRefused, read
from shared.access.providers.fetching import Fetched, ProviderAway
from shared.access.providers.keys import KnownKeys
from shared.access.tokens import CLOCK_SKEW, LONGEST_LIFETIME, TokenRefused
from tests.kit.issuer import Issuer, coded, rsa_key, signed

ISSUER = Issuer()
OTHER = Issuer(address="https://elsewhere.example.org")
OWN_KEY = tokens.new_key(tokens.STAFF)
KEY_SET = json.dumps(tokens.public_set([OWN_KEY]))


def known_of(*issuers: Issuer, at: datetime | None = None) -> KnownKeys:
    known = KnownKeys()
    for issuer in issuers:
        known.take(issuer.address, Fetched(issuer.key_set()["keys"], at or datetime.now(UTC)))
    return known


def checking(issuer: Issuer = ISSUER, **more: str) -> ProviderTokens:
    return ProviderTokens(read(issuer.declared(**more)), known_of(issuer))


def refusal(found: ProviderTokens, token: str) -> str:
    with pytest.raises(TokenRefused) as refused:
        found.verify(token)
    return refused.value.reason


def test_an_access_token_says_whose_sign_in_it_is_and_since_when() -> None:
    found = checking().verify(ISSUER.token())
    assert isinstance(found, SignIn)
    assert (found.subject, found.issuer, found.claimed, found.is_service) == (
        "worker@example.org",
        ISSUER.address,
        None,
        False,
    )
    assert abs(found.issued_at - time.time()) < 60
    assert found.roles == frozenset(), "who has not been looked up may nothing"


@pytest.mark.parametrize("audience", ["casepath", ["elsewhere", "casepath"]])
def test_a_token_may_be_for_others_too(audience: object) -> None:
    assert checking().verify(ISSUER.token(aud=audience))


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [
        (rsa_key(), "RS256"),
        (rsa_key(), "PS256"),
        (ECKey.generate_key("P-256", {"kid": "1"}), "ES256"),
        (OKPKey.generate_key("Ed25519", {"kid": "1"}), "Ed25519"),
        (rsa_key(), "RS512"),
        (ECKey.generate_key("P-521", {"kid": "1"}), "ES512"),
    ],
    ids=["RS256", "PS256", "ES256", "Ed25519", "RS512", "ES512"],
)
def test_tokens_are_signed_as_is_declared(key: Any, algorithm: str) -> None:
    issuer = Issuer(keys=[key])
    token = issuer.token(header={"alg": algorithm})
    assert checking(issuer, algorithms=json.dumps([algorithm])).verify(token)
    assert refusal(checking(issuer, algorithms='["RS384"]'), token) == "algorithm_not_declared"


def headed(different: dict[str, Any]) -> str:
    return coded(json.dumps({"kid": ISSUER.keys[0].kid, "typ": "at+jwt", **different}).encode())


def attacks() -> dict[str, tuple[str, str]]:
    """Return every token that must be refused, by its fault, with its refusal code."""
    now = int(time.time())
    good = ISSUER.token()
    head, body, signature = good.split(".")
    [public] = ISSUER.key_set()["keys"]
    pem = ISSUER.keys[0].as_pem(private=False)
    none, curve = (headed({"alg": name}) for name in ("none", "ES256"))
    another_subject = coded(json.dumps(ISSUER.claims(sub="x")).encode())
    a_list = signed({"alg": "RS256", "kid": ISSUER.keys[0].kid}, b"[]", ISSUER.keys[0])
    stranger = RSAKey.generate_key(2_048, {"kid": ISSUER.keys[0].kid})
    nobody = rsa_key()

    def by_secret(secret: bytes) -> str:
        made = f"{headed({'alg': 'HS256'})}.{body}"
        return f"{made}.{coded(hmac.new(secret, made.encode(), hashlib.sha256).digest())}"

    return {
        "no algorithm": (f"{none}.{body}.", "algorithm_not_declared"),
        "no algorithm, an old signature": (f"{none}.{body}.{signature}", "algorithm_not_declared"),
        "no signature": (f"{head}.{body}.", "BadSignatureError"),
        "HMAC with the public key": (by_secret(pem), "algorithm_not_declared"),
        "HMAC with the published key": (by_secret(json.dumps(public).encode()), "algorithm_not_declared"),
        "HMAC with nothing": (by_secret(b""), "algorithm_not_declared"),
        "a declared algorithm of another kind of key": (f"{curve}.{body}.{signature}", ""),
        "another's signature": (f"{head}.{another_subject}.{signature}", "BadSignatureError"),
        "an unknown key under a known id": (ISSUER.token(key=stranger), "BadSignatureError"),
        "an unknown key": (ISSUER.token(key=nobody), "unknown_key"),
        "its own key in the header": (
            ISSUER.token(key=nobody, header={"jwk": nobody.as_dict(private=False)}),
            "unknown_key",
        ),
        "keys at an address": (ISSUER.token(key=nobody, header={"jku": "https://127.0.0.1:1/keys"}), "unknown_key"),
        "no key id": (ISSUER.token(header={"kid": None}), "no_key_id"),
        "a critical header that nobody knows": (
            ISSUER.token(header={"crit": ["exp2"], "exp2": 1}),
            "critical_header",
        ),
        "a critical header that names nothing": (ISSUER.token(header={"crit": []}), "critical_header"),
        "one that says who somebody is": (ISSUER.token(header={"typ": "JWT"}), "of_another_type"),
        "of no type": (ISSUER.token(header={"typ": None}), "of_another_type"),
        "a sign-out": (ISSUER.token(header={"typ": "logout+jwt"}), "of_another_type"),
        "no audience": (ISSUER.token(aud=None), "MissingClaimError"),
        "another audience": (ISSUER.token(aud="elsewhere"), "InvalidClaimError"),
        "the audience of internal tokens in a list of others": (ISSUER.token(aud=["a", "b"]), "InvalidClaimError"),
        "no issuer": (ISSUER.token(iss=None), "unknown_issuer"),
        "an issuer that nobody declared": (OTHER.token(), "unknown_issuer"),
        "another's key under this issuer": (OTHER.token(iss=ISSUER.address), "unknown_key"),
        "an issuer that begins alike": (ISSUER.token(iss=ISSUER.address + "/"), "unknown_issuer"),
        "the internal issuer": (ISSUER.token(iss=tokens.STAFF), "unknown_issuer"),
        "ended": (ISSUER.token(exp=now - CLOCK_SKEW - 5), "ExpiredTokenError"),
        "without an end": (ISSUER.token(exp=None), "MissingClaimError"),
        "an end that is no number": (ISSUER.token(exp="never"), "InvalidClaimError"),
        "an end that is not finite": (ISSUER.token(exp=1e400), ""),
        "without a beginning": (ISSUER.token(iat=None), "MissingClaimError"),
        "issued in the future": (ISSUER.token(iat=now + CLOCK_SKEW + 60), "InvalidClaimError"),
        "not yet to be used": (ISSUER.token(nbf=now + CLOCK_SKEW + 60), "InvalidClaimError"),
        "too long a life": (ISSUER.token(exp=now + LONGEST_LIFETIME + 600), "lives_too_long"),
        "no subject": (ISSUER.token(sub=None), "no_subject"),
        "an empty subject": (ISSUER.token(sub=""), "no_subject"),
        "a subject that is no text": (ISSUER.token(sub=["worker@example.org"]), ""),
        "too long a subject": (ISSUER.token(sub="x" * 300), "no_subject"),
        "an ID token's nonce": (ISSUER.token(nonce="1"), "no_access_token"),
        "claims that are a list": (a_list, "unknown_issuer"),
        "four parts": (good + ".x", "unknown_issuer"),
        "a part too many in front": ("x." + good, "unknown_issuer"),
        "far too long": (good + "A" * 20_000, "unknown_issuer"),
    }


@pytest.fixture(scope="module")
def made_now() -> dict[str, tuple[str, str]]:
    """Make the tokens again during the run: those made for the test names may have expired."""
    return attacks()


@pytest.mark.promise("SEC-30")
@pytest.mark.parametrize("wrong", sorted(attacks()))
def test_what_is_wrong_is_refused_with_a_code_for_the_log(wrong: str, made_now: dict[str, tuple[str, str]]) -> None:
    token, code = made_now[wrong]
    assert code in ("", refusal(checking(), token))
    with pytest.raises(TokenRefused):
        KnownTokens(KEY_SET, checking()).verify(f"Bearer {token}")


@pytest.mark.parametrize("claims", [{"exp": -CLOCK_SKEW + 5}, {"iat": CLOCK_SKEW - 5}, {"nbf": CLOCK_SKEW - 5}])
def test_clocks_may_differ_a_little(claims: dict[str, int]) -> None:
    now = int(time.time())
    assert checking().verify(ISSUER.token(**{name: now + seconds for name, seconds in claims.items()}))


def test_an_id_token_opens_nothing_if_a_provider_has_no_type_of_access_tokens() -> None:
    found = checking(token_type='"JWT"')
    for kind in ("JWT", None, "at+jwt", "application/at+jwt"):
        assert found.verify(ISSUER.token(header={"typ": kind}, typ="Bearer"))
    for claims in ({"nonce": "1"}, {"at_hash": "x"}, {"typ": "ID"}, {"typ": "Refresh"}, {"events": {}}):
        assert refusal(found, ISSUER.token(header={"typ": "JWT"}, **claims)) == "no_access_token"


def test_who_is_known_by_another_claim_is_known_by_it_alone() -> None:
    found = checking(subject_claim='"oid"')
    assert found.verify(ISSUER.token(oid="0001")).subject == "0001"
    assert refusal(found, ISSUER.token()) == "no_subject"


def test_roles_of_the_token_count_where_the_operators_say_so_and_are_ours_alone() -> None:
    way = checking(roles_claim='["realm_access", "roles"]')
    given_roles = {"roles": ["supervisor", "offline_access", "service", 7]}
    assert way.verify(ISSUER.token(realm_access=given_roles)).claimed == {"supervisor"}
    assert refusal(way, ISSUER.token(realm_access=["supervisor"])) == "no_roles"
    assert refusal(way, ISSUER.token()) == "no_roles"
    named = checking(roles_claim='"groups"', role_names='{ "cn=team" = "caseworker" }')
    assert named.verify(ISSUER.token(groups=["cn=team", "supervisor"])).claimed == {"caseworker"}
    assert named.verify(ISSUER.token(groups="cn=team")).claimed == {"caseworker"}
    assert checking().verify(ISSUER.token(roles=["supervisor"])).claimed is None


def test_of_several_providers_each_has_its_own_keys() -> None:
    first, second = Issuer(address="https://one.example.org"), Issuer(address="https://two.example.org")
    found = ProviderTokens(read(first.declared() + second.declared()), known_of(first, second))
    assert {found.verify(each.token()).issuer for each in (first, second)} == {first.address, second.address}
    assert refusal(found, first.token(key=second.keys[0])) == "unknown_key"


CHECKING, GOOD = checking(), ISSUER.token()


@given(place=st.integers(0, len(GOOD) - 1), other=st.characters(codec="utf-8"))
def test_a_token_in_which_anything_was_changed_is_refused_or_says_the_same(place: int, other: str) -> None:
    changed = GOOD[:place] + other + GOOD[place + 1 :]
    try:
        found = CHECKING.verify(changed)
    except TokenRefused:
        return
    # The last letter of a part has bits without a meaning.
    assert found == CHECKING.verify(GOOD)


@given(st.text(max_size=200) | st.binary(max_size=200).map(coded))
def test_no_text_does_anything_but_be_refused(text: str) -> None:
    with pytest.raises(TokenRefused):
        KnownTokens(KEY_SET, CHECKING).verify(f"Bearer {text}")
    with pytest.raises(TokenRefused):
        CHECKING.verify(f"{text}.{text}.{text}")


def test_internal_tokens_count_beside_those_of_a_provider() -> None:
    known = KnownTokens(KEY_SET, checking())
    own = tokens.issue(OWN_KEY, subject="0192f000-0000-7000-8000-00000000000a", roles=["caseworker"])
    assert known.verify(f"Bearer {own}").issuer == tokens.STAFF
    assert known.verify(f"Bearer {ISSUER.token()}").issuer == ISSUER.address


@pytest.mark.promise("SEC-32")
def test_a_key_that_was_taken_back_verifies_nothing_any_more_and_the_new_one_does() -> None:
    issuer = Issuer()
    keys = known_of(issuer)
    known = KnownTokens(KEY_SET, ProviderTokens(read(issuer.declared()), keys))
    before = f"Bearer {issuer.token()}"
    assert known.verify(before) == known.verify(before)
    issuer.rotate()
    with pytest.raises(TokenRefused):
        known.verify(f"Bearer {issuer.token()}")
    assert keys.is_wanted(issuer.address), "a key that nobody knows is looked for"
    assert known.verify(before), "until then those that are known go on"
    keys.take(issuer.address, Fetched(issuer.key_set()["keys"], datetime.now(UTC)))
    assert known.verify(f"Bearer {issuer.token()}")
    with pytest.raises(TokenRefused):
        known.verify(before)


def test_keys_that_nobody_could_compare_for_a_day_count_no_more() -> None:
    declared, day = read(ISSUER.declared()), timedelta(hours=24)
    lately, long_ago = (datetime.now(UTC) - day + timedelta(minutes=by) for by in (1, -1))
    assert ProviderTokens(declared, known_of(ISSUER, at=lately)).verify(ISSUER.token())
    away = ProviderTokens(declared, known_of(ISSUER, at=long_ago))
    assert refusal(away, ISSUER.token()) == "provider_is_away_too_long"
    assert refusal(ProviderTokens(declared, KnownKeys()), ISSUER.token()) == "provider_has_no_keys_yet"


def test_of_a_key_set_what_can_not_verify_is_left_out() -> None:
    good = rsa_key()
    secret = OctKey.generate_key(256, {"kid": "secret"})
    encrypts = RSAKey.generate_key(2_048, {"kid": "encrypts", "use": "enc"})
    unnamed = RSAKey.generate_key(2_048)
    broken: list[Any] = [None, 7, "key", {}, {"kty": "RSA", "kid": "x"}, {"kty": "none", "kid": "y"}]
    published = [each.as_dict(private=False) for each in (encrypts, unnamed, good)]
    small = {**good.as_dict(private=False), "kid": "small", "n": str(good.as_dict(private=False)["n"])[:171]}
    known = KnownKeys()
    known.take("i", Fetched([*broken, secret.as_dict(private=True), small, *published], datetime.now(UTC)))
    for key_id in ("secret", "encrypts", "small", "x", "y"):
        with pytest.raises(TokenRefused, match="unknown_key"):
            known.find("i", key_id, "RS256")
    assert known.find("i", str(good.kid), "RS256")
    with pytest.raises(ProviderAway, match="no_usable_keys"):
        known.take("i", Fetched(broken, datetime.now(UTC)))
    assert known.find("i", str(good.kid), "RS256"), "a set without a key takes none away"


def test_a_key_that_says_what_it_is_for_is_for_nothing_else() -> None:
    issuer = Issuer(keys=[RSAKey.generate_key(2_048, {"kid": "1", "alg": "RS256"})])
    assert refusal(checking(issuer), issuer.token(header={"alg": "PS256"})) == "key_is_for_another_algorithm"


def test_a_provider_is_declared_with_little() -> None:
    assert read("") == ()
    [provider] = read('[[provider]]\nissuer = "https://login.example.org"\naudience = "casepath"\n')
    assert provider == Provider("https://login.example.org", "casepath")
    assert read('[[provider]]\nissuer = "http://127.0.0.1:9/x"\naudience = "casepath"\n')


@pytest.mark.parametrize(
    ("declared", "named"),
    [
        ("nonsense", "TOML"),
        ('issuer = "https://login.example.org"', r"\[\[provider\]\]"),
        ("provider = 1", r"\[\[provider\]\]"),
        ("[[provider]]", "issuer"),
        ('[[provider]]\nissuer = "https://login.example.org"', "audience"),
        (ISSUER.declared() * 2, "issuer"),
        (ISSUER.declared(issuer='"http://login.example.org"'), "issuer.*https://"),
        (ISSUER.declared(issuer='"https://a:b@login.example.org"'), "issuer"),
        (ISSUER.declared(issuer='"https://login.example.org?x=1"'), "issuer"),
        (ISSUER.declared(keys_at='"ftp://login.example.org"'), "keys_at.*https://"),
        (ISSUER.declared(algorithms='["none"]'), "algorithms"),
        (ISSUER.declared(algorithms='["HS256"]'), "algorithms"),
        (ISSUER.declared(algorithms="[]"), "algorithms"),
        (ISSUER.declared(audiance='"x"'), "audiance"),
        (ISSUER.declared(token_type='"ID"'), r"token_type.*at\+jwt"),
        (ISSUER.declared(roles_claim="[]"), "roles_claim"),
        (ISSUER.declared(role_names='{ a = "caseworker" }'), "role_names.*roles_claim"),
        (ISSUER.declared(roles_claim='"g"', role_names='{ a = "service" }'), "role_names.*service"),
        (ISSUER.declared(certificates='"none"'), "certificates.*PEM"),
        (ISSUER.declared(audience="7"), "audience"),
    ],
)
def test_what_can_not_be_meant_is_refused(declared: str, named: str) -> None:
    with pytest.raises(ProvidersRefused, match=named):
        read(declared)
