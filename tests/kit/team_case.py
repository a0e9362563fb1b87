"""A case in running services as its team uses it: their records and corrections, their views, and their events."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

from deploy.cli.api import ApiProblem, ServiceAway, Targets
from deploy.cli.installation import HOLDERS
from deploy.cli.journey.desk import Desk
from deploy.cli.journey.proof import all_events, name_of

#: The role that opens and leads a case, and the roles that join its team.
LEAD: Final = "caseworker"
TEAM: Final = ("support_worker", "legal_adviser")
#: The member of the team who records at each service.
AT: Final = {"intake": LEAD, "legal": "legal_adviser", "support": "support_worker"}
OPENING: Final[Mapping[str, Any]] = {
    "source": "self",
    "channel": "in_person",
    "language": "en",
    "anonymous": True,
    "age": "adult",
}
#: The fields of a detection, apart from its dates.
SIGNS: Final[Mapping[str, Any]] = {
    "indicators": ["abuse_of_vulnerability"],
    "exploitation_types": ["ForcedLabour"],
    "means_of_control": ["unknown"],
    "detector": "ngo",
}
#: States of a period that does not apply, or that another period replaced.
ABSENT: Final = ("withdrawn", "resting")
#: Another client changed the case in the meantime, or it has not arrived yet.
_PASSING: Final = (412, 503)


def team_of(targets: Targets) -> Desk:
    """Register the staff of a team. Their requests are retried until data has arrived."""
    return Desk(targets, members={role: str(uuid4()) for role in (LEAD, *TEAM, "supervisor")}, patience=20)


def confirm_age(desk: Desk, case: str) -> None:
    """Confirm the age that was stated last, as a supervisor of the case's lead, if it waits for a second person."""
    changes = desk.api(LEAD).get("intake", f"/v1/cases/{case}/age-changes")
    for change in changes.json()["changes"]:
        if change["state"] == "waiting":
            supervises = {"supervisor": desk.member("supervisor"), "member": desk.member(LEAD)}
            desk.api("operator").post("intake", "/v1/supervisions", supervises)
            address, etag = f"/v1/cases/{case}/age-changes/{change['id']}/confirmation", changes.headers["ETag"]
            desk.api("supervisor").post("intake", address, {"confirms": True}, if_match=etag)


@dataclass
class TeamCase:
    """One case, and the staff on its team; `desk` sends their requests."""

    desk: Desk
    id: str

    @classmethod
    def opened(cls, desk: Desk, jurisdiction: str, *, team: Iterable[str] = TEAM, **said: Any) -> "TeamCase":
        """Open a case under a law, and add its team."""
        case = cls(desk, desk.create(LEAD, "intake", "/v1/cases", {**OPENING, "jurisdiction": jurisdiction, **said}))
        for role in team:
            case.record("intake", "team", {"member": desk.member(role), "role": role})
        return case

    def record(self, service: str, path: str, body: Mapping[str, Any], role: str | None = None) -> str:
        """Create a record below the case; return its id. Raises `ApiProblem`."""
        return self.desk.create(role or AT[service], service, f"/v1/cases/{self.id}/{path}", body)

    def change(
        self,
        service: str,
        path: str,
        body: Mapping[str, Any],
        role: str | None = None,
        how: str = "POST",
        seen: str = "",
    ) -> None:
        """Change a resource below the case in its current state. Raises `ApiProblem`.

        `seen`: the path below the case whose ETag is sent; by default the case itself.
        """
        api, address = self.desk.api(role or AT[service]), f"/v1/cases/{self.id}"
        headers = {"Idempotency-Key": str(uuid4())}
        until = time.monotonic() + self.desk.patience
        while True:
            try:
                etag = api.get(service, address + seen).headers["ETag"]
                api.request(how, service, f"{address}/{path}", body=body, if_match=etag, headers=headers)
            except (ApiProblem, ServiceAway) as problem:
                # Another service's event about the case came first, or the service is busy.
                may_pass = isinstance(problem, ServiceAway) or problem.status in _PASSING
                if not may_pass or time.monotonic() > until:
                    raise
                self.desk.pause()
            else:
                return

    def claim(self, remedy: str, applied_on: str) -> str:
        """Open a matter and record its claim of the same day; return the matter's id."""
        matter = self.record("legal", "matters", {"remedy": remedy, "opened_on": applied_on})
        self.change("legal", f"matters/{matter}/application", {"applied_on": applied_on})
        return matter

    def read(self, service: str = "intake", role: str | None = None) -> Any:
        """Return the case as a member of its team reads it."""
        return self.desk.read(role or AT[service], service, self.id)

    def clocks(self) -> list[Any]:
        """Return the applicable periods of the case from every service."""
        shown = [clock for service in ("intake", "legal") for clock in self.read(service)["clocks"]]
        return [clock for clock in shown if clock["state"] not in ABSENT]

    def clock(self, code: str) -> Any:
        """Return the case's only period of a rule."""
        [clock] = [clock for clock in self.clocks() if clock["code"] == code]
        return clock

    def listed(self, role: str = LEAD) -> list[Any]:
        """Return the items of the case in the work list of a team member."""
        lines = [line for line in work_list(self.desk, role) if line["case"] == self.id]
        return [item for line in lines for item in line["items"]]

    def whats(self, role: str = LEAD) -> set[str]:
        """Return the kinds of the case's items in a team member's work list."""
        return {item["what"] for item in self.listed(role)}

    def events(self) -> list[Any]:
        """Return all events about the case from every service."""
        return [event for service in HOLDERS for event in all_events(self.desk, service, self.id)]

    def clock_events(self, service: str) -> list[tuple[str, Any]]:
        """Return a service's events about the case's periods, in order: the verb, and the data."""
        events = all_events(self.desk, service, self.id)
        news = [(*name_of(event).split("."), event["data"]) for event in events]
        return [(verb, data) for noun, verb, data in news if noun == "clock"]

    def told(self, service: str, code: str) -> list[tuple[str, str | None, str | None]]:
        """Return the events about the periods of a rule: the verb, the due date, and the event that it takes back."""
        news = [(verb, data) for verb, data in self.clock_events(service) if data["code"] == code]
        return [(verb, data.get("due_on"), data.get("takes_back")) for verb, data in news]


def work_list(desk: Desk, role: str) -> list[Any]:
    """Return all lines of a member's work list, page by page."""
    lines: list[Any] = []
    after: dict[str, str] = {}
    while True:
        page = desk.api(role).get("intake", "/v1/work-list", **after).json()
        lines += page["cases"]
        if page["next"] is None:
            return lines
        after = {"after": page["next"]}
