"""Real service processes like those of `python -m services <name>`, with a broker and databases that a test chooses."""

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import requests

from deploy.cli.api import Api, Targets, targets_of
from deploy.cli.environment import service_environment
from deploy.cli.installation import CHECKOUT, SERVICES, USUAL_PORTS, Installation
from deploy.cli.keys import make_keys
from deploy.cli.servers import PostgresServer, free_ports
from deploy.cli.stores import key_database, own_broker, stores_of
from shared.store.database import Database, engine_for
from tests.kit import databases, preloaded
from tests.kit.preloaded import Forked
from tests.kit.private_servers import own_address
from tests.kit.staff import register
from tests.kit.waiting import wait_until

#: Maximum time from SIGTERM to exit: the services' own limit plus time for a slow machine.
STOP_SECONDS = 20


@dataclass
class Site:
    """Ports, keys and databases for the services of one test; nothing runs until it is started."""

    folder: Path
    postgres: PostgresServer
    amqp_uri: str
    name: str
    #: The kind of installation: production, training or development.
    environment_name: str = "training"
    #: Whether the services are forked from a process that has loaded them; otherwise each is started as an operator
    #: starts it.
    forks: bool = True
    _migrated: set[str] = field(default_factory=set)
    _running: dict[str, "Forked | subprocess.Popen[bytes]"] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for service in SERVICES:
            self.postgres.create_database(self.database_name(service))
            self.postgres.create_database(self.database_name(key_database(service)))
        ports = dict(zip(USUAL_PORTS, free_ports(len(USUAL_PORTS)), strict=True))
        variables = {f"CASEPATH_{each.upper()}_DATABASE_URL": self.database_url(each) for each in SERVICES}
        variables |= {
            f"CASEPATH_{each.upper()}_KEYS_DATABASE_URL": self.database_url(key_database(each)) for each in SERVICES
        }
        variables |= {own_broker(each): own_address(self.amqp_uri, each) for each in SERVICES}
        variables["CASEPATH_ENVIRONMENT"] = self.environment_name
        variables |= {"CASEPATH_LOG_FORMAT": "json", "PATH": "/usr/bin:/bin"}
        self.installation = Installation(CHECKOUT, self.folder / "state", ports, variables)
        self.installation.make_home()
        make_keys(self.installation.keys, self.environment_name)

    def database_name(self, service: str) -> str:
        return f"{self.name}_{service}"

    def database_url(self, service: str) -> str:
        return self.postgres.database_url(self.database_name(service))

    def owner_url(self, service: str) -> str:
        """Return the database address of the owner of the tables, for changes that the service itself may not make."""
        return self.postgres.owner_url(self.database_name(service))

    def migrate(self, service: str) -> None:
        """Migrate a service's database, once."""
        if service not in self._migrated:
            databases.copied(self.postgres, self.database_name(service), service)
            databases.copied(self.postgres, self.database_name(key_database(service)), databases.KEYS)
            self._migrated.add(service)

    def environment(self, service: str, **different: str) -> Mapping[str, str]:
        """Return the environment of `./casepath up` with these differences; empty variables are removed."""
        told = service_environment(self.installation, stores_of(self.installation), service)
        return {name: value for name, value in {**told, **different}.items() if value}

    def said(self, service: str, *, stream: str = "stdout") -> str:
        """Return what the process has written so far."""
        return self._log(service, stream).read_text(encoding="utf-8")

    def _log(self, service: str, stream: str) -> Path:
        return self.folder / f"{service}.{stream}"

    def start(self, service: str, *, checkout: Path = CHECKOUT, **different: str) -> "Forked | subprocess.Popen[bytes]":
        """Start a service of a checkout, by default this one. It may not be ready yet."""
        self.migrate(service)
        environment = {**self.environment(service, **different), "PYTHONPATH": str(checkout)}
        logs = [self._log(service, stream) for stream in ("stdout", "stderr")]
        for log in logs:
            log.write_bytes(b"")
        self._running[service] = process = self._started(service, environment, checkout, *logs)
        return process

    def _started(
        self, service: str, environment: Mapping[str, str], checkout: Path, out: Path, err: Path
    ) -> "Forked | subprocess.Popen[bytes]":
        if self.forks and checkout == CHECKOUT:
            return preloaded.start(service, environment, checkout, out=out, err=err)
        with out.open("wb") as said, err.open("wb") as complained:
            command = [sys.executable, "-m", "services", service]
            return subprocess.Popen(command, cwd=checkout, env=environment, stdout=said, stderr=complained)

    def stop(self, service: str) -> int:
        """Ask a service to exit, and return its exit code."""
        process = self._running.pop(service)
        process.terminate()
        return process.wait(STOP_SECONDS)

    def checks(self, service: str) -> dict[str, Any]:
        """Return the result of the readiness check; empty if the service does not answer, or is not ready."""
        try:
            answer = requests.get(f"{self.installation.address(service)}/health/ready", timeout=30)
        except requests.RequestException:
            return {}
        return dict(json.loads(answer.text).get("checks", {})) if answer.ok else {}

    def wait_ready(self, *services: str) -> None:
        """Return when the services are ready and connected to the broker.

        Fail with the last output of a service that has exited.
        """
        for each in services:
            wait_until(lambda each=each: self._hears_the_broker(each), f"{each} is ready")  # type: ignore[misc]

    def _hears_the_broker(self, service: str) -> bool:
        process = self._running.get(service)
        if process is not None and process.poll() is not None:
            last_words = self.said(service, stream="stderr")[-500:]
            raise AssertionError(f"{service} ended with {process.returncode} before it was ready: {last_words}")
        return bool(self.checks(service).get("broker") == "ok")

    def exposition(self, service: str) -> str:
        """Return all metrics of a running service, as it exposes them."""
        return requests.get(f"{self.installation.address(service)}/metrics", timeout=30).text

    def metric(self, service: str, line: str) -> float:
        """Return the value of a metric by its exposed name; 0 if it has none yet."""
        lines = self.exposition(service).splitlines()
        values = [each.rpartition(" ")[2] for each in lines if each.rpartition(" ")[0] == line]
        return float(values[0]) if values else 0.0

    @property
    def targets(self) -> Targets:
        return targets_of(self.installation)

    def api(self, *roles: str, subject: str | None = None) -> Api:
        """Return an API client for a person who is registered at every service with tables."""
        api = Api(self.targets, roles=roles, subject=subject)
        self.register(api.subject, *roles)
        return api

    def register(self, subject: str, *roles: str) -> str:
        """Register a member of staff at every service with tables; return their id."""
        for service in sorted(self._migrated) if "operator" not in roles else ():
            engine = engine_for(self.database_url(service), pool_size=1)
            try:
                register(Database(engine), UUID(subject), *roles)
            finally:
                engine.dispose()
        return subject

    def end(self) -> None:
        """Stop all services that still run."""
        for process in self._running.values():
            process.terminate()
        for process in self._running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(STOP_SECONDS)
            process.kill()
            process.wait()


@contextlib.contextmanager
def opened(
    folder: Path,
    postgres: PostgresServer,
    amqp_uri: str,
    name: str,
    environment: str = "training",
    *,
    forks: bool = True,
) -> Iterator[Site]:
    """Yield a site, and stop the services that the test started on it."""
    site = Site(folder, postgres, amqp_uri, name, environment, forks)
    try:
        yield site
    finally:
        site.end()
