"""Metrics of running services (/metrics), for commands without a token."""

import re
from collections.abc import Iterable
from contextlib import suppress
from ipaddress import ip_address

import requests

from deploy.cli import running
from deploy.cli.api import find_targets
from deploy.cli.compose import compose, services_up
from deploy.cli.installation import Installation

_SECONDS = 3.0
#: Where docker-compose.yml has each service's figures: inside its container, and published nowhere.
IN_DOCKER = {"intake": 8111, "legal": 8112, "support": 8113, "partners": 8114}
#: Read inside the container with the programs of its image, without a proxy.
_READ = """
import sys, urllib.request
asked = urllib.request.build_opener(urllib.request.ProxyHandler({{}})).open({address!r}, timeout={seconds})
sys.stdout.buffer.write(asked.read())
"""


def exposition(address: str) -> str:
    """Return a service's metrics in Prometheus' text form; empty where it does not answer."""
    try:
        answer = requests.get(f"{address}/metrics", timeout=_SECONDS)
    except requests.RequestException:
        return ""
    return answer.text if answer.ok else ""


def expositions(installation: Installation) -> dict[str, str]:
    """Return by service its metrics, empty where it does not answer; nothing where none runs here."""
    urls = find_targets().urls
    if running.holder(installation) is not None:
        return {name: exposition(_own_address(installation, name) or url) for name, url in urls.items()}
    if not services_up(installation):
        return {}
    # A container of an earlier release serves them on the service's port only.
    addresses = {name: f"http://127.0.0.1:{IN_DOCKER[name]}/metrics" for name in urls}
    return {name: inside(installation, name, addresses[name]) or exposition(url) for name, url in urls.items()}


def inside(installation: Installation, service: str, address: str, seconds: float = _SECONDS) -> str:
    """Return what an address answers to a service's container within `seconds`; empty where it does not."""
    asked = _READ.format(address=address, seconds=seconds)
    return compose(installation, "exec", "-T", service, "python", "-c", asked)


def _own_address(installation: Installation, service: str) -> str:
    """Return the address of the separate metrics port of a running service; empty if it has none."""
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
