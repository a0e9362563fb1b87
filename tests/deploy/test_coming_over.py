"""The private broker of an installation of 0.1.0: all services shared the password of one administrator."""

import json
from collections.abc import Iterator
from pathlib import Path

import amqp
import pytest

from deploy.cli import servers
from deploy.cli.installation import SERVICES, write_private
from deploy.cli.servers import RabbitServer
from deploy.cli.servers.rabbitmq_programs import look_for_programs
from tests.kit.private_servers import folder_for
from tests.kit.signed_in import signed_in

pytestmark = [
    pytest.mark.integration,
    pytest.mark.slow,
    pytest.mark.skipif(look_for_programs() is None, reason="RabbitMQ is not installed"),
]
OLD_PASSWORD, COOKIE = "made-by-0.1.0", "0a1b2c3d4e5f"
OLD_URI = f"amqp://casepath:{OLD_PASSWORD}@127.0.0.1:{{port}}/casepath"
#: The settings of 0.1.0 in rabbitmq.conf in place of definitions.
OLD_LINES = f"""default_vhost = casepath
default_user = casepath
default_pass = {OLD_PASSWORD}
"""


class NodeOf010(RabbitServer):
    """A node as configured by 0.1.0."""

    def prepare(self) -> None:
        """Overwrite the secrets and the configuration of this release with those of 0.1.0."""
        super().prepare()
        write_private(self._secrets_file, json.dumps({"password": OLD_PASSWORD, "cookie": COOKIE}))
        self._write("home/.erlang.cookie", COOKIE).chmod(0o400)
        lines = self.directory.joinpath("rabbitmq.conf").read_text(encoding="utf-8").splitlines()
        later = ("load_definitions", "max_message_size", "channel_max")
        kept = "".join(f"{line}\n" for line in lines if not line.startswith(later))
        self._write("rabbitmq.conf", kept + OLD_LINES)
        self.directory.joinpath("definitions.json").unlink()


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Path]:
    """Yield the state folder after a run of 0.1.0 that left an event in legal's inbox."""
    with folder_for("coming-over", tmp_path) as folder:
        ports = servers.free_ports(3)
        node = NodeOf010(folder, ports[0], distribution_port=ports[1], epmd_port=ports[2])
        with node.running(keep=True):
            connection = signed_in(OLD_URI.format(port=node.port))
            channel = connection.channel()
            channel.queue_declare("legal.inbox", durable=True, auto_delete=False)
            channel.basic_publish_confirm(amqp.Message(b"{}"), exchange="", routing_key="legal.inbox")
            connection.close()
        yield folder


@pytest.mark.promise("SEC-72", "BROKER-9")
def test_the_next_start_creates_an_account_per_service_and_voids_the_old_password(state: Path) -> None:
    ports = servers.free_ports(3)
    node = RabbitServer(state, ports[0], distribution_port=ports[1], epmd_port=ports[2])
    with node.running(keep=False):
        with pytest.raises(amqp.AccessRefused):
            signed_in(OLD_URI.format(port=node.port))
        users = dict(line.split("\t") for line in node.ctl("list_users", "--no-table-headers").splitlines())
        assert users == {"casepath": "[administrator]", **dict.fromkeys(SERVICES, "[]")}
        connection = signed_in(node.service_uri("legal"))
        assert connection.channel().basic_get("legal.inbox") is not None, "what was in a queue is there still"
        connection.close()
        assert node._secret("cookie") == COOKIE
        assert OLD_PASSWORD not in node._secrets_file.read_text(encoding="utf-8")
