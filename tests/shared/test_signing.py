"""Signing keys are rotated without downtime: which keys are accepted, from when, and until when."""

import json
import time
from pathlib import Path

import pytest
from joserfc.jwk import OKPKey

from services import PORTS
from shared.access import tokens
from shared.access.known_tokens import KnownTokens
from shared.access.signing import FollowingVerifier, ServiceTokens, SigningKey
from shared.access.tokens import Jwk, TokenRefused, Verifier, issue, new_key, public_set, read_signed, sign, successor
from shared.runtime.settings import load
from shared.store.file_address import FileAddress, address_now

LEGAL = tokens.service_issuer("legal")
FORMER = new_key(LEGAL)
NEW = successor(FORMER)
STRANGER = new_key(tokens.service_issuer("support"))


def ended(key: Jwk, seconds_ago: int) -> Jwk:
    """Return a key whose tokens have been invalid for `seconds_ago` seconds."""
    return {**key, "exp": int(time.time()) - seconds_ago}


def set_of(*keys: Jwk) -> str:
    return json.dumps(public_set(keys))


def token_of(key: Jwk) -> str:
    return "Bearer " + issue(key, subject="legal", roles=["service"])


def followed(file: Path, text: str) -> FileAddress:
    file.write_text(text)
    return FileAddress.of(file, text)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "file.json"


def test_a_key_that_is_added_to_the_file_is_known_at_the_next_token(file: Path) -> None:
    verifier = FollowingVerifier(followed(file, set_of(FORMER)))
    with pytest.raises(TokenRefused):
        verifier.verify(token_of(NEW))
    file.write_text(set_of(FORMER, NEW))
    assert verifier.verify(token_of(NEW)).subject == verifier.verify(token_of(FORMER)).subject == "legal"


def test_tokens_of_a_former_key_count_until_it_has_ended(file: Path) -> None:
    verifier = FollowingVerifier(followed(file, set_of(NEW, ended(FORMER, -60))))
    assert verifier.verify(token_of(FORMER)).subject == "legal"
    file.write_text(set_of(NEW, ended(FORMER, tokens.CLOCK_SKEW + 1)))
    with pytest.raises(TokenRefused, match="key_has_ended"):
        verifier.verify(token_of(FORMER))
    assert verifier.verify(token_of(NEW)).subject == "legal"


