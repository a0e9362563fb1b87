"""Verify signatures as recipients do: with the Standard Webhooks library, and independently for Ed25519."""

import base64
import time

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from shared.outbound import signatures

BODY = b'{"fictitious": true}'


def signed(*secrets: str, body: bytes = BODY) -> dict[str, str]:
    return signatures.headers(secrets, "0195566e-7a10-7000-8000-000000000001", int(time.time()), body)


@given(st.binary(max_size=200).map(lambda raw: b'{"said": "%s"}' % raw.hex().encode()))
def test_the_library_verifies_v1(body: bytes) -> None:
    secret = signatures.new_secret("v1")
    assert Webhook(secret).verify(body, signed(secret, body=body)) is not None


def test_during_a_rotation_both_secrets_verify_and_no_third_does() -> None:
    new, former, other = (signatures.new_secret("v1") for _ in range(3))
    headers = signed(new, former)
    assert Webhook(new).verify(BODY, headers) == Webhook(former).verify(BODY, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(other).verify(BODY, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(former).verify(BODY, signed(new))


def test_a_signature_of_the_specification_s_own_example() -> None:
    signature = signatures.sign(
        ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
    )
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_v1a_is_ed25519_by_the_public_key_that_is_shown() -> None:
    secret = signatures.new_secret("v1a")
    public = signatures.shown(secret)
    headers = signed(secret)
    kind, _, signature = headers["webhook-signature"].partition(",")
    assert (kind, public[:5], secret[:5]) == ("v1a", "whpk_", "whsk_")
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public.removeprefix("whpk_")))
    text = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + BODY
    key.verify(base64.b64decode(signature), text)
    with pytest.raises(InvalidSignature):
        key.verify(base64.b64decode(signature), text + b" ")


def test_a_symmetric_secret_is_shown_as_it_is_and_has_32_bytes() -> None:
    secret = signatures.new_secret("v1")
    assert signatures.shown(secret) == secret
    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
