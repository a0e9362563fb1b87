"""A private RabbitMQ node: own name server (epmd), ports, cookie, accounts and virtual host.

The system's own node and name server are never touched.
"""

import json
import secrets
import socket
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path

import amqp

from deploy.cli.child import Program
from deploy.cli.errors import CommandRefused
from deploy.cli.installation import SERVICES, write_private
from deploy.cli.servers.os_user import as_server_user, hand_over, make_own_folder
from deploy.cli.servers.private import PrivateServer
from deploy.cli.servers.rabbitmq_programs import RabbitPrograms, find_programs
from deploy.cli.servers.rabbitmq_users import (
    MAX_MESSAGE_BYTES,
    OPERATOR,
    VHOST,
    accounts,
    definitions,
    new_password,
    permissions,
    virtual_hosts,
)

MEMORY_LIMIT = "512MiB"
#: Channels per connection. Each one takes memory of the node, and a client can open as many as this.
CHANNELS = 16
DISK_FREE_LIMIT = "100MB"
#: For the whole handshake of a client that looks whether the node answers (seconds).
ANSWER_SECONDS = 3
SIGN_IN_PLUGIN = "rabbitmq_auth_backend_http"


@dataclass(frozen=True)
class AgenciesListener:
    """Where agencies reach the node with TLS: host and port, and the files of certificate (with its chain) and key."""

    listen: str
    certificate: Path
    key: Path


@dataclass(frozen=True, kw_only=True)
class Node:
    """The identity of a node. The default node is on loopback. Nodes of a cluster differ in name and share secrets."""

    name: str = "casepath@localhost"
    folder: str = "rabbitmq"
    clients_address: str = "127.0.0.1"
    nodes_address: str = "127.0.0.1"
    own_name_server: bool = True  # nodes of one machine share a name server that another process runs
    secrets: Mapping[str, str] | None = field(default=None, repr=False)  # passwords and cookie
    settings: Mapping[str, str] = field(default_factory=dict)  # more of rabbitmq.conf
    kernel: str = ""  # more of Erlang's kernel settings
    as_user: Callable[[list[str]], list[str]] = as_server_user
    plugins: tuple[str, ...] = ()  # in addition to the one that asks partners
    sign_in_port: int | None = None  # where partners answers who an agency is; none: no agency comes in
    agencies: AgenciesListener | None = None


