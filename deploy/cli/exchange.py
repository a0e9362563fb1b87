"""The state of the exchange between the services, as their operators' routes tell it."""

import time
from dataclasses import dataclass
from typing import Any

from deploy.cli.api import Api
from deploy.cli.errors import CommandRefused
from deploy.cli.installation import SERVICES

POLL_SECONDS = 0.2


@dataclass(frozen=True)
class Exchange:
    """What every service says of its log and of those it follows; for one that does not answer, why."""

    services: dict[str, dict[str, Any]]
    away: dict[str, str]

    @property
    def waiting(self) -> list[str]:
        """What is still on its way, a sentence each."""
        found = [
            f"{name}: {said['head'] - said['published']} events not yet published"
            for name, said in self.services.items()
            if said["published"] < said["head"]
        ]
        for name, said in self.services.items():
            for followed in said["following"]:
                behind = self.head(followed["source"]) - followed["cursor"]
                if followed.get("diverged"):
                    found.append(f"{name}: {followed['source']} was restored; what was kept of it is built again")
                elif behind > 0:
                    found.append(f"{name}: {behind} events of {followed['source']} not yet taken")
        return found

    @property
    def stuck(self) -> list[str]:
        """What will not go on by itself, or only after a pause, a sentence each."""
        found = [f"{name}: {why}" for name, why in self.away.items()]
        for name, said in self.services.items():
            for followed in said["following"]:
                found += [
                    f"{name}: {followed[state]} subjects of {followed['source']} {state}"
                    for state in ("held", "parked")
                    if followed[state]
                ]
        return found

    @property
    def worth_knowing(self) -> list[str]:
        """What keeps nothing from going on, but is for a person to look at, a sentence each."""
        found = []
        for name, said in self.services.items():
            if said["quarantined"]:
                # The log has healed what such a message displaced, and its row stays for a person to read.
                found.append(f"{name}: {said['quarantined']} messages in quarantine; ./casepath quarantine list")
            if said.get("vanished"):
                see = f"./casepath log vanished {name}"
                found.append(f"{name}: {said['vanished']} of its answers are to events that vanished; {see}")
        return found

    @property
    def settled(self) -> bool:
        """Every follower stands at the head of what it follows, and nothing is held or parked."""
        return not self.waiting and not self.stuck

    def head(self, service: str) -> int:
        """Give the last position of a service's log, as far as it is known."""
        return int(self.services.get(service, {}).get("head", 0))


def look(api: Api) -> Exchange:
    """Ask every service. One that does not answer is no error here."""
    services, away = {}, {}
    for name in SERVICES:
        try:
            services[name] = api.get(name, "/v1/exchange").json()
        except CommandRefused as error:
            away[name] = error.what
    return Exchange(services, away)


def wait_until_settled(api: Api, seconds: float) -> Exchange:
    """Look until the exchange has settled or the seconds are over; gives the last look."""
    deadline = time.monotonic() + seconds
    while not (found := look(api)).settled and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    return found