def test_a_token_that_is_known_is_verified_anew_after_the_overlap(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    verifier = KnownTokens(followed(file, set_of(NEW, FORMER)))
    long = "Bearer " + issue(FORMER, subject="legal", roles=["service"], lifetime=tokens.LONGEST_LIFETIME)
    verifier.verify(long)
    file.write_text(set_of(NEW, ended(FORMER, 60)))
    assert verifier.verify(long).subject == "legal", "known from before"
    later = time.time() + tokens.OVERLAP + 1
    monkeypatch.setattr(time, "time", lambda: later)
    with pytest.raises(TokenRefused, match="key_has_ended"):
        verifier.verify(long)


@pytest.mark.parametrize("text", ["", "{}", '{"keys": [{"kty": "oct"', '{"keys": [{"kid": 1}]}'])
def test_a_set_that_can_not_be_used_is_not_taken_over(file: Path, text: str) -> None:
    verifier = FollowingVerifier(followed(file, set_of(FORMER)))
    file.write_text(text)
    assert verifier.verify(token_of(FORMER)).subject == "legal"
    file.write_text(set_of(FORMER, NEW))
    assert verifier.verify(token_of(NEW)).subject == "legal", "one that can is, again"


def test_a_key_that_was_removed_stays_removed_while_the_file_is_away(file: Path) -> None:
    verifier = FollowingVerifier(followed(file, set_of(FORMER, NEW)))
    assert verifier.verify(token_of(FORMER)).subject == "legal"
    file.write_text(set_of(NEW))
    assert verifier.verify(token_of(NEW)).subject == "legal"
    file.unlink()
    with pytest.raises(TokenRefused):
        verifier.verify(token_of(FORMER))
    assert verifier.verify(token_of(NEW)).subject == "legal"


def test_a_service_keeps_signing_with_its_last_key_while_the_file_is_away(file: Path) -> None:
    key = SigningKey("legal", followed(file, json.dumps(FORMER)))
    file.write_text(json.dumps(NEW))
    assert key.now() == NEW
    file.unlink()
    assert key.now() == NEW


def test_nobody_new_speaks_without_a_restart(file: Path) -> None:
    verifier = FollowingVerifier(followed(file, set_of(FORMER)))
    file.write_text(set_of(NEW, new_key(tokens.STAFF)))
    with pytest.raises(TokenRefused):
        verifier.verify(token_of(NEW))


def test_a_service_signs_with_the_key_that_its_file_holds_when_it_makes_a_token(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = ServiceTokens("legal", followed(file, json.dumps(FORMER)))
    verifier = Verifier(set_of(NEW))
    with pytest.raises(TokenRefused):
        verifier.verify(f"Bearer {own.current()}")
    file.write_text(json.dumps(NEW))
    later = time.time() + tokens.SERVICE_LIFETIME / 2 + 1
    monkeypatch.setattr(time, "time", lambda: later)
    assert verifier.verify(f"Bearer {own.current()}").subject == "legal"


OF_ANOTHER_KIND = OKPKey.generate_key("Ed448").as_dict(private=True) | {"kid": f"{LEGAL}#1"}


@pytest.mark.parametrize(
    "text",
    ["nonsense", "[]", json.dumps(STRANGER), json.dumps({"kid": f"{LEGAL}#1"}), json.dumps(OF_ANOTHER_KIND)],
    ids=["no json", "no key", "of another service", "without a key", "of another kind"],
)
def test_what_is_no_key_of_the_service_signs_nothing(file: Path, text: str) -> None:
    key = SigningKey("legal", followed(file, json.dumps(FORMER)))
    file.write_text(text)
    assert key.now() == FORMER
    file.write_text(json.dumps(NEW))
    assert key.now() == NEW


@pytest.mark.promise("SECRET-8")
def test_what_a_former_key_signed_in_its_time_stays_signed_and_nothing_later() -> None:
    now, keys = int(time.time()), set_of(NEW, ended(FORMER, 3_600))
    before = sign(FORMER, {"at": now - 7_200}, kind="fictitious")
    assert read_signed(before, keys, kind="fictitious", issuer=LEGAL) == {"at": now - 7_200}
    with pytest.raises(TokenRefused, match="key_had_ended"):
        read_signed(sign(FORMER, {"at": now}, kind="fictitious"), keys, kind="fictitious", issuer=LEGAL)


def test_a_successor_is_another_key_and_keeps_the_secret_that_was_derived_from() -> None:
    after = successor(NEW)
    assert len({FORMER["d"], NEW["d"], after["d"]}) == len({FORMER["kid"], NEW["kid"], after["kid"]}) == 3
    assert [tokens.lasting_secret(key) for key in (NEW, after)] == [FORMER["d"]] * 2
    assert str(FORMER["d"]) not in set_of(FORMER, NEW, after), "the public set holds no secret"


def test_a_service_follows_the_files_that_its_settings_name(tmp_path: Path) -> None:
    files = {name: tmp_path / name.lower() for name in ("INTAKE_SIGNING_KEY", "KEY_SET")}
    for file in files.values():
        file.write_text("before\n")
    rest = ("AMQP_URI", "DATABASE_URL", "KEYS_DATABASE_URL", "KEY_RING", "SUBJECT_KEY")
    given = {f"CASEPATH_{name}": "x" for name in rest}
    settings = load("intake", PORTS, {**given, **{f"CASEPATH_{name}_FILE": str(file) for name, file in files.items()}})
    for file in files.values():
        file.write_text("after\n")
    assert (settings.signing_key, settings.key_set) == ("before", "before")
    assert (address_now(settings.signing_key), address_now(settings.key_set)) == ("after", "after")
