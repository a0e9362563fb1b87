"""The broker and the databases of an installation: private servers, or those that the environment points at."""

import contextlib
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict

from deploy.cli.errors import CommandRefused, PortTaken
from deploy.cli.installation import DATABASES, SERVICES, WEB, WITH_ROLES, Installation, port_variable
from deploy.cli.processes import port_holder
from deploy.cli.servers import PostgresServer, RabbitServer
from deploy.cli.servers.rabbitmq import AgenciesListener, Node
from services import DESK
from shared.runtime.variables import from_files

PORT_PURPOSE = {
    "postgres": "PostgreSQL",
    "rabbitmq": "RabbitMQ",
    "rabbitmq_distribution": "RabbitMQ's own commands",
    "epmd": "RabbitMQ's name server",
    "broker_sign_in": "RabbitMQ's questions who an agency is",
    "web_desk": "the pages for staff",
    "training_sign_in": "the sign-in of fictitious people",
}

#: The broker with one account for all services, if they have no separate accounts.
ALL_BROKER = "CASEPATH_AMQP_URI"


#: Where agencies reach the private broker with TLS (host:port), its certificate with the chain, and the key.
AGENCIES_LISTENER = (
    "CASEPATH_AGENCIES_LISTEN",
    "CASEPATH_AGENCIES_CERTIFICATE",
    "CASEPATH_AGENCIES_CERTIFICATE_KEY",
)


@dataclass(frozen=True)
class Stores:
    """The stores of the services. A private server is None when none of its kind is needed."""

    given: Mapping[str, str]
    postgres: PostgresServer | None
    rabbitmq: RabbitServer | None

    def amqp_uri(self, service: str) -> str:
        """Return the URI of the broker with a service's own account, or with the one that is given for all."""
        uri = self.given.get(own_broker(service)) or self.given.get(ALL_BROKER)
        if uri is None and self.rabbitmq is None:
            raise CommandRefused(
                f"{own_broker(service)} is not set.",
                why="the environment names a broker for another service, and none is started then",
                next_step=f"set it (or {own_broker(service)}_FILE) to the account of {service} at that broker",
                exit_code=2,
            )
        return uri or (self.rabbitmq.service_uri(service) if self.rabbitmq else "")

    def database_url(self, service: str) -> str:
        """Return the URL of a service's own database, with the role that runs the service."""
        given_url = self.given.get(url_variable(service))
        return given_url or (self.postgres.database_url(service) if self.postgres else "")

    def keys_database_url(self, service: str) -> str:
        """Return the URL of the database of a service's data keys, with the role that runs the service."""
        return self.database_url(key_database(service))

    def owner_url(self, database: str) -> str:
        """Return the URL of a database (a service's, or its keys') with the role that owns its tables and migrates.

        Where a database is given and no owner, one role is both.
        """
        if url_variable(database) not in self.given and self.postgres:
            return self.postgres.owner_url(database)
        return self.given.get(owner_variable(database)) or self.database_url(database)

    def of_one_role(self) -> list[str]:
        """Return the given databases whose one role both owns the tables and runs the service."""
        given = [name for name in WITH_ROLES if url_variable(name) in self.given]
        return [name for name in given if role_in(self.owner_url(name)) == role_in(self.database_url(name))]

    @property
    def has_given_web(self) -> bool:
        """Return whether the environment names the desk's database."""
        return url_variable(WEB) in self.given

    @property
    def has_web(self) -> bool:
        """Return whether there is a database of the desk. A private server has one once `up` has run a desk."""
        return self.has_given_web or (self.postgres is not None and self.postgres.knows(WEB))

    def superuser_passwords(self) -> dict[str, str]:
        """Return the password of the superuser for each database on a given server that we set up, where it is given.

        Docker gives both to the container that migrates, and to no other.
        """
        passwords = {}
        for database in WITH_ROLES:
            password = self.given.get(SUPERUSER_PASSWORDS[not database.endswith("_keys")])
            if password and owner_variable(database) in self.given:
                passwords[database] = password
        return passwords


