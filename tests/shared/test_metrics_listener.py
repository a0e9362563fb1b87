"""The metrics listener has its own port and serves nothing but metrics."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from deploy.cli import servers, service_metrics
from deploy.cli.installation import Installation
from services import PORTS
from shared.http import MetricsListener
from shared.runtime.settings import load
from shared.runtime.variables import SettingRefused
from shared.telemetry import metrics
from tests.kit.loops import listening
from tests.kit.waiting import PATIENCE

NEEDED = ("AMQP_URI", "DATABASE_URL", "SIGNING_KEY", "KEYS_DATABASE_URL", "KEY_RING", "KEY_SET", "SUBJECT_KEY")
REST = {f"CASEPATH_{name}": "x" for name in NEEDED}


@pytest.fixture
def address() -> Iterator[str]:
    [port] = servers.free_ports(1)
    with listening(MetricsListener(f"127.0.0.1:{port}"), port):
        yield f"http://127.0.0.1:{port}"


def test_the_metrics_are_there_in_the_form_of_prometheus(address: str) -> None:
    answer = requests.get(f"{address}/metrics", timeout=PATIENCE)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, metrics.CONTENT_TYPE)
    assert "# TYPE casepath_build_info gauge" in answer.text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/", 404), ("GET", "/v1/cases", 404), ("GET", "/health/live", 404), ("POST", "/metrics", 405)],
)
def test_nothing_else_is(address: str, method: str, path: str, status: int) -> None:
    assert requests.request(method, address + path, timeout=PATIENCE).status_code == status


def test_the_command_asks_where_they_are(address: str, tmp_path: Path) -> None:
    port = address.rpartition(":")[2]
    told = {"CASEPATH_LEGAL_METRICS_LISTEN": f"0.0.0.0:{port}"}
    ours = Installation(tmp_path, tmp_path, {}, told)
    assert service_metrics._own_address(ours, "legal") == address
    assert service_metrics._own_address(ours, "intake") == ""


def test_a_port_is_each_services_own_and_none_where_nothing_is_said() -> None:
    told = {**REST, "CASEPATH_LEGAL_METRICS_LISTEN": "0.0.0.0:8112"}
    assert load("legal", PORTS, told).metrics_listen == "0.0.0.0:8112"
    assert load("intake", PORTS, told).metrics_listen == ""
    with pytest.raises(SettingRefused, match="METRICS_LISTEN"):
        load("legal", PORTS, {**REST, "CASEPATH_LEGAL_METRICS_LISTEN": "8112"})
