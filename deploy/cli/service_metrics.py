"""What running services say of themselves at /metrics, for verbs that ask without a token."""

import re
from collections.abc import Iterable
from contextlib import suppress
from ipaddress import ip_address

import requests

from deploy.cli import running
from deploy.cli.api import find_targets
from deploy.cli.compose import services_up
from deploy.cli.installation import Installation

_SECONDS = 3.0


def exposition(address: str) -> str:
    """Return a service's metrics in Prometheus' text form; empty where it does not answer."""
    try:
        answer = requests.get(f"{address}/metrics", timeout=_SECONDS)
    except requests.RequestException:
        return ""
    return answer.text if answer.ok else ""


def expositions(installation: Installation) -> dict[str, str]:
    """Return by service its metrics, empty where it does not answer; nothing where none runs here."""
    if running.holder(installation) is None and not services_up(installation):
        return {}
    return {
        service: exposition(_own_address(installation, service) or address)
        for service, address in find_targets().urls.items()
    }


def _own_address(installation: Installation, service: str) -> str:
    """Return where the metrics of a service that runs here have a port of their own; empty where they have none."""
    host, _, port = installation.variables.get(f"CASEPATH_{service.upper()}_METRICS_LISTEN", "").rpartition(":")
    return f"http://{'127.0.0.1' if _is_any(host) else host}:{port}" if port else ""


def _is_any(host: str) -> bool:
    """Return whether who listens at a host listens at each address of the machine."""
    with suppress(ValueError):  # a name
        return ip_address(host.strip("[]")).is_unspecified
    return False


def values(text: str, name: str) -> list[float]:
    """Return the values of a metric, one for each of its sets of labels."""
    lines: Iterable[str] = re.findall(rf"^{re.escape(name)}(?:{{[^}}]*}})? (\S+)$", text, re.MULTILINE)
    return [float(value) for value in lines]