#: The passwords of the servers' superusers: of the keys' server, and of the data's.
SUPERUSER_PASSWORDS = ("CASEPATH_KEY_STORE_PASSWORD", "CASEPATH_POSTGRES_PASSWORD")


def url_variable(database: str) -> str:
    """Return the name of the variable with the URL of a database for the service that runs on it."""
    return f"CASEPATH_{_named(database)}_DATABASE_URL"


def owner_variable(database: str) -> str:
    """Return the name of the variable with the URL of a database for its owner role."""
    return f"CASEPATH_{_named(database)}_OWNER_DATABASE_URL"


def _named(database: str) -> str:
    """Return the part of a variable that names a database. The database `web` belongs to the process `web_desk`."""
    return (DESK if database == WEB else database).upper()


def role_in(url: str) -> str:
    """Return the role that a database's URL signs in as."""
    return str(conninfo_to_dict(url).get("user", ""))


def own_broker(service: str) -> str:
    """Return the variable that names the broker with a service's own account."""
    return f"CASEPATH_{service.upper()}_AMQP_URI"


def key_database(service: str) -> str:
    """Return the name of the private database of a service's data keys."""
    return f"{service}_keys"


def _private(given: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of the databases that the environment does not point at."""
    return tuple(name for name in DATABASES if url_variable(name) not in given)


def stores_of(installation: Installation) -> Stores:
    """Return the stores that this installation needs. Nothing is started or created here."""
    given = from_files({name: value for name, value in installation.variables.items() if value})
    private = _private(given)
    ports = installation.ports
    return Stores(
        given=given,
        postgres=PostgresServer(installation.home, ports["postgres"], databases=private) if private else None,
        rabbitmq=None
        if given.keys() & {ALL_BROKER, *map(own_broker, SERVICES)}
        else RabbitServer(
            installation.home,
            ports["rabbitmq"],
            distribution_port=ports["rabbitmq_distribution"],
            epmd_port=ports["epmd"],
            node=Node(sign_in_port=ports["broker_sign_in"], agencies=_agencies_listener(given)),
        ),
    )


def _agencies_listener(given: Mapping[str, str]) -> AgenciesListener | None:
    """Return how agencies reach the private broker with TLS; None where they do not."""
    values = [given.get(name, "") for name in AGENCIES_LISTENER]
    if not any(values):
        return None
    if not all(values):
        raise CommandRefused(
            f"Of {', '.join(AGENCIES_LISTENER)} only some are set.",
            why="agencies can reach the broker only with TLS",
            next_step="set all three, or none",
            exit_code=2,
        )
    return AgenciesListener(values[0], Path(values[1]), Path(values[2]))


def needed_ports(installation: Installation, stores: Stores) -> list[str]:
    """Return the names of the ports that will be listened on."""
    names = list(SERVICES)
    if stores.postgres:
        names.append("postgres")
    if stores.rabbitmq:
        names += ["rabbitmq", "rabbitmq_distribution", "epmd", "broker_sign_in"]
    return [name for name in names if name in installation.ports]


def port_is_free(port: int) -> bool:
    """Return whether this port of this machine is free."""
    with contextlib.closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # the end of an earlier run is no holder
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def port_taken(name: str, port: int) -> PortTaken:
    """Return the error for a port in use: its process, if known, and the setting for another port."""
    holder = port_holder(port)
    variable = port_variable(name)
    return PortTaken(
        f"Port {port} is in use; Casepath needs it for {PORT_PURPOSE.get(name, f'the service {name}')}.",
        why=f"{holder} listens on it" if holder else "a process listens on it that can't be seen by this user",
        next_step=f"end that process, or choose another port: {variable}={port + 1000} ./casepath up",
    )


def check_ports(installation: Installation, stores: Stores, more: Sequence[str] = ()) -> None:
    """Raise `PortTaken` for the first port that another process uses. `more`: names of additional ports."""
    for name in (*needed_ports(installation, stores), *more):
        if not port_is_free(installation.ports[name]):
            raise port_taken(name, installation.ports[name])


def check_service_port(installation: Installation, service: str) -> None:
    """Raise `PortTaken` when a service's port is held."""
    if not port_is_free(installation.ports[service]):
        raise port_taken(service, installation.ports[service])
