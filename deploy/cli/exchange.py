"""The state of the event exchange between the services, as their operators' routes report it."""

import time
from dataclasses import dataclass

from deploy.cli.api import Api
from deploy.cli.errors import CommandRefused
from deploy.cli.installation import SERVICES
from deploy.cli.replies import ExchangeState

POLL_SECONDS = 0.2


@dataclass(frozen=True)
class Exchange:
    """The state of every service's log and followers; in `away`, why a service does not answer."""

    services: dict[str, ExchangeState]
    away: dict[str, str]

    @property
    def waiting(self) -> list[str]:
        """List what is not published or applied yet, one sentence per item."""
        sentences = [
            f"{name}: {service_state['head'] - service_state['published']} events not yet published"
            for name, service_state in self.services.items()
            if service_state["published"] < service_state["head"]
        ]
        for name, service_state in self.services.items():
            for followed in service_state["following"]:
                behind = self.head(followed["source"]) - followed["cursor"]
                if followed.get("diverged"):
                    sentences.append(f"{name}: {followed['source']} was restored; its projections are rebuilt")
                elif behind > 0:
                    sentences.append(f"{name}: {behind} events of {followed['source']} not yet taken")
        return sentences

    @property
    def stuck(self) -> list[str]:
        """List what is stuck, one sentence per item."""
        sentences = [f"{name}: {why}" for name, why in self.away.items()]
        for name, service_state in self.services.items():
            for followed in service_state["following"]:
                sentences += [
                    f"{name}: {followed[state]} subjects of {followed['source']} {state}"
                    for state in ("held", "parked")
                    if followed[state]
                ]
        return sentences

    @property
    def worth_knowing(self) -> list[str]:
        """List what blocks nothing but needs attention, one sentence per item."""
        sentences = []
        for name, service_state in self.services.items():
            if service_state["quarantined"]:
                # The log has healed what such a message displaced, and its row stays for a person to read.
                sentences.append(
                    f"{name}: {service_state['quarantined']} messages in quarantine; ./casepath quarantine list"
                )
            sentences += [
                f"{name}: {alarm['caller']} asked for {alarm['not_found']} addresses within ten minutes that are not "
                f"there, last at {alarm['last_at']}: ask whose token it is, or end its access"
                for alarm in service_state.get("probing", ())
            ]
            sentences += [
                f"{name}: forged or altered message from {forged['source']} at position {forged['position']}"
                f" (met {forged['count']} times): {forged['meaning']}"
                for forged in service_state.get("forged", [])
            ]
            if service_state.get("vanished"):
                see = f"./casepath log vanished {name}"
                sentences.append(
                    f"{name}: {service_state['vanished']} of its answers are to events that vanished; {see}"
                )
        return sentences

    @property
    def is_drained(self) -> bool:
        """Whether every consumer has applied all events of its sources, and nothing is held or parked."""
        return not self.waiting and not self.stuck

    def head(self, service: str) -> int:
        """Return the last position of a service's log; 0 when it is not known."""
        return self.services[service]["head"] if service in self.services else 0


def look(api: Api) -> Exchange:
    """Ask every service once. One that does not answer is no error here."""
    services, away = {}, {}
    for name in SERVICES:
        try:
            services[name] = api.get(name, "/v1/exchange").json()
        except CommandRefused as error:
            away[name] = error.what
    return Exchange(services, away)


def wait_until_drained(api: Api, seconds: float) -> Exchange:
    """Poll until the exchange is drained or the seconds are over; return its last state."""
    deadline = time.monotonic() + seconds
    while not (exchange := look(api)).is_drained and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    return exchange
