"""Replace the keys that sign tokens while services run: verifiers know a new key before it signs.

A new key is noted before any service knows it, and the note is deleted when it signs. An interrupted rotation therefore
continues with the same keys. Former keys stay in the public set: their tokens are valid for some time
(`shared.access.tokens.OVERLAP`), and their signatures in the audit log can always be verified.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import requests

from deploy.cli.api import Api, ApiProblem, ServiceAway, Targets
from deploy.cli.errors import CommandRefused
from deploy.cli.installation import SERVICES, Installation, write_private
from deploy.cli.keys import ISSUERS, STAFF_KEY, key_file, key_set_of
from deploy.cli.rotating import overwrite
from shared.access import tokens

#: Keys that can be replaced. The key of fictitious people exists in training only.
ROTATED = tuple(name for name in ISSUERS if name != STAFF_KEY)


@dataclass(frozen=True)
class SigningKeys:
    """The files of an installation's signing keys: each private one, and the public set of all.

    `write` puts a text into a file that is there already.
    """

    private: dict[str, Path]
    public: Path
    write: Callable[[Path, str], None]

    @classmethod
    def of(cls, installation: Installation, *, docker: bool) -> "SigningKeys":
        """Return those that `init` made for Docker, or those that `up` made."""
        if docker:
            folder = installation.checkout / "secrets"
            files = {name: folder / f"{name}_signing_key.json" for name in ISSUERS}
            return cls(_there(files), folder / "key_set.json", overwrite)
        files = {name: key_file(installation.keys, name) for name in ISSUERS}
        return cls(_there(files), installation.keys / "key-set.json", write_private)

    def held(self) -> dict[str, tokens.Jwk]:
        """Return the private keys that sign now."""
        return {name: json.loads(path.read_text(encoding="utf-8")) for name, path in self.private.items()}

    def following(self, name: str) -> tokens.Jwk:
        """Return the noted key, or note a new one."""
        note = self._note(name)
        if not note.exists():
            write_private(note, json.dumps(tokens.successor(self.held()[name])))
        noted: tokens.Jwk = json.loads(note.read_text(encoding="utf-8"))
        return noted

    def sign_with(self, name: str, key: tokens.Jwk) -> None:
        """Have its service sign with a key from now on."""
        self.write(self.private[name], json.dumps(key))

    def publish(self, following: Iterable[tokens.Jwk] = ()) -> None:
        """Write the public set: the keys that sign, those that are to come, and the former ones, which end."""
        present = self.public.read_text(encoding="utf-8")
        self.write(self.public, key_set_of([*self.held().values(), *following], present))

    def forget(self, name: str) -> None:
        """Remove the note of a key that signs by now."""
        self._note(name).unlink(missing_ok=True)

    def _note(self, name: str) -> Path:
        return self.private[name].with_name(f".following-{self.private[name].name}")


def _there(files: dict[str, Path]) -> dict[str, Path]:
    return {name: path for name, path in files.items() if path.exists()}


def rotate_signing_keys(keys: SigningKeys, is_known: Callable[[tokens.Jwk], None]) -> Iterator[str]:
    """Replace each key of this installation by its successor; yield the name of each changed owner.

    `is_known` raises `CommandRefused` if a service does not know a published key. Then no new key signs.
    """
    names = [name for name in ROTATED if name in keys.private]
    following = {name: keys.following(name) for name in names}
    keys.publish(following.values())
    is_known(following[SERVICES[0]])
    for name, key in following.items():
        keys.sign_with(name, key)
        yield name
    keys.publish()
    for name in names:
        keys.forget(name)


def known_to_all(targets: Targets, away: list[str]) -> Callable[[tokens.Jwk], None]:
    """Return what asks each service whether it knows a service's key; those that do not answer are put into `away`.

    A service that is away reads the set when it starts.
    """

    def ask(key: tokens.Jwk) -> None:
        token = tokens.issue(key, subject=SERVICES[0], roles=[tokens.SERVICE_ROLE])
        api = Api(targets, token=token)
        for name in SERVICES:
            try:
                api.get(name, "/v1/events", after=0, limit=1)
            except ServiceAway:
                away.append(name)
            except ApiProblem as refused:
                if refused.status != requests.codes.unauthorized:
                    raise
                raise _unknown(name) from None

    return ask


def _unknown(name: str) -> CommandRefused:
    return CommandRefused(
        f"{name} does not know the new keys; no key was changed.",
        why="it reads the public keys from another file, or was started by an older release",
        next_step="give every service the new public set, restart those of an older release, and run the same again "
        "(docs/guides/operate/secrets.md)",
    )


def refuse_given(installation: Installation) -> CommandRefused | None:
    """Return the refusal where the environment names keys of the operator's own, with what to do instead."""
    variables = ("CASEPATH_KEY_SET", *(f"CASEPATH_{name.upper()}_SIGNING_KEY" for name in SERVICES))
    named = [variable for variable in variables if installation.is_set(variable)]
    if not named:
        return None
    return CommandRefused(
        f"The signing keys are held elsewhere ({', '.join(named)}); nothing was changed.",
        why="only their administrator can change them",
        next_step="put the new public key into the set on every host, then the new private one in its place: "
        "docs/guides/operate/secrets.md",
    )
