"""Stand-ins for services that have settled, and that report the state that a test sets."""

from typing import Any

from deploy.cli.installation import SERVICES
from tests.kit.stand_in import StandIn

WELL = {"database": "ok", "keys": "ok", "broker": "ok", "relay": "leads"}
EXCHANGE = {
    "head": 0,
    "published": 0,
    "following": [],
    "quarantined": 0,
    "skipped": 0,
    "vanished": 0,
    "probing": [],
    "forged": [],
}


class Looked:
    """Services that have settled, and that report the state that a test sets."""

    def __init__(self, services: StandIn) -> None:
        self.checks = {name: dict(WELL) for name in SERVICES}
        services.answer = self.answer

    def answer(self, service: str, _method: str, path: str, _body: Any) -> tuple[int, Any]:
        if path != "/health/ready":
            return 200, EXCHANGE
        checks = self.checks[service]
        is_ready = checks["database"] == checks["keys"] == "ok"
        return (200, {"status": "ready", "checks": checks}) if is_ready else (503, {"checks": checks})
