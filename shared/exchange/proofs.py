"""Proof that a source has published a message: one signature for each batch of its relay.

Every follower has the exchange keys of the sources that it follows. Another follower could therefore forge a message
that decrypts correctly, but only the source can sign. A signature is the most expensive part of a message. The relay
therefore signs the root of a SHA-256 tree (as in RFC 9162) whose leaves are the encrypted messages of a batch.

A message contains its position and, encrypted, its epoch. The signed statement names the source. A proof therefore
fails for every other message, position, epoch and source.
"""

import hashlib
import math
import time
from collections.abc import Callable, Collection, Sequence

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from shared.access.signing import SigningKey
from shared.access.tokens import CLOCK_SKEW, Jwk, PublicKeys, issuer_of, service_issuer, signer

#: Access tokens are signed as Base64, which lacks this character: neither signature is valid as the other kind.
_CONTEXT = b"casepath exchange batch\0"
_LEAF, _NODE = b"\0", b"\1"
_FORM = b"\1"
_HASH_BYTES, _KEY_BYTES, _SIGNATURE_BYTES, _NUMBER_BYTES = 32, 16, 64, 2
_SIGNATURE_AT = len(_FORM) + _KEY_BYTES
_INDEX_AT = _SIGNATURE_AT + _SIGNATURE_BYTES
_COUNT_AT = _INDEX_AT + _NUMBER_BYTES
_PATH_AT = _COUNT_AT + _NUMBER_BYTES
#: Seconds until the public keys are read again, and until each root is verified again.
FRESH_SECONDS = 1.0


class NotSigned(Exception):
    """A message with a wrong proof: its source has not published it."""


class BatchSigner:
    """Signs a service's batches with its signing key."""

    def __init__(self, source: str, signing_key: str) -> None:
        """Read the service's private key. Raises `ValueError` if the key belongs to another service."""
        self._source = source
        self._key = SigningKey(source, signing_key)
        self._use(self._key.now())

    def prove(self, bodies: Sequence[bytes]) -> list[bytes]:
        """Return the proof of each message of a batch."""
        key = self._key.now()
        if key is not self._used:
            self._use(key)
        levels = _tree(bodies)
        count = len(bodies).to_bytes(_NUMBER_BYTES, "big")
        signature = self._signer.sign(_statement(self._source, count, levels[-1][0]))
        head = _FORM + self._name + signature
        return [
            b"".join((head, index.to_bytes(_NUMBER_BYTES, "big"), count, *_path(levels, index)))
            for index in range(len(bodies))
        ]

    def _use(self, key: Jwk) -> None:
        self._used, self._signer, self._name = key, signer(key), _name_of(str(key["kid"]))


class BatchVerifier:
    """Verifies the proofs of messages, each root at most once a second."""

    def __init__(self, keys: Callable[[], PublicKeys]) -> None:
        """Store the function that reads the public keys."""
        self._keys = keys
        self._read: PublicKeys | None = None
        self._by_issuer: dict[str, dict[bytes, tuple[Ed25519PublicKey, float]]] = {}
        #: Tree nodes with a verified signature of each source. The path of a message contains its neighbours.
        self._known: dict[str, set[bytes]] = {}
        self._fresh_until = 0.0

    # control: H-CONFIDENTIALITY-8 signed-batches
    def is_proven(self, source: str, body: bytes, proof: bytes) -> bool:
        """Return whether a source has signed a message; False if the key or the proof is missing.

        A proof by a previous key is valid until that key expires. Raises `NotSigned` if the proof is wrong.
        """
        if proof[:1] != _FORM or len(proof) < _PATH_AT:
            return False
        if time.monotonic() >= self._fresh_until:
            self._refresh()
        key, ends = self._by_issuer.get(service_issuer(source), {}).get(proof[len(_FORM) : _SIGNATURE_AT], (None, 0.0))
        if key is None or time.time() > ends + CLOCK_SKEW:
            return False
        known = self._known.setdefault(source, set())
        branch = _branch(body, proof, known)
        if branch[-1] not in known:
            try:
                key.verify(proof[_SIGNATURE_AT:_INDEX_AT], _statement(source, proof[_COUNT_AT:_PATH_AT], branch[-1]))
            except InvalidSignature:
                raise NotSigned from None
        known.update(branch)
        return True

    def _refresh(self) -> None:
        keys = self._keys()
        if keys is not self._read:
            self._read, self._by_issuer = keys, _by_issuer(keys)
        self._known.clear()
        self._fresh_until = time.monotonic() + FRESH_SECONDS


def _by_issuer(keys: PublicKeys) -> dict[str, dict[bytes, tuple[Ed25519PublicKey, float]]]:
    """Return the public keys of each issuer by their names in proofs, with the expiry time of each."""
    named: dict[str, dict[bytes, tuple[Ed25519PublicKey, float]]] = {}
    for key in keys.keys.keys:
        kid, public = str(key.kid), key.public_key
        if isinstance(public, Ed25519PublicKey):
            named.setdefault(issuer_of({"kid": kid}), {})[_name_of(kid)] = public, keys.ends.get(kid, math.inf)
    return named


def _name_of(kid: str) -> bytes:
    return hashlib.sha256(kid.encode()).digest()[:_KEY_BYTES]


def _statement(source: str, count: bytes, root: bytes) -> bytes:
    return b"".join((_CONTEXT, count, root, source.encode()))


def _tree(bodies: Sequence[bytes]) -> list[list[bytes]]:
    """Return the levels of the tree, from its leaves to its root. A node without a neighbour moves up unchanged."""
    levels = [[hashlib.sha256(_LEAF + body).digest() for body in bodies]]
    while len(level := levels[-1]) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        parents = [hashlib.sha256(_NODE + left + right).digest() for left, right in pairs]
        levels.append(parents + level[2 * len(parents) :])
    return levels


def _path(levels: Sequence[Sequence[bytes]], index: int) -> list[bytes]:
    """Return the neighbours of a leaf and of its parents, from the leaf to the root."""
    path = []
    for level in levels[:-1]:
        neighbour = index ^ 1
        if neighbour < len(level):
            path.append(level[neighbour])
        index //= 2
    return path


def _branch(body: bytes, proof: bytes, known: Collection[bytes]) -> list[bytes]:
    """Return the nodes of a proof's path up to the root or to a known node below it.

    Raises `NotSigned` if the length of the path does not match the tree.
    """
    index, size = (int.from_bytes(proof[at : at + _NUMBER_BYTES], "big") for at in (_INDEX_AT, _COUNT_AT))
    branch, at = [hashlib.sha256(_LEAF + body).digest()], _PATH_AT
    while size > 1 and branch[-1] not in known:
        if index ^ 1 < size:
            node, neighbour = branch[-1], proof[at : at + _HASH_BYTES]
            at += _HASH_BYTES
            pair = neighbour + node if index & 1 else node + neighbour
            branch += (neighbour, hashlib.sha256(_NODE + pair).digest())
        index, size = index // 2, (size + 1) // 2
    if size <= 1 and at != len(proof):
        raise NotSigned
    return branch
