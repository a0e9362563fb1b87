"""The keys that are files: of tokens with the public set of all, of sign-ins, and each service's key ring."""

import json
import secrets
import time
from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from pathlib import Path

from deploy.cli.environment_record import PRODUCTION
from deploy.cli.installation import SERVICES, write_private
from shared.access import tokens

#: The key that speaks for fictitious people, in training and development.
STAFF_KEY = "staff"
ISSUERS = {
    **{name: tokens.service_issuer(name) for name in SERVICES},
    "operator": tokens.OPERATOR,
    STAFF_KEY: tokens.STAFF,
}
#: The set before there is any.
NO_KEYS = '{"keys": []}'


def make_keys(folder: Path, environment: str) -> None:
    """Make the keys that are missing; those that are there stay, so that tokens outlive a restart.

    In production no key speaks for people: one that an earlier release has made is removed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    wanted = {name: issuer for name, issuer in ISSUERS.items() if environment != PRODUCTION or name != STAFF_KEY}
    private = [_read_or_make(key_file(folder, name), issuer) for name, issuer in wanted.items()]
    key_set = folder / "key-set.json"
    present = key_set.read_text(encoding="utf-8") if key_set.exists() else NO_KEYS
    write_private(key_set, key_set_of(private, present, refused=ISSUERS.keys() - wanted.keys()))
    if STAFF_KEY not in wanted:
        key_file(folder, STAFF_KEY).unlink(missing_ok=True)
    if not subject_key_file(folder).exists():
        write_private(subject_key_file(folder), new_subject_key())
    if not public_secret_file(folder).exists():
        write_private(public_secret_file(folder), new_public_secret())
    for service in SERVICES:
        make_ring(ring_file(folder, service))


def make_ring(file: Path) -> None:
    """Make a key ring, unless it is there."""
    if not file.exists():
        write_private(file, _new_ring())


def key_set_of(private: Iterable[tokens.Jwk], present: str, refused: Collection[str] = ()) -> str:
    """Return the public set of private keys, with what the present set has besides.

    A key whose private half is elsewhere stays as it is. One that has signed for an issuer which has another key here
    now has ended: it verifies what it signed, and its tokens for a while yet. Those of `refused` are left out.
    """
    ours = tokens.public_set(private)["keys"]
    names, issuers = {key["kid"] for key in ours}, set(map(tokens.issuer_of, ours))
    unwanted = {ISSUERS[name] for name in refused}
    ends = int(time.time()) + tokens.OVERLAP
    others = [
        {"exp": ends, **key} if tokens.issuer_of(key) in issuers else key
        for key in json.loads(present)["keys"]
        if key["kid"] not in names and tokens.issuer_of(key) not in unwanted
    ]
    return json.dumps({"keys": [*ours, *others]})


def _new_ring() -> str:
    from shared.sealing.ring import new_ring  # loaded only when it is wanted

    return new_ring(f"{datetime.now(UTC):%Y-%m}")


def key_file(folder: Path, name: str) -> Path:
    """Return the path of the private key of one of `ISSUERS`."""
    return folder / f"{name}.json"


def ring_file(folder: Path, service: str) -> Path:
    """Return the path of a service's key ring."""
    return folder / f"{service}-ring.json"


def subject_key_file(folder: Path) -> Path:
    """Return the path of the secret under which the sign-ins of staff are kept."""
    return folder / "subject-key"


def new_subject_key() -> str:
    """Make the secret under which an installation keeps the sign-ins of its staff."""
    return secrets.token_urlsafe(32)


def public_secret_file(folder: Path) -> Path:
    """Return the path of the secret that intake shares with the public site."""
    return folder / "public-secret"


def new_public_secret() -> str:
    """Make the secret with which `web-public` proves whose request it forwards."""
    return secrets.token_urlsafe(32)


def _read_or_make(path: Path, issuer: str) -> tokens.Jwk:
    if not path.exists():
        write_private(path, json.dumps(tokens.new_key(issuer)))
    key: tokens.Jwk = json.loads(path.read_text(encoding="utf-8"))
    return key
