"""Change the passwords of logins while services use them.

A new password is noted before any server or service knows it, and the note is deleted when all do. An interrupted
rotation therefore continues with the same password. Between the change at the server and the change of the file that
services read, some milliseconds pass. A service that connects then is refused and reads the file again
(`shared.store.file_address`).
"""

import base64
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import requests

from deploy.cli import desk
from deploy.cli.environment import address_files
from deploy.cli.errors import CommandRefused
from deploy.cli.init import FILE_MODE
from deploy.cli.installation import DATABASES, SERVICES, WITH_ROLES, Installation, write_private
from deploy.cli.saving.reach import PsqlSession, Reach
from deploy.cli.secret_files import amqp_uri_of, broker_password_file
from deploy.cli.servers.rabbitmq_users import OPERATOR, accounts, definitions, new_password
from deploy.cli.servers.roles import SUPERUSER, owner_of
from deploy.cli.stores import Stores, stores_of

_ITERATIONS = 4096
#: The default address of RabbitMQ's management API in docker-compose.yml; it can be slow (seconds).
MANAGEMENT_PORT = "15672"
MANAGEMENT_SECONDS = 60


def scram(password: str) -> str:
    """Return a password as PostgreSQL stores it (RFC 7677), so that no statement contains the password."""
    salt = secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode("ascii"), salt, _ITERATIONS)
    client, server = (hmac.digest(salted, name, "sha256") for name in (b"Client Key", b"Server Key"))
    digests = (hashlib.sha256(client).digest(), salt, server)
    stored_key, salt_text, server_key = (base64.b64encode(digest).decode() for digest in digests)
    return f"SCRAM-SHA-256${_ITERATIONS}:{salt_text}${stored_key}:{server_key}"


class Passwords(Protocol):
    """Where an installation stores the passwords of its logins, and which services read them."""

    def database_roles(self) -> Sequence[tuple[str, str]]:
        """Return each login of a database server that is rotated: a database that it reaches, and its role."""

    def following(self, login: str) -> str:
        """Return the password that is to come; the same until it is taken."""

    def database_taken(self, database: str, role: str) -> None:
        """Make all clients of a role use the new password."""

    def change_broker(self, following: Mapping[str, str]) -> None:
        """Change the passwords of broker accounts, and make all clients use them."""


def login_of(database: str, role: str) -> str:
    """Return under which name the password of a role is noted: a superuser of that name is at each server."""
    return f"{role} of {database}"


def rotate_databases(passwords: Passwords, reach: Reach) -> Iterator[str]:
    """Change the password of each role, one after the other; yields what was done."""
    for database, role in passwords.database_roles():
        with PsqlSession(reach, database) as session:
            session.run(f"alter role {role} password '{scram(passwords.following(login_of(database, role)))}'")
        passwords.database_taken(database, role)
        yield role


def rotate_broker(passwords: Passwords) -> Iterator[str]:
    """Change the passwords of all accounts at the broker together; yields the accounts."""
    names = (OPERATOR, *SERVICES)
    passwords.change_broker({name: passwords.following(f"broker {name}") for name in names})
    yield from names


@dataclass(frozen=True)
class OfPrivateServers:
    """Passwords that the private servers keep in the state folder; services read the folder `addresses`."""

    installation: Installation
    stores: Stores

    @property
    def _notes(self) -> Path:
        return self.installation.home / "following.json"

    def database_roles(self) -> Sequence[tuple[str, str]]:
        """Return the two roles of each database. The superuser belongs to the server on this machine."""
        databases = WITH_ROLES if self.stores.has_web else DATABASES
        return [(name, role) for name in databases for role in (owner_of(name), name)]

    def following(self, login: str) -> str:
        """Return the noted password, or note a new one."""
        notes = self._noted()
        if login not in notes:
            write_private(self._notes, json.dumps(notes | {login: new_password()}))
        return self._noted()[login]

    def _noted(self) -> dict[str, str]:
        noted: dict[str, str] = json.loads(self._notes.read_text(encoding="utf-8")) if self._notes.exists() else {}
        return noted

    def _forget(self, *logins: str) -> None:
        left = {login: password for login, password in self._noted().items() if login not in logins}
        if left:
            write_private(self._notes, json.dumps(left))
        else:
            self._notes.unlink(missing_ok=True)

    def database_taken(self, database: str, role: str) -> None:
        """Write the server's own file, then that of the service."""
        server = self.stores.postgres
        if server is None:  # never: only a private server's roles are rotated here
            return
        server.keep_password(role, self.following(login_of(database, role)))
        self._hand_out()
        self._forget(login_of(database, role))

    def change_broker(self, following: Mapping[str, str]) -> None:
        """Have the node take them, and write its file and those of the services."""
        if self.stores.rabbitmq is None:
            return
        self.stores.rabbitmq.change_passwords(following)
        self._hand_out()
        self._forget(*(f"broker {name}" for name in following))

    def _hand_out(self) -> None:
        fresh = stores_of(self.installation)
        for service in SERVICES:
            address_files(self.installation, fresh, service)
        if fresh.has_web:
            desk.address_file(self.installation, fresh)


