"""Settings for webhook destinations: closed by default, and in production never the machine itself."""

import pytest

from services import PORTS
from shared.outbound.guard import TargetRefused
from shared.runtime.settings import load, outbound
from shared.runtime.variables import SettingRefused

REST = {
    f"CASEPATH_{name}": "x"
    for name in ("AMQP_URI", "DATABASE_URL", "SIGNING_KEY", "KEYS_DATABASE_URL", "KEY_RING", "KEY_SET", "SUBJECT_KEY")
}


def test_without_settings_they_go_to_the_public_internet_by_https_alone() -> None:
    guard = outbound(load("partners", PORTS, REST)).guard
    assert guard.route("https://8.8.8.8/hook").addresses
    for closed in ("http://8.8.8.8/hook", "https://8.8.8.8:8443/hook", "https://10.0.0.1/hook"):
        with pytest.raises(TargetRefused):
            guard.route(closed)


def test_a_private_network_and_a_port_are_opened_by_name() -> None:
    opened = {"CASEPATH_WEBHOOK_NETWORKS": "10.20.0.0/16", "CASEPATH_WEBHOOK_PORTS": "443 8443"}
    guard = outbound(load("partners", PORTS, {**REST, **opened})).guard
    assert guard.route("https://10.20.0.1:8443/hook").addresses


@pytest.mark.parametrize(
    ("name", "value"),
    [("NETWORKS", "10.0.0.1/8"), ("PORTS", "443,8443"), ("CERTIFICATES", "no certificate")],
)
def test_what_can_not_be_read_keeps_a_service_from_starting_and_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingRefused, match=f"CASEPATH_WEBHOOK_{name}"):
        load("partners", PORTS, {**REST, f"CASEPATH_WEBHOOK_{name}": value})


@pytest.mark.parametrize(
    ("name", "value"), [("NETWORKS", "127.0.0.0/8"), ("NETWORKS", "0.0.0.0/0"), ("PLAIN_HOSTS", "partner.example")]
)
def test_the_machine_itself_and_http_are_open_in_training_alone(name: str, value: str) -> None:
    opened = {**REST, f"CASEPATH_WEBHOOK_{name}": value}
    assert load("partners", PORTS, {**opened, "CASEPATH_ENVIRONMENT": "training"})
    with pytest.raises(SettingRefused, match=f"CASEPATH_WEBHOOK_{name}"):
        load("partners", PORTS, opened)
