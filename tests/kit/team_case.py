"""A case in running services as its team has it: what they record and put right, what they read, what they are told."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

from deploy.cli.api import ApiProblem, ServiceAway, Targets
from deploy.cli.installation import HOLDERS
from deploy.cli.journey.desk import Desk
from deploy.cli.journey.proof import all_events, name_of

#: Who opens a case and leads it, and who joins its team.
LEAD: Final = "caseworker"
TEAM: Final = ("support_worker", "legal_adviser")
#: Which member of the team records at a service.
AT: Final = {"intake": LEAD, "legal": "legal_adviser", "support": "support_worker"}
OPENING: Final[Mapping[str, Any]] = {
    "source": "self",
    "channel": "in_person",
    "language": "en",
    "anonymous": True,
    "age": "adult",
}
#: What a detection says beside the days of it.
SIGNS: Final[Mapping[str, Any]] = {
    "indicators": ["abuse_of_vulnerability"],
    "exploitation_types": ["ForcedLabour"],
    "means_of_control": ["unknown"],
    "detector": "ngo",
}
#: States of a period that counts no more, or in whose place another runs.
ABSENT: Final = ("withdrawn", "resting")
#: The case was changed meanwhile, or is not here yet.
_PASSING: Final = (412, 503)


def team_of(targets: Targets) -> Desk:
    """Hire the staff of a team, who ask again for what has not arrived yet."""
    return Desk(targets, members={role: str(uuid4()) for role in (LEAD, *TEAM, "supervisor")}, patience=20)


def confirm_age(desk: Desk, case: str) -> None:
    """Have a supervisor of who leads a case confirm the age that was stated last, if that waits for a second person."""
    changes = desk.api(LEAD).get("intake", f"/v1/cases/{case}/age-changes")
    for change in changes.json()["changes"]:
        if change["state"] == "waiting":
            supervises = {"supervisor": desk.member("supervisor"), "member": desk.member(LEAD)}
            desk.api("operator").post("intake", "/v1/supervisions", supervises)
            address, etag = f"/v1/cases/{case}/age-changes/{change['id']}/confirmation", changes.headers["ETag"]
            desk.api("supervisor").post("intake", address, {"confirms": True}, if_match=etag)


@dataclass
class TeamCase:
    """One case, and the staff on its team; `desk` sends what they say."""

    desk: Desk
    id: str

    @classmethod
    def opened(cls, desk: Desk, jurisdiction: str, *, team: Iterable[str] = TEAM, **said: Any) -> "TeamCase":
        """Open a case under a law; its team joins it."""
        case = cls(desk, desk.create(LEAD, "intake", "/v1/cases", {**OPENING, "jurisdiction": jurisdiction, **said}))
        for role in team:
            case.record("intake", "team", {"member": desk.member(role), "role": role})
        return case

    def record(self, service: str, path: str, body: Mapping[str, Any], role: str | None = None) -> str:
        """Record something below the case; return its id. Raises `ApiProblem`."""
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
        """Change something below the case in its current state. Raises `ApiProblem`.

        `seen`: the path below the case whose ETag is sent; the case itself by default.
        """
        api, address = self.desk.api(role or AT[service]), f"/v1/cases/{self.id}"
        headers = {"Idempotency-Key": str(uuid4())}
        until = time.monotonic() + self.desk.patience
        while True:
            try:
                etag = api.get(service, address + seen).headers["ETag"]
                api.request(how, service, f"{address}/{path}", body=body, if_match=etag, headers=headers)
            except (ApiProblem, ServiceAway) as problem:
                # What another service told of the case came between, or the service is busy.
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
        """Return the periods of the case, wherever they are kept, but for those that do not count."""
        shown = [clock for service in ("intake", "legal") for clock in self.read(service)["clocks"]]
        return [clock for clock in shown if clock["state"] not in ABSENT]

    def clock(self, code: str) -> Any:
        """Return its one period of a rule."""
        [clock] = [clock for clock in self.clocks() if clock["code"] == code]
        return clock

    def listed(self, role: str = LEAD) -> list[Any]:
        """Return what of the case stands on the work list of a member of its team."""
        lines = [line for line in work_list(self.desk, role) if line["case"] == self.id]
        return [item for line in lines for item in line["items"]]

    def whats(self, role: str = LEAD) -> set[str]:
        """Return the kinds of what of the case stands on somebody's list."""
        return {item["what"] for item in self.listed(role)}

    def events(self) -> list[Any]:
        """Return everything that was announced of the case, by whichever service."""
        return [event for service in HOLDERS for event in all_events(self.desk, service, self.id)]

    def clock_events(self, service: str) -> list[tuple[str, Any]]:
        """Return what a service announced of the case's periods, in order: the verb, and the data."""
        events = all_events(self.desk, service, self.id)
        news = [(*name_of(event).split("."), event["data"]) for event in events]
        return [(verb, data) for noun, verb, data in news if noun == "clock"]

    def told(self, service: str, code: str) -> list[tuple[str, str | None, str | None]]:
        """Return what was announced of its periods of a rule: the verb, the due day, and what that takes back."""
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
