"""Proofs of a batch: each belongs to one message of one source, and is valid until its key ends."""

import base64
import json
import time
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from shared.access import tokens
from shared.access.signing import FollowingVerifier
from shared.exchange.proofs import FRESH_SECONDS, BatchSigner, BatchVerifier, NotSigned
from shared.store.file_address import FileAddress
from tests.kit.builders import an_event
from tests.kit.sealing import SIGNING_KEYS, SOURCES, prove, seal, verifier
from tests.kit.waiting import wait_until

#: Offsets of the parts of a proof.
KEY_AT, INDEX_AT, COUNT_AT, PATH_AT = 17, 81, 83, 85
HASH_BYTES = 32
FORMER, NEW = (tokens.new_key(tokens.service_issuer("intake")) for _ in range(2))


def batch(count: int) -> list[bytes]:
    return [seal(an_event(position=position)) for position in range(1, count + 1)]


def is_refused(body: bytes, proof: bytes, source: str = "intake") -> bool:
    """Return whether a newly started follower rejects the proof."""
    with pytest.raises(NotSigned):
        verifier().is_proven(source, body, proof)
    return True


@pytest.mark.parametrize("count", [1, 2, 3, 7, 10, 64, 200, 500])
def test_each_message_of_a_batch_is_proven_by_itself_and_in_any_order(count: int) -> None:
    bodies = batch(count)
    proofs = prove(bodies)
    for body, proof in zip(bodies, proofs, strict=True):
        assert verifier().is_proven("intake", body, proof)
    follower = verifier()
    assert all(follower.is_proven("intake", bodies[at], proofs[at]) for at in reversed(range(count)))
    assert all(follower.is_proven("intake", bodies[at], proofs[at]) for at in range(count)), "they may come again"


EVENT = an_event(position=2)


@pytest.mark.parametrize(
    "body",
    [
        seal(an_event(position=3)),
        seal(replace(EVENT, position=9)),
        seal(replace(EVENT, epoch=uuid4())),
        seal(replace(EVENT, data={**EVENT.data, "more": 1})),
        seal(EVENT),
        b"",
    ],
    ids=["another event", "another position", "another epoch", "other facts", "sealed again", "nothing"],
)
def test_a_proof_is_wrong_for_any_other_message(body: bytes) -> None:
    proof = prove([*batch(1), seal(EVENT), *batch(5)])[1]
    assert is_refused(body, proof)


def test_a_proof_is_wrong_at_another_place_and_in_another_batch() -> None:
    bodies = batch(7)
    proofs, other = prove(bodies), prove([*bodies[:6], *batch(1)])
    assert is_refused(bodies[1], proofs[2])
    assert is_refused(bodies[1], proofs[1][:INDEX_AT] + b"\0\4" + proofs[1][COUNT_AT:])
    assert is_refused(bodies[6], proofs[6][:COUNT_AT] + b"\0\6" + proofs[6][PATH_AT:])
    assert is_refused(bodies[6], other[6])
    assert is_refused(bodies[0], proofs[0][:KEY_AT] + other[0][KEY_AT:INDEX_AT] + proofs[0][INDEX_AT:])


@pytest.mark.parametrize("cut", [1, 31, 32, 64])
def test_a_path_that_was_cut_or_made_longer_is_wrong(cut: int) -> None:
    bodies = batch(10)
    proof = prove(bodies)[4]
    assert is_refused(bodies[4], proof[:-cut])
    assert is_refused(bodies[4], proof + bytes(cut))


def test_a_node_of_the_tree_is_no_message() -> None:
    bodies, follower = batch(4), verifier()
    proofs = prove(bodies)
    assert all(follower.is_proven("intake", body, proof) for body, proof in zip(bodies, proofs, strict=True))
    [second, right], [first, _], [_, left] = (path_of(proofs[at]) for at in (0, 1, 2))
    for node in (first + second, left + right, b"\1" + first + second, b"\1" + left + right):
        with pytest.raises(NotSigned):
            follower.is_proven("intake", node, proofs[0])


def path_of(proof: bytes) -> list[bytes]:
    """Return the neighbours that a proof contains, from the leaf to the root."""
    return [proof[at : at + HASH_BYTES] for at in range(PATH_AT, len(proof), HASH_BYTES)]


