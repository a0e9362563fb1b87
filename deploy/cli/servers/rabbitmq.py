"""A private RabbitMQ node: own name server (epmd), ports, cookie, user and virtual host.

The system's own node and name server are never touched.
"""

import json
import secrets
import socket
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import amqp

from deploy.cli.child import Program
from deploy.cli.errors import CommandRefused
from deploy.cli.installation import write_private
from deploy.cli.servers.os_user import as_server_user, hand_over, make_own_folder
from deploy.cli.servers.private import PrivateServer
from deploy.cli.servers.rabbitmq_programs import RabbitPrograms, find_programs

USER = VHOST = "casepath"
MEMORY_LIMIT = "512MiB"
DISK_FREE_LIMIT = "100MB"


@dataclass(frozen=True, kw_only=True)
class Node:
    """A node's identity. The usual one runs alone on loopback; a cluster's differ in name and share the secrets."""

    name: str = "casepath@localhost"
    folder: str = "rabbitmq"
    clients_address: str = "127.0.0.1"
    nodes_address: str = "127.0.0.1"
    own_name_server: bool = True  # nodes of one machine share one, which somebody else runs then
    secrets: Mapping[str, str] | None = field(default=None, repr=False)  # password and cookie
    settings: Mapping[str, str] = field(default_factory=dict)  # more of rabbitmq.conf
    kernel: str = ""  # more of Erlang's kernel settings
    as_user: Callable[[list[str]], list[str]] = as_server_user


class RabbitServer(PrivateServer):
    """A private node on loopback. Every queue of its virtual host is a quorum queue unless it says otherwise."""

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
        """The URI of the services' virtual host."""
        return self.uri(VHOST)

    def uri(self, vhost: str) -> str:
        """Return the URI of a virtual host of this node."""
        return f"amqp://{USER}:{self._secret('password')}@{self.node.clients_address}:{self.port}/{vhost}"

    def add_vhost(self, name: str) -> None:
        """Make another virtual host for the same user."""
        self.ctl("add_vhost", name, "--default-queue-type", "quorum")
        self.ctl("set_permissions", "-p", name, USER, ".*", ".*", ".*")

    def prepare(self) -> None:
        """Write cookie, configuration and plugins; the data itself is made by the node's first start."""
        find_programs()
        make_own_folder(self.directory)
        for name in ("home", "data", "log", "generated"):
            make_own_folder(self.directory / name)
        if not self._secrets_file.exists():
            write_private(self._secrets_file, json.dumps(self.node.secrets or fresh_secrets()))
        cookie = self._write("home/.erlang.cookie", self._secret("cookie"))
        cookie.chmod(0o400)
        self._write("rabbitmq.conf", self._configuration())
        interface = f"{{inet_dist_use_interface,{{{self.node.nodes_address.replace('.', ',')}}}}}"
        self._write("advanced.config", f"[{{kernel,[{interface}{self.node.kernel}]}}].\n")
        self._write("enabled_plugins", "[].\n")

    def _configuration(self) -> str:
        lines = {
            "listeners.tcp.1": f"{self.node.clients_address}:{self.port}",
            "distribution.listener.interface": self.node.nodes_address,
            "distribution.listener.port_range.min": str(self._distribution_port),
            "distribution.listener.port_range.max": str(self._distribution_port),
            # Made at the first start instead of the usual guest and /.
            "default_vhost": VHOST,
            "default_user": USER,
            "default_pass": self._secret("password"),
            "default_queue_type": "quorum",
            "vm_memory_high_watermark.absolute": MEMORY_LIMIT,
            "disk_free_limit.absolute": DISK_FREE_LIMIT,
            "log.console": "true",
            "log.console.level": "error",
            "log.file": "false",
            **self.node.settings,
        }
        return "".join(f"{name} = {value}\n" for name, value in lines.items())

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
            return str(json.loads(self._secrets_file.read_text(encoding="utf-8"))[name])
        except (OSError, ValueError, KeyError):
            raise CommandRefused(
                f"The password of the private RabbitMQ is gone ({self._secrets_file}).",
                why="without it nobody can sign in to the stored queues",
                next_step="restore that file, or begin again with ./casepath reset",
            ) from None

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
            # The start script then becomes the Erlang machine instead of waiting beside it: one process to signal.
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
            ready=self._answers,
            worth_showing=lambda line: "[error]" in line or "[critical]" in line,  # the rest is its banner
            ready_seconds=120,
            grace_seconds=45,
        )
        return [name_server, node] if self.node.own_name_server else [node]

    def _answers(self) -> bool:
        connection = amqp.Connection(
            f"{self.node.clients_address}:{self.port}",
            USER,
            self._secret("password"),
            virtual_host=VHOST,
            connect_timeout=3,
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
            raise CommandRefused(f"rabbitmqctl {arguments[0]} failed.", why=done.stderr.strip() or done.stdout.strip())
        return done.stdout


def fresh_secrets() -> dict[str, str]:
    """Return a new password for the services and a new cookie for the nodes."""
    return {"password": secrets.token_urlsafe(24), "cookie": secrets.token_hex(24)}


def _accepts(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