@dataclass(frozen=True)
class OfDocker:
    """Passwords below secrets/, which containers have mounted."""

    installation: Installation

    @property
    def _folder(self) -> Path:
        return self.installation.checkout / "secrets"

    def database_roles(self) -> Sequence[tuple[str, str]]:
        """Return each database's two roles, and the superuser of both servers."""
        own = [(name, role) for name in WITH_ROLES for role in (owner_of(name), name)]
        return [*own, ("intake", SUPERUSER), ("intake_keys", SUPERUSER)]

    def following(self, login: str) -> str:
        """Return the noted password, or note a new one."""
        note = self._folder / f".following-{login.replace(' ', '-')}"
        if not note.exists():
            write_private(note, new_password())
        return note.read_text(encoding="utf-8")

    def database_taken(self, database: str, role: str) -> None:
        """Write the role's address, or the superuser's password, into the file that is mounted."""
        password = self.following(login_of(database, role))
        if role == SUPERUSER:
            name = "key_store_password" if database.endswith("_keys") else "postgres_password"
            overwrite(self._folder / name, password)
        else:
            path = self._folder / f"{role}_database_url"
            head, _, place = path.read_text(encoding="utf-8").rpartition("@")
            overwrite(path, f"{head.rpartition(':')[0]}:{password}@{place}")
        self._forget(login_of(database, role))

    def change_broker(self, following: Mapping[str, str]) -> None:
        """Have the broker take the hashes by its management pages, as the operator, and write the files."""
        present = self._folder.joinpath(broker_password_file(OPERATOR)).read_text(encoding="utf-8")
        # Where an earlier run broke off, the broker may know the operator by the new one already.
        if not any(self._taken(following, password) for password in (present, following[OPERATOR])):
            raise CommandRefused(
                "The broker did not accept the new passwords; nothing was changed.",
                why="its management interface did not respond",
                next_step="check that it runs: docker compose ps rabbitmq, ./casepath doctor",
            )
        for name, password in following.items():
            overwrite(self._folder / broker_password_file(name), password)
            if name in SERVICES:
                overwrite(self._folder / f"{name}_amqp_uri", amqp_uri_of(name, password))
        overwrite(self._folder / "broker_definitions.json", definitions(following))
        self._forget(*(f"broker {name}" for name in following))

    def _taken(self, following: Mapping[str, str], operator: str) -> bool:
        """Return whether the broker took the accounts from the operator, who signs in with a password."""
        port = self.installation.variables.get("CASEPATH_MANAGEMENT_PORT") or MANAGEMENT_PORT
        with requests.Session() as session:
            session.trust_env = False
            try:
                answer = session.post(
                    f"http://127.0.0.1:{port}/api/definitions",
                    json={"users": accounts(following)},
                    auth=(OPERATOR, operator),
                    timeout=MANAGEMENT_SECONDS,
                )
            except requests.RequestException:
                return False
        return answer.ok

    def _forget(self, *logins: str) -> None:
        for login in logins:
            (self._folder / f".following-{login.replace(' ', '-')}").unlink(missing_ok=True)


def overwrite(path: Path, text: str) -> None:
    """Write a file where it is: a container has this very file mounted, and would not see one that took its place.

    The new text is as long as the old one (passwords are of one length), and is written at once.
    """
    path.chmod(FILE_MODE | 0o200)
    handle = os.open(path, os.O_WRONLY)
    try:
        content = text.encode()
        os.pwrite(handle, content, 0)
        os.ftruncate(handle, len(content))
        os.fsync(handle)
    finally:
        os.close(handle)
    path.chmod(FILE_MODE)


def refuse_given(stores: Stores, what: str) -> CommandRefused:
    """Return the refusal for servers of the operator's own, with what to do instead."""
    named = ", ".join(sorted(name for name in stores.given if name.endswith(("DATABASE_URL", "AMQP_URI"))))
    return CommandRefused(
        f"The {what} is a server of your own ({named}); nothing was changed.",
        why="only who looks after it changes its logins",
        next_step="change the login there, and write the address into its …_FILE at once: services read that again "
        "whenever they connect, and refused ones try for 5 s",
    )