def test_what_one_source_has_signed_proves_nothing_of_another() -> None:
    bodies = batch(3)
    for source in SOURCES:
        signed = prove(bodies, source)
        for claimed in SOURCES:
            assert verifier().is_proven(claimed, bodies[1], signed[1]) is (claimed == source)
    # The key name identifies the source. Under the name of another source's key, the signature is wrong.
    renamed = prove(bodies, "legal")[0][:KEY_AT] + prove(bodies, "support")[0][KEY_AT:]
    assert is_refused(bodies[0], renamed, "legal")


def test_a_message_that_one_source_has_signed_is_not_known_as_another_s() -> None:
    [body], follower = batch(1), verifier()
    [of_legal], [of_support] = prove([body], "legal"), prove([body], "support")
    assert follower.is_proven("legal", body, of_legal)
    with pytest.raises(NotSigned):
        follower.is_proven("support", body, of_support[:KEY_AT] + of_legal[KEY_AT:])


@pytest.mark.parametrize("proof", [b"", b"\x01", b"\x01" * 84, b"\x02" + bytes(200), b"{}", bytes(500)])
def test_what_is_no_proof_proves_nothing(proof: bytes) -> None:
    assert not verifier().is_proven("intake", batch(1)[0], proof)


def test_the_signature_of_a_token_or_statement_is_no_proof() -> None:
    key, body = SIGNING_KEYS["intake"], batch(1)[0]
    proof = prove([body])[0]
    token = tokens.issue(key, subject="intake", roles=[tokens.SERVICE_ROLE])
    for signed in (token, tokens.sign(key, {"root": body.hex()}, kind="statement")):
        signature = base64.urlsafe_b64decode(signed.rpartition(".")[2] + "==")
        assert is_refused(body, proof[:KEY_AT] + signature + proof[INDEX_AT:])


class Rotated:
    """Intake's key files, which an operator rotates while a relay and a follower use them."""

    def __init__(self, folder: Path) -> None:
        self._private, self._public = folder / "intake.json", folder / "keys.json"
        self.sign_with(FORMER)
        self.publish(FORMER)
        self.signer = BatchSigner("intake", FileAddress.of(self._private, self._private.read_text()))
        self.verifier = BatchVerifier(FollowingVerifier(FileAddress.of(self._public, self._public.read_text())).keys)

    def sign_with(self, key: tokens.Jwk) -> None:
        self._private.write_text(json.dumps(key))

    def publish(self, *keys: tokens.Jwk) -> None:
        self._public.write_text(json.dumps(tokens.public_set(keys)))

    def is_proven(self, body: bytes, proof: bytes) -> bool:
        return self.verifier.is_proven("intake", body, proof)


def test_a_rotated_key_proves_from_then_on_and_the_former_until_it_ends(tmp_path: Path) -> None:
    rotated, [old, waiting, new] = Rotated(tmp_path), batch(3)
    queued = rotated.signer.prove([old, waiting])
    assert rotated.is_proven(old, queued[0])
    rotated.publish(NEW, {**FORMER, "exp": int(time.time()) + tokens.OVERLAP})
    rotated.sign_with(NEW)
    [proof] = rotated.signer.prove([new])
    wait_until(lambda: rotated.is_proven(new, proof), "the new key is known", 5 * FRESH_SECONDS)
    assert rotated.is_proven(waiting, queued[1]), "what waits in a queue since before the rotation"
    rotated.publish(NEW, {**FORMER, "exp": int(time.time()) - tokens.CLOCK_SKEW - 1})
    wait_until(lambda: not rotated.is_proven(waiting, queued[1]), "the former key has ended", 5 * FRESH_SECONDS)
    assert rotated.is_proven(new, proof)


def test_a_key_that_a_follower_does_not_know_yet_is_no_forgery(tmp_path: Path) -> None:
    rotated, bodies = Rotated(tmp_path), batch(2)
    rotated.sign_with(NEW)
    assert not rotated.is_proven(bodies[0], rotated.signer.prove(bodies)[0])


def test_the_signing_key_of_another_service_is_refused_at_the_start() -> None:
    with pytest.raises(ValueError, match="intake"):
        BatchSigner("intake", json.dumps(SIGNING_KEYS["legal"]))
