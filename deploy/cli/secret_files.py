"""The list of all files in secrets/ that docker compose mounts or the command reads.

A release that needs another file adds it to `FILES`. A release that stops using a file names it in `NO_LONGER_USED`.
`init` does the rest, in a fresh checkout and after an earlier release.
"""

import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, auto
from pathlib import Path

from deploy.cli.accepted_providers import IN_DOCKER, WITH_TRAINING, training_issuer, with_training
from deploy.cli.environment_record import PRODUCTION
from deploy.cli.installation import NOTHING_DECLARED, PROVIDERS, SERVICES, WEB, here
from deploy.cli.keys import ISSUERS, NO_KEYS, STAFF_KEY, key_set_of, new_public_secret, new_subject_key
from deploy.cli.rings import docker_ring
from deploy.cli.servers.rabbitmq_users import OPERATOR, VHOST, definitions
from deploy.cli.servers.roles import owner_of
from deploy.cli.stores import key_database
from shared.access import tokens
from shared.sealing.ring import new_ring

#: The kinds of installation in which fictitious people sign in by a click.
FOR_TRAINING = ("training", "development")


class Kind(Enum):
    """The treatment of a file in an existing installation."""

    #: Stored cases depend on it: made once. One that was there and is lacking has to be put back by a person.
    KEPT = auto()
    #: Created if missing, and never changed. Services that check it read it at their next start.
    MADE = auto()
    #: Derived from other files: rewritten if it differs.
    DERIVED = auto()


class Contents:
    """The contents of existing and new files. A new one is generated at its first use."""

    def __init__(self, environment: str, existing: Mapping[str, str], elsewhere: frozenset[str] = frozenset()) -> None:
        """`environment` is production, training or development; `existing` has a text for each file that is there.

        `elsewhere` names those that a person keeps elsewhere: they are not made again.
        """
        self.environment = environment
        self.existing = existing
        self._elsewhere = elsewhere
        self._texts: dict[str, str] = {}

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names of the files that this installation will have."""
        return (name for name, file in FILES.items() if name not in self._elsewhere and file.belongs(self.environment))

    def __getitem__(self, name: str) -> str:
        """Return what a declared file will hold."""
        if name not in self._texts:
            file = FILES[name]
            stays = name in self.existing and file.kind is not Kind.DERIVED
            self._texts[name] = self.existing[name] if stays else file.text(self)
        return self._texts[name]


@dataclass(frozen=True)
class SecretFile:
    """A file below secrets/ and how its text is made."""

    kind: Kind
    text: Callable[[Contents], str]
    #: A person may keep it elsewhere: lacking in an existing installation, it is not missed.
    kept_elsewhere: bool = False
    #: The kinds of installation that have it; from others `init` takes it away.
    environments: tuple[str, ...] = ("training", "development", "production")

    def belongs(self, environment: str) -> bool:
        """Return whether an installation of this kind has the file."""
        return environment in self.environments


def _password(_contents: Contents) -> str:
    return secrets.token_urlsafe(24)


def _database_url(name: str, server: str, role: str) -> Callable[[Contents], str]:
    return lambda _contents: f"postgresql://{role}:{secrets.token_urlsafe(24)}@{server}:5432/{name}"


def _new_key(issuer: str) -> Callable[[Contents], str]:
    return lambda _contents: json.dumps(tokens.new_key(issuer))


def _new_ring(_contents: Contents) -> str:
    return new_ring(f"{datetime.now(UTC):%Y-%m-%d}")


def _key_set(contents: Contents) -> str:
    """Return the public keys of the signing keys, and the other keys of the current set (`key_set_of`).

    In production, none of them can act as a member of staff.
    """
    private = (json.loads(contents[name]) for name in contents if name.endswith("_signing_key.json"))
    refused = [STAFF_KEY] if contents.environment == PRODUCTION else []
    return key_set_of(private, contents.existing.get("key_set.json", NO_KEYS), refused)


def ring_name(service: str) -> str:
    """Return the name of a service's ring below secrets/."""
    return str(docker_ring(Path(), service).relative_to("secrets"))


def _of_database(name: str, server: str) -> dict[str, SecretFile]:
    """Return the addresses of a database: as the service that runs, and as the owner of the tables, who migrates.

    The container that migrates sets the passwords in them at each start, so that a new one is taken over.
    """
    return {
        f"{name}_database_url": SecretFile(Kind.MADE, _database_url(name, server, name)),
        f"{name}_owner_database_url": SecretFile(Kind.MADE, _database_url(name, server, owner_of(name))),
    }