class RabbitServer(PrivateServer):
    """A private node on loopback. Queues of its virtual host are quorum queues by default."""

    def __init__(
        self, folder: Path, port: int, *, distribution_port: int, epmd_port: int, node: Node | None = None
    ) -> None:
        self.node = node or Node()
        super().__init__(folder, self.node.folder)
        self.port = port
        self._distribution_port = distribution_port
        self._epmd_port = epmd_port

    @property
    def amqp_uri(self) -> str:
        """The operator's URI of the services' virtual host. It has all rights, and no service gets it."""
        return self.uri(VHOST)

    def uri(self, vhost: str) -> str:
        """Return the operator's URI of a virtual host of this node."""
        return self._uri(OPERATOR, self._secret("password"), vhost)

    def service_uri(self, service: str, vhost: str = VHOST) -> str:
        """Return the URI of a service's own account."""
        return self._uri(service, self._secret(service), vhost)

    def _uri(self, account: str, password: str, vhost: str) -> str:
        return f"amqp://{account}:{password}@{self.node.clients_address}:{self.port}/{vhost}"

    def add_vhost(self, *names: str) -> None:
        """Make other virtual hosts for the same accounts, while the node runs."""
        self.add_definitions({"vhosts": virtual_hosts(names), "permissions": permissions(names)})

    def add_definitions(self, content: Mapping[str, object]) -> None:
        """Add definitions while the node runs, in one call, because each call takes about two seconds."""
        self.ctl("import_definitions", str(self._write("more-definitions.json", json.dumps(content))))

    def change_passwords(self, passwords: Mapping[str, str]) -> None:
        """Change the passwords of all accounts while the node runs; they are kept for its next start, too."""
        self.add_definitions({"users": accounts(passwords)})
        named = {("password" if name == OPERATOR else name): password for name, password in passwords.items()}
        write_private(self._secrets_file, json.dumps({**self._secrets(), **named}))
        self._write("definitions.json", definitions(passwords))

    def prepare(self) -> None:
        """Write cookie, configuration and plugins; the data itself is made by the node's first start."""
        find_programs()
        make_own_folder(self.directory)
        for name in ("home", "data", "log", "generated"):
            make_own_folder(self.directory / name)
        self._make_secrets()
        cookie = self._write("home/.erlang.cookie", self._secret("cookie"))
        cookie.chmod(0o400)
        passwords = {service: self._secret(service) for service in SERVICES}
        self._write("definitions.json", definitions({OPERATOR: self._secret("password"), **passwords}))
        self._write("rabbitmq.conf", self._configuration())
        interface = f"{{inet_dist_use_interface,{{{self.node.nodes_address.replace('.', ',')}}}}}"
        self._write("advanced.config", f"[{{kernel,[{interface}{self.node.kernel}]}}].\n")
        plugins = (*([SIGN_IN_PLUGIN] if self.node.sign_in_port else []), *self.node.plugins)
        self._write("enabled_plugins", f"[{','.join(plugins)}].\n")

    def _make_secrets(self) -> None:
        """Create the passwords and the cookie, unless they exist.

        In 0.1.0 all services used one account. It becomes the operator's account, so its password is replaced.
        """
        present = self._secrets() if self._secrets_file.exists() else {}
        if set(SERVICES) <= present.keys():
            return
        fresh = {**(self.node.secrets or fresh_secrets())}
        if "cookie" in present:
            fresh["cookie"] = present["cookie"]
        write_private(self._secrets_file, json.dumps(fresh))

    def _configuration(self) -> str:
        lines = {
            "listeners.tcp.1": f"{self.node.clients_address}:{self.port}",
            "distribution.listener.interface": self.node.nodes_address,
            "distribution.listener.port_range.min": str(self._distribution_port),
            "distribution.listener.port_range.max": str(self._distribution_port),
            # Read at each start, instead of making the usual guest and / at the first.
            "load_definitions": str(self.directory / "definitions.json"),
            "default_queue_type": "quorum",
            "max_message_size": str(MAX_MESSAGE_BYTES),
            "channel_max": str(CHANNELS),
            "vm_memory_high_watermark.absolute": MEMORY_LIMIT,
            "disk_free_limit.absolute": DISK_FREE_LIMIT,
            "log.console": "true",
            "log.console.level": "error",
            "log.file": "false",
            **(sign_in_settings(f"http://127.0.0.1:{self.node.sign_in_port}") if self.node.sign_in_port else {}),
            **(self._tls(self.node.agencies) if self.node.agencies else {}),
            **(_on_loopback_only() if ip_address(self.node.clients_address).is_loopback else {}),
            **self.node.settings,
        }
        return "".join(f"{name} = {value}\n" for name, value in lines.items())

    def _tls(self, agencies: AgenciesListener) -> dict[str, str]:
        try:
            certificate = self._write("agencies.crt", agencies.certificate.read_text(encoding="ascii"))
            key = self._write("agencies.key", agencies.key.read_text(encoding="ascii"))
        except (OSError, UnicodeDecodeError) as error:
            raise CommandRefused(
                "The certificate of the agencies' listener, or its key, can't be read.",
                why=type(error).__name__,
                next_step="check CASEPATH_AGENCIES_CERTIFICATE and CASEPATH_AGENCIES_CERTIFICATE_KEY",
            ) from None
        return {"listeners.ssl.1": agencies.listen, **tls_settings(certificate, key)}

    def _write(self, name: str, text: str) -> Path:
        path = self.directory / name
        write_private(path, text)
        hand_over(path)
        return path

    @property
    def _secrets_file(self) -> Path:
        return self.directory / "secrets.json"

    def _secret(self, name: str) -> str:
        try:
            return self._secrets()[name]
        except KeyError:
            raise self._secrets_gone() from None

    def _secrets(self) -> dict[str, str]:
        try:
            present: dict[str, str] = json.loads(self._secrets_file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            raise self._secrets_gone() from None
        return present

    def _secrets_gone(self) -> CommandRefused:
        return CommandRefused(
            f"The passwords of the private RabbitMQ are gone ({self._secrets_file}).",
            why="without them, no process can sign in to the existing queues",
            next_step="restore that file, or delete all data with ./casepath reset",
        )

    def _environment(self, programs: RabbitPrograms) -> dict[str, str]:
        own = self.directory
        return {
            "PATH": programs.path,
            "HOME": str(own / "home"),
            "LANG": "C.UTF-8",
            "RABBITMQ_NODENAME": self.node.name,
            "RABBITMQ_USE_LONGNAME": "true" if "." in self.node.name else "false",
            "RABBITMQ_MNESIA_BASE": str(own / "data"),
            "RABBITMQ_LOG_BASE": str(own / "log"),
            "RABBITMQ_CONFIG_FILE": str(own / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(own / "advanced.config"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(own / "enabled_plugins"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(own / "generated"),
            "RABBITMQ_PID_FILE": str(own / "node.pid"),
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_DIST_PORT": str(self._distribution_port),
            "ERL_EPMD_PORT": str(self._epmd_port),
            "ERL_EPMD_ADDRESS": self.node.nodes_address,
            "ERL_CRASH_DUMP": "/dev/null",
            # The start script then becomes the Erlang process instead of waiting for it: one process to signal.
            "RUNNING_UNDER_SYSTEMD": "1",
        }

    def programs(self) -> list[Program]:
        """Return the name server in the foreground, then the node (which would otherwise leave one behind)."""
        programs = find_programs()
        environment = self._environment(programs)
        name_server = Program(
            name="epmd",
            command=[programs.epmd, "-port", str(self._epmd_port), "-address", self.node.nodes_address],
            as_user=self.node.as_user,
            environment=environment,
            directory=self.directory,
            ready=lambda: _accepts(self._epmd_port),
            worth_showing=lambda _line: False,  # it only ever mentions clients that hung up
        )
        node = Program(
            name="rabbitmq",
            command=[programs.server],
            as_user=self.node.as_user,
            environment=environment,
            directory=self.directory,
            ready=self._serves,
            worth_showing=lambda line: "[error]" in line or "[critical]" in line,  # the rest is its banner
            ready_seconds=120,
            grace_seconds=45,
        )
        return [name_server, node] if self.node.own_name_server else [node]

    def _serves(self) -> bool:
        """Return whether it answers, and agencies are listened for too: that listener opens after the other."""
        agencies = self.node.agencies
        return self._answers() and (agencies is None or _accepts_at(agencies.listen))

    def _answers(self) -> bool:
        connection = amqp.Connection(
            f"{self.node.clients_address}:{self.port}",
            OPERATOR,
            self._secret("password"),
            virtual_host=VHOST,
            connect_timeout=ANSWER_SECONDS,
            read_timeout=ANSWER_SECONDS,
        )
        try:
            connection.connect()
            connection.close()
        except (OSError, amqp.exceptions.AMQPError):
            connection.collect()
            return False
        return True

    def ctl(self, *arguments: str) -> str:
        """Run a rabbitmqctl command against this node and return what it prints (name the vhost: "-p", "casepath")."""
        programs = find_programs()
        done = subprocess.run(
            self.node.as_user([programs.ctl, "--quiet", *arguments]),
            env=self._environment(programs),
            cwd=self.directory,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise CommandRefused(
                f"rabbitmqctl {arguments[0]} failed.",
                why=done.stderr.strip() or done.stdout.strip(),
                next_step="correct what the broker reports, and run the command again",
            )
        return done.stdout


def fresh_secrets() -> dict[str, str]:
    """Return a new password for the operator and for each service, and a new cookie for the nodes."""
    accounts = {service: new_password() for service in SERVICES}
    return {"password": new_password(), "cookie": secrets.token_hex(24), **accounts}


def sign_in_settings(partners: str) -> dict[str, str]:
    """Return what of rabbitmq.conf has the broker ask partners, at an address, who an agency is.

    It knows the services' accounts itself, and asks about others only: none of them depends on partners.
    """
    asked = {path: f"{partners}/{path}" for path in ("user", "vhost", "resource", "topic")}
    return {
        "auth_backends.1": "internal",
        "auth_backends.2": "http",
        "auth_http.http_method": "post",  # a key belongs in no address
        **{f"auth_http.{path}_path": address for path, address in asked.items()},
        "auth_http.connection_timeout": "3000",
        "auth_http.request_timeout": "5000",
    }


# control: H-AGENCY-24 accounts-on-loopback
def _on_loopback_only() -> dict[str, str]:
    """Return the settings with which the installation's own accounts can sign in on loopback only.

    The agencies' listener is reachable from outside, and all listeners share the accounts.
    """
    return {f"loopback_users.{account}": "true" for account in (OPERATOR, *SERVICES)}


def tls_settings(certificate: Path, key: Path) -> dict[str, str]:
    """Return the part of rabbitmq.conf with the TLS settings of a listener."""
    return {
        "ssl_options.certfile": str(certificate),
        "ssl_options.keyfile": str(key),
        "ssl_options.versions.1": "tlsv1.3",
        "ssl_options.versions.2": "tlsv1.2",
        "ssl_options.verify": "verify_none",
        "ssl_options.fail_if_no_peer_cert": "false",
    }


def _accepts(port: int) -> bool:
    return _accepts_at(f"127.0.0.1:{port}")


def _accepts_at(address: str) -> bool:
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=1).close()
    except OSError:
        return False
    return True
