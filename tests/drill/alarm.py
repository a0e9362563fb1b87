"""A live alarm of the drill: Prometheus and Alertmanager with the shipped files, until the end is notified.

Only their own waiting times are shortened: Prometheus' scrape and evaluation intervals, and Alertmanager's grouping.
The rules are the shipped files, each with its own `for`.
"""

import contextlib
import json
import shutil
import socket
import subprocess
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from deploy.cli.environment import answers
from deploy.cli.installation import CHECKOUT, SERVICES, Installation
from deploy.cli.servers import free_ports
from tests.kit.receivers import Receiver, receiving
from tests.kit.waiting import wait_until

MONITORING = CHECKOUT / "deploy" / "monitoring"
#: The names in `.ci/install-promtool servers` and in Debian's packages.
PROMETHEUS, ALERTMANAGER = "prometheus", "prometheus-alertmanager"
#: Time for a rule's own minute, and for a slow machine (seconds).
TOLD_SECONDS = 150.0
START_SECONDS = 60.0


def program(name: str) -> Path | None:
    """Return the path of a program on this machine, or in the folder of `.ci/install-promtool`; None without one."""
    place = shutil.which(name) or shutil.which(name, path=CHECKOUT / "build" / "monitoring")
    return Path(place) if place else None


@contextlib.contextmanager
def watching(installation: Installation, folder: Path) -> Iterator["Watch"]:
    """Let Prometheus and Alertmanager monitor an installation until the block ends."""
    folder.mkdir()
    figures, alarms = free_ports(2)
    _write(folder / "prometheus.yml", _asked(installation, alarms))
    commands = {
        f"http://127.0.0.1:{alarms}/-/ready": [
            str(program(ALERTMANAGER)),
            f"--config.file={folder / 'alertmanager.yml'}",
            f"--storage.path={folder / 'alarms'}",
            f"--web.listen-address=127.0.0.1:{alarms}",
            "--cluster.listen-address=",
        ],
        f"http://127.0.0.1:{figures}/-/ready": [
            str(program(PROMETHEUS)),
            f"--config.file={folder / 'prometheus.yml'}",
            f"--storage.tsdb.path={folder / 'figures'}",
            f"--web.listen-address=127.0.0.1:{figures}",
        ],
    }
    with contextlib.ExitStack() as open_ones:
        on_duty = open_ones.enter_context(receiving())
        _write(folder / "alertmanager.yml", _told(on_duty.url))
        for ready, command in commands.items():
            open_ones.enter_context(_running(command, ready, folder / "watch.log"))
        yield Watch(on_duty, f"http://127.0.0.1:{alarms}")


@dataclass(frozen=True)
class Watch:
    """The state of alarms: at Alertmanager, and at the on-call receiver."""

    on_duty: Receiver
    alertmanager: str

    def heard(self) -> set[tuple[str, str, str]]:
        """Return the received notifications: each alarm, with its service and whether it was `firing` or `resolved`."""
        told = [alert for sent in self.on_duty.sent for alert in json.loads(sent.body)["alerts"]]
        return {(alert["labels"]["alertname"], alert["labels"].get("service", ""), alert["status"]) for alert in told}

    def firing(self) -> set[tuple[str, str]]:
        """Return the current alarms, each with its service."""
        with _direct.open(f"{self.alertmanager}/api/v2/alerts", timeout=10) as answer:
            active = json.load(answer)
        return {(alert["labels"]["alertname"], alert["labels"].get("service", "")) for alert in active}


def service_goes_and_comes(
    installation: Installation, watch: Watch, kill: Callable[[str], None], say: Callable[[str], None]
) -> None:
    """Kill legal and block its restart until the alarm is notified. Then allow it until the end is notified.

    Raises `AssertionError` if a notification is missing.
    """
    alarm = ("CasepathServiceDown", "legal")
    assert not watch.firing(), "an alarm fires before the test begins"
    with _held_port(installation.ports["legal"], lambda: kill("legal")):
        wait_until(lambda: alarm in watch.firing(), "the alarm fires at Alertmanager", TOLD_SECONDS)
        wait_until(lambda: (*alarm, "firing") in watch.heard(), "the person on duty receives the alarm", TOLD_SECONDS)
        others = {each for each in watch.firing() if each[0] == alarm[0]} - {alarm}
        assert not others, f"running services are reported as down: {others}"
    say("legal killed and not restarted: CasepathServiceDown fires, and the person on duty receives it")
    wait_until(lambda: alarm not in watch.firing(), "the service runs, and its alarm clears", TOLD_SECONDS)
    wait_until(lambda: (*alarm, "resolved") in watch.heard(), "the person on duty receives the end", TOLD_SECONDS)
    say("legal runs again: the alarm is resolved, and the person on duty is notified")


_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@contextlib.contextmanager
def _held_port(port: int, free: Callable[[], None]) -> Iterator[None]:
    """Free a port and occupy it: a restarted service cannot bind it, as if another program used it."""
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        free()
        wait_until(lambda: _bound(holder, port), "the port is ours", 10)
        holder.listen()
        yield


def _bound(holder: socket.socket, port: int) -> bool:
    try:
        holder.bind(("127.0.0.1", port))
    except OSError:
        return False
    return True


def _asked(installation: Installation, alarms: int) -> Mapping[str, object]:
    """Return Prometheus' shipped configuration, with the addresses of this installation."""
    shipped = yaml.safe_load((MONITORING / "prometheus.yml").read_text(encoding="utf-8"))
    services = [
        {"targets": [installation.address(name).removeprefix("http://")], "labels": {"service": name}}
        for name in SERVICES
    ]
    return {
        **shipped,
        "global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"},
        "rule_files": [str(MONITORING / "rules" / "*.yml")],
        "alerting": {"alertmanagers": [{"static_configs": [{"targets": [f"127.0.0.1:{alarms}"]}]}]},
        "scrape_configs": [{"job_name": "casepath", "static_configs": services}],
    }


def _told(address: str) -> Mapping[str, object]:
    """Return Alertmanager's shipped configuration, with a receiver and without grouping."""
    shipped = yaml.safe_load((MONITORING / "alertmanager.yml").read_text(encoding="utf-8"))
    [receiver] = shipped["receivers"]
    told = {**receiver, "webhook_configs": [{"url": address, "send_resolved": True}]}
    at_once = {**shipped["route"], "group_wait": "1s", "group_interval": "1s"}
    return {**shipped, "route": at_once, "receivers": [told]}


def _write(file: Path, content: Mapping[str, object]) -> None:
    file.write_text(yaml.safe_dump(content), encoding="utf-8")


@contextlib.contextmanager
def _running(command: list[str], ready: str, log: Path) -> Iterator[None]:
    with log.open("a", encoding="utf-8") as lines:
        process = subprocess.Popen(command, stdout=lines, stderr=lines)
        try:
            wait_until(
                lambda: answers(ready) or process.poll() is not None, f"{Path(command[0]).name} is ready", START_SECONDS
            )
            assert process.poll() is None, log.read_text(encoding="utf-8")[-2_000:]
            yield
        finally:
            process.terminate()
            process.wait()
