"""The running services for every attack of this folder, on servers whose files can be searched afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from deploy.cli.installation import PROVIDERS
from deploy.cli.servers import PostgresServer, RabbitServer
from tests.kit import issuer, serving
from tests.kit.issuer import Issuer
from tests.kit.private_servers import VirtualHost
from tests.kit.receivers import LOOPBACK
from tests.security.town import OpenTown, Town

SERVICES = ("intake", "legal", "support", "partners")
#: Allow webhooks to this machine only, for receivers that the tests start.
OUTLETS = dict(
    zip(("CASEPATH_WEBHOOK_NETWORKS", "CASEPATH_WEBHOOK_PORTS", "CASEPATH_WEBHOOK_PLAIN_HOSTS"), LOOPBACK, strict=True)
)


def as_files(site: serving.Site, service: str) -> dict[str, str]:
    """Pass the secrets of a service in files instead of in its environment."""
    own = f"CASEPATH_{service.upper()}"
    told, found = site.environment(service), {}
    for name in (f"{own}_AMQP_URI", f"{own}_DATABASE_URL", f"{own}_KEYS_DATABASE_URL"):
        file = site.folder / f"{service}.{name.lower()}"
        file.touch(0o600)
        file.write_text(told[name], encoding="utf-8")
        found |= {name: "", f"{name}_FILE": str(file)}
    return found


@pytest.fixture(scope="session")
def providers() -> Iterator[tuple[Issuer, Issuer]]:
    """Return two sign-in providers that the town's operators declare."""
    with issuer.serving(Issuer()) as first, issuer.serving(Issuer()) as second:
        yield first, second


@pytest.fixture(scope="session")
def open_town(
    tmp_path_factory: pytest.TempPathFactory, postgres: PostgresServer, providers: tuple[Issuer, Issuer]
) -> OpenTown:
    """Return a function that starts the services at a broker under a name."""

    @contextmanager
    def opened(rabbitmq: RabbitServer, name: str) -> Iterator[Town]:
        rabbitmq.add_vhost(name)
        folder, address = tmp_path_factory.mktemp(name), VirtualHost.at(rabbitmq, name)
        with serving.opened(folder, postgres, address, name, forks=False) as site:
            declared = "".join(provider.declared() for provider in providers)
            (site.installation.home / PROVIDERS).write_text(declared, encoding="utf-8")
            for service in SERVICES:
                site.start(
                    service,
                    CASEPATH_ENVIRONMENT="training",
                    CASEPATH_LOG_LEVEL="debug",
                    **OUTLETS,
                    **as_files(site, service),
                    **{f"CASEPATH_RATE_{each}": "off" for each in ("CLIENT", "CALLER", "CODES")},
                )
            site.wait_ready(*SERVICES)
            yield Town(site, postgres, rabbitmq)

    return opened


@pytest.fixture(scope="session")
def town(open_town: OpenTown, rabbitmq: RabbitServer) -> Iterator[Town]:
    with open_town(rabbitmq, "town") as opened:
        yield opened
