"""Enters a story by the public routes of running services, as its staff would, and moves the clock as it says."""

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
#: The longest wait of the staff (seconds): what one service recorded may need so long to reach another.
PATIENCE: Final = 120.0


@dataclass
class Player:
    """One story in a running installation: its staff, its cases, and the records that its steps became."""

    targets: Targets
    story: Story
    desk: Desk = field(init=False)
    cases: dict[str, str] = field(default_factory=dict)
    #: (the step's number, the story's name of the case) -> the id of what it became.
    records: dict[tuple[int, str], str] = field(default_factory=dict)
    #: The steps that a service refused: number, and its words.
    refused: dict[int, str] = field(default_factory=dict)
    #: The staff of the house that had the case before it was transferred.
    before: Desk | None = None
    #: Who reads a case that is restricted, at which service; None while it is not.
    restricted: tuple[tuple[str, str], ...] | None = None
    #: Who reads the cases for an agency of the story, by the name that it gives it; and for its lead, by its id.
    seers: dict[str, Desk] = field(default_factory=dict)
    #: What the lead's reader is shown of a case, by role and case, until anything can have changed.
    shown_to_lead: dict[tuple[str, str], Any] = field(default_factory=dict)
    #: What a member of the team is shown of a case, by who reads it where, until anything can have changed.
    _shown_to_team: dict[tuple[str, str, str], Any] = field(default_factory=dict)
    #: The session of outreach in which the people of a story were met.
    session: str | None = None

    def __post_init__(self) -> None:
        """Hire the staff."""
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
        """Set the clock of all services, and wait until what became due has happened and arrived everywhere."""
        self._forget()
        self.time.at(instant)

    def settle(self) -> None:
        """Wait until nothing is due, and nothing is on its way; what was read before counts no more."""
        self._forget()
        self.time.settle()

    def _forget(self) -> None:
        self.shown_to_lead.clear()
        self._shown_to_team.clear()

    def open(self, case: str) -> None:
        """Open a case, with what was said at the door, and its team."""
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
        """Transfer a case to another house: new people in every part of its team but those that `stay`."""
        members = {role: member if role in stay else str(uuid4()) for role, member in self.desk.members.items()}
        agency = mapping.agency(self.story.id, self.story.leads[-1])
        staying = self.desk.registered & set(stay)
        others = Desk(self.targets, members=members, patience=PATIENCE, agency=agency, registered=staying)
        team = [{"member": others.member(role), "role": role, "lead": role == LEAD} for role in mapping.TEAM]
        self.change(LEAD, "intake", case, "transfer", {"members": team})
        self.before, self.desk = self.desk, others
        self.settle()

    def post(self, role: str, service: str, case: str, path: str, body: Mapping[str, Any]) -> str:
        """Record something below a case; return its id. Raises `ApiProblem`."""
        self._forget()
        return self.desk.create(role, service, f"/v1/cases/{self.cases[case]}/{path}", body)

    def change(
        self, role: str, service: str, case: str, path: str, body: Mapping[str, Any], how: str = "POST", seen: str = ""
    ) -> None:
        """Change something below a case in its current state, by what is `seen` of it. Raises `ApiProblem`."""
        self._forget()
        TeamCase(self.desk, self.cases[case]).change(service, path, body, role, how, seen)

    @property
    def readers(self) -> tuple[tuple[str, str], ...]:
        """Who reads a case where: its lead, and legal's adviser; of one that is restricted, whom that leaves."""
        if self.restricted is None:
            return (LEAD, "intake"), ("legal_adviser", "legal")
        return self.restricted

    def read_whole(self, case: str) -> Any:
        """Return a case as intake shows it to whoever reads it there."""
        role, service = self.readers[0]
        return self.read(role, service, case)

    def asked(self, role: str, service: str, path: str, *, desk: Desk | None = None) -> int:
        """Return the status with which an address below the one case answers somebody."""
        [case] = self.cases.values()
        try:
            return (desk or self.desk).api(role).get(service, f"/v1/cases/{case}{path}").status_code
        except ApiProblem as problem:
            return problem.status

    def read(self, role: str, service: str, case: str) -> Any:
        """Return a case as a member of its team reads it: asked once, until anything can have changed."""
        reader = (self.desk.member(role), service, case)
        if reader not in self._shown_to_team:
            self._shown_to_team[reader] = self.desk.read(role, service, self.cases[case])
        return self._shown_to_team[reader]

    def work_list(self, role: str) -> list[Any]:
        """Return the lines of somebody's work list."""
        listed: list[Any] = self.desk.api(role).get("intake", "/v1/work-list").json()["cases"]
        return listed

    def queue(self, which: str, role: str) -> list[Any]:
        """Return what waits for somebody across cases."""
        entries: list[Any] = self.desk.api(role).get("intake", f"/v1/queues/{which}").json()["entries"]
        return entries
