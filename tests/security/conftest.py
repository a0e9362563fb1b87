"""Three running services for every attack of this folder, on servers whose files can be searched afterwards."""

from collections.abc import Iterator

import pytest

from deploy.cli.servers import PostgresServer, RabbitServer
from tests.kit import serving
from tests.kit.private_servers import VirtualHost
from tests.security.town import Town

SERVICES = ("intake", "legal", "support")


def as_files(site: serving.Site, service: str) -> dict[str, str]:
    """Give a service its secrets in files, and not in its environment."""
    own = f"CASEPATH_{service.upper()}"
    told, found = site.environment(service), {}
    for name in (f"{own}_AMQP_URI", f"{own}_DATABASE_URL", f"{own}_KEYS_DATABASE_URL"):
        file = site.folder / f"{service}.{name.lower()}"
        file.touch(0o600)
        file.write_text(told[name], encoding="utf-8")
        found |= {name: "", f"{name}_FILE": str(file)}
    return found


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory, postgres: PostgresServer, rabbitmq: RabbitServer) -> Iterator[Town]:
    rabbitmq.add_vhost("town")
    with serving.opened(tmp_path_factory.mktemp("town"), postgres, VirtualHost.at(rabbitmq, "town"), "town") as site:
        for service in SERVICES:
            site.start(
                service,
                CASEPATH_ENVIRONMENT="training",
                CASEPATH_LOG_LEVEL="debug",
                **as_files(site, service),
                **{f"CASEPATH_RATE_{each}": "off" for each in ("CLIENT", "CALLER", "CODES")},
            )
        site.wait_ready(*SERVICES)
        yield Town(site, postgres, rabbitmq)
