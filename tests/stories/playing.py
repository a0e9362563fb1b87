"""Enter a story through the public routes of running services, as its staff would, and move the clock with it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

from deploy.cli.api import ApiProblem, Targets
from deploy.cli.journey.desk import Desk
from tests.kit.passing_time import PassingTime
from tests.kit.team_case import TeamCase
from tests.stories import agreed, mapping
from tests.stories.stories import Story

LEAD: Final = mapping.TEAM[0]
#: The longest wait of the staff in seconds: a record of one service can need this time to reach another service.
PATIENCE: Final = 120.0


@dataclass
class Player:
    """One story in a running installation: its staff, its cases, and the records that its steps became."""

    targets: Targets
    story: Story
    desk: Desk = field(init=False)
    cases: dict[str, str] = field(default_factory=dict)
    #: (the step's number, the story's name of the case) -> the id of the record.
    records: dict[tuple[int, str], str] = field(default_factory=dict)
    #: The steps that a service refused: number, and the message of the service.
    refused: dict[int, str] = field(default_factory=dict)
    #: The staff of the house that had the case before its transfer.
    before: Desk | None = None
    #: The reader of a restricted case at each service; None while the case is not restricted.
    restricted: tuple[tuple[str, str], ...] | None = None
    #: The readers of the cases: by agency name for the agencies of the story, and by id for the lead agency.
    seers: dict[str, Desk] = field(default_factory=dict)
    #: The replies to the lead's reader, by role and case, cached until a change is possible.
    shown_to_lead: dict[tuple[str, str], Any] = field(default_factory=dict)
    #: The replies to a member of the team, by reader and service, cached until a change is possible.
    _shown_to_team: dict[tuple[str, str, str], Any] = field(default_factory=dict)
    #: The outreach session in which the people of a story were met.
    session: str | None = None

    def __post_init__(self) -> None:
        """Register the staff."""
        members = {role: str(uuid4()) for role in {*mapping.ROLES.values(), "counsellor", "supervisor"}}
        self.desk = Desk(self.targets, members=members, patience=PATIENCE, agency=self.lead)
        self.time = PassingTime(self.targets)
        self.operator = self.time.operator
        supervision = {"supervisor": self.desk.member("supervisor"), "member": self.desk.member(LEAD)}
        self.operator.post("intake", "/v1/supervisions", supervision)

    @property
    def lead(self) -> str:
        """The agency that leads the story's cases now, as requests name it."""
        return mapping.agency(self.story.id, self.story.leads[0 if self.before is None else -1])

    def at(self, instant: datetime) -> None:
        """Set the clock of all services, and wait until all timers have fired and all events have arrived."""
        self._forget()
        self.time.at(instant)

    def settle(self) -> None:
        """Wait until no timer is due and no event is in transit. Clear the cached replies."""
        self._forget()
        self.time.settle()

    def _forget(self) -> None:
        self.shown_to_lead.clear()
        self._shown_to_team.clear()

    def open(self, case: str) -> None:
        """Open a case with its team, and record the agreements of the first contact."""
        story = self.story.id
        opening = {"anonymous": False, "jurisdiction": self.story.jurisdiction, **mapping.CONTACT}
        opening |= mapping.OPENINGS.get((story, case), {})
        if story in agreed.MET:
            opening |= {"outreach_session": self._met(agreed.MET[story])}
        self.cases[case] = self.desk.create(LEAD, "intake", "/v1/cases", opening)
        for path, body in mapping.BESIDE.get(story, ()):
            self.post(LEAD, "intake", case, path, body)
        for path, body in agreed.AGREED.get(story, ()):
            self.change(LEAD, "intake", case, path, body, "PUT")
        for role in mapping.TEAM[1:]:
            self.post(LEAD, "intake", case, "team", {"member": self.desk.member(role), "role": role})
        for service in agreed.HELPED.get(story, ()):
            self.post("support_worker", "support", case, "services", service)

    def _met(self, session: Mapping[str, Any]) -> str:
        self.session = self.session or self.desk.create(LEAD, "intake", "/v1/outreach-sessions", session)
        return self.session

    def hand_over(self, case: str, stay: Collection[str]) -> None:
        """Transfer a case to another house: replace the whole team except those that `stay`."""
        members = {role: member if role in stay else str(uuid4()) for role, member in self.desk.members.items()}
        agency = mapping.agency(self.story.id, self.story.leads[-1])
        staying = self.desk.registered & set(stay)
        others = Desk(self.targets, members=members, patience=PATIENCE, agency=agency, registered=staying)
        team = [{"member": others.member(role), "role": role, "lead": role == LEAD} for role in mapping.TEAM]
        self.change(LEAD, "intake", case, "transfer", {"members": team})
        self.before, self.desk = self.desk, others
        self.settle()

    def post(self, role: str, service: str, case: str, path: str, body: Mapping[str, Any]) -> str:
        """Create a record below a case; return its id. Raises `ApiProblem`."""
        self._forget()
        return self.desk.create(role, service, f"/v1/cases/{self.cases[case]}/{path}", body)

    def change(
        self, role: str, service: str, case: str, path: str, body: Mapping[str, Any], how: str = "POST", seen: str = ""
    ) -> None:
        """Change a record below a case in its current state, with the ETag that `seen` reads. Raises `ApiProblem`."""
        self._forget()
        TeamCase(self.desk, self.cases[case]).change(service, path, body, role, how, seen)

    @property
    def readers(self) -> tuple[tuple[str, str], ...]:
        """Return the readers of a case by service: its lead and legal adviser, or the readers of a restricted case."""
        if self.restricted is None:
            return (LEAD, "intake"), ("legal_adviser", "legal")
        return self.restricted

    def read_whole(self, case: str) -> Any:
        """Return a case as intake shows it to its reader there."""
        role, service = self.readers[0]
        return self.read(role, service, case)

    def asked(self, role: str, service: str, path: str, *, desk: Desk | None = None) -> int:
        """Return the status of a member of staff's request for an address below the only case."""
        [case] = self.cases.values()
        try:
            return (desk or self.desk).api(role).get(service, f"/v1/cases/{case}{path}").status_code
        except ApiProblem as problem:
            return problem.status

    def read(self, role: str, service: str, case: str) -> Any:
        """Return a case as a member of its team reads it, from the cache unless a change is possible."""
        reader = (self.desk.member(role), service, case)
        if reader not in self._shown_to_team:
            self._shown_to_team[reader] = self.desk.read(role, service, self.cases[case])
        return self._shown_to_team[reader]

    def work_list(self, role: str) -> list[Any]:
        """Return the entries of a staff member's work list."""
        listed: list[Any] = self.desk.api(role).get("intake", "/v1/work-list").json()["cases"]
        return listed

    def queue(self, which: str, role: str) -> list[Any]:
        """Return the items that wait for a staff member across cases."""
        entries: list[Any] = self.desk.api(role).get("intake", f"/v1/queues/{which}").json()["entries"]
        return entries