def _of_service(name: str) -> dict[str, SecretFile]:
    return {
        **_of_database(name, "postgres"),
        **_of_database(key_database(name), "key-store"),
        ring_name(name): SecretFile(Kind.KEPT, _new_ring),
    }


def _with_training(contents: Contents) -> str:
    return with_training(contents[PROVIDERS], training_issuer(here()), IN_DOCKER)


def amqp_uri_of(service: str, password: str) -> str:
    """Return the address of the broker with a service's account."""
    return f"amqp://{service}:{password}@rabbitmq:5672/{VHOST}"


def _amqp_uri(service: str) -> Callable[[Contents], str]:
    return lambda contents: amqp_uri_of(service, contents[broker_password_file(service)])


def broker_password_file(account: str) -> str:
    """Return the name of the file with the password of an account at the broker."""
    return f"{'broker_operator' if account == OPERATOR else account + '_broker'}_password"


def _broker_definitions(contents: Contents) -> str:
    return definitions({account: contents[broker_password_file(account)] for account in (OPERATOR, *SERVICES)})


#: By name, each made after those that it asks for.
FILES: Mapping[str, SecretFile] = {
    "postgres_password": SecretFile(Kind.KEPT, _password),
    "key_store_password": SecretFile(Kind.KEPT, _password),
    # The broker reads its accounts at each start: a password that was lost is simply another one then.
    **{broker_password_file(account): SecretFile(Kind.MADE, _password) for account in (OPERATOR, *SERVICES)},
    # By which nodes of a broker know each other, where there are several (deploy/rabbitmq/cluster.yml).
    "broker_cookie": SecretFile(Kind.MADE, _password),
    **{f"{service}_amqp_uri": SecretFile(Kind.DERIVED, _amqp_uri(service)) for service in SERVICES},
    "broker_definitions.json": SecretFile(Kind.DERIVED, _broker_definitions),
    **{name: file for service in SERVICES for name, file in _of_service(service).items()},
    **_of_database(WEB, "postgres"),
    # Only sessions are sealed under it: if it is lost, a new one is made, and people sign in again.
    ring_name(WEB): SecretFile(Kind.MADE, _new_ring),
    **{
        f"{name}_signing_key.json": SecretFile(Kind.KEPT, _new_key(issuer))
        for name, issuer in ISSUERS.items()
        if name in SERVICES
    },
    # Of the command: mounted in no service, and perhaps kept where operators work.
    "operator_signing_key.json": SecretFile(Kind.MADE, _new_key(tokens.OPERATOR), kept_elsewhere=True),
    f"{STAFF_KEY}_signing_key.json": SecretFile(
        Kind.MADE, _new_key(tokens.STAFF), kept_elsewhere=True, environments=FOR_TRAINING
    ),
    "key_set.json": SecretFile(Kind.DERIVED, _key_set),
    # Rewritten by `provider add` only.
    PROVIDERS: SecretFile(Kind.MADE, lambda _contents: NOTHING_DECLARED),
    # deploy/training.yml mounts them: the providers of training, and the record that its provider needs.
    WITH_TRAINING: SecretFile(Kind.DERIVED, _with_training, environments=FOR_TRAINING),
    "environment_record": SecretFile(Kind.DERIVED, lambda contents: contents.environment, environments=FOR_TRAINING),
    # Shared by intake and `web-public`: intake believes only with it which visitor a request is about.
    "public_secret": SecretFile(Kind.MADE, lambda _contents: new_public_secret()),
    # It identifies registered staff when they sign in.
    "subject_key": SecretFile(Kind.KEPT, lambda _contents: new_subject_key()),
}

#: The services that 0.1.0 had, and their databases.
_SERVICES_OF_0_1_0 = ("intake", "legal", "support")
_DATABASES_OF_0_1_0 = (*_SERVICES_OF_0_1_0, *map(key_database, _SERVICES_OF_0_1_0))
#: Unused files of earlier releases; `init` deletes them.
NO_LONGER_USED = ("amqp_uri", "rabbitmq.conf", *(f"{name}_database_password" for name in _DATABASES_OF_0_1_0))
#: What 0.1.0 wrote, which left no inventory behind.
OF_0_1_0 = frozenset(
    {
        "postgres_password",
        "key_store_password",
        "amqp_uri",
        "rabbitmq.conf",
        "key_set.json",
        *(f"{name}_signing_key.json" for name in (*_SERVICES_OF_0_1_0, "staff")),
        *(f"{name}_database_{part}" for name in _DATABASES_OF_0_1_0 for part in ("password", "url")),
        *(ring_name(service) for service in _SERVICES_OF_0_1_0),
    }
)
