"""A case at support: helpers to record facts and to read tasks, alerts and events; checks for confidential data."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

from deploy.cli.api import ApiProblem, Targets
from deploy.cli.journey.desk import Desk
from shared.reference import codes, profile
from tests.kit.team_case import LEAD, TEAM, TeamCase

WORKER: Final = "support_worker"
COUNSELLOR: Final = "counsellor"
ADVISER: Final = "legal_adviser"
SUPERVISOR: Final = "supervisor"
#: Words of the person, and names. They must not appear in a work list or an event.
WORDS, NAME, CODE_WORD = "Fictitious: a door of my own", "Fictitiousname", "fictitious linnet"
#: Fields that no event may contain, for any reader.
SEALED_FIELDS: Final = frozenset(
    ("name", "names", "score", "scores", "total", "band", "answers", "instrument", "rating", "domains", "high_domains",
     "overall_risk", "risk", "words", "text", "code_word", "region", "accommodation_type", "attendance", "own_case")
)  # fmt: skip
#: Codes that no event may contain. A domain that is also a service type is allowed.
SEALED_CODES: Final = (
    frozenset((*codes("need_domain"), *codes("accommodation_type"), *codes("measure_band"), "core10", "phq9"))
    - frozenset(codes("service_type"))
    - frozenset(("other",))
)

#: Answers of a person who is safe, for every domain that a safety assessment must cover.
SAFE: Final = {domain: {"need": 1, "risk": 1} for domain in sorted(profile("GB-EAW").safety_domains.domains)}


def house_of(targets: Targets) -> Desk:
    """Register the staff of a house, and a supervisor of the support worker who is on no team."""
    members = {role: str(uuid4()) for role in (LEAD, *TEAM, COUNSELLOR, SUPERVISOR)}
    desk = Desk(targets, members=members, patience=20)
    registered = {role: desk.member(role) for role in members}
    supervises = {"supervisor": registered[SUPERVISOR], "member": registered[WORKER]}
    desk.api("operator").post("intake", "/v1/supervisions", supervises)
    return desk


@dataclass
class SupportCase(TeamCase):
    """A case whose helpers use support by default."""

    @classmethod
    def opened(cls, desk: Desk, jurisdiction: str, **said: Any) -> "SupportCase":
        """Open a case under a jurisdiction, and add its team and a counsellor."""
        case = super().opened(desk, jurisdiction, team=(*TEAM, COUNSELLOR), **said)
        return cls(case.desk, case.id)

    def does(self, path: str, role: str = WORKER, **body: Any) -> str:
        """Record something at support; return its id. Raises `ApiProblem`."""
        return self.record("support", path, body, role)

    def refused(self, path: str, role: str = WORKER, **body: Any) -> tuple[int, list[str]]:
        """Send a request that support must refuse; return the status and the rules that refused it."""
        try:
            self.desk.api(role).post("support", f"/v1/cases/{self.id}/{path}", body)
        except ApiProblem as problem:
            return problem.status, [error["rule"] for error in problem.errors]
        raise AssertionError(f"{path} was not refused")

    def file(self, role: str = WORKER) -> Any:
        """Return support's file of the case as this role reads it."""
        return self.read("support", role)

    def one(self, part: str, role: str = WORKER) -> Any:
        """Return the only valid record of a part of the file."""
        [row] = [row for row in self.file(role)[part] if row["taken_back_at"] is None]
        return row

    def referral(self, which: str) -> Any:
        """Return a referral from intake."""
        [row] = [row for row in self.read("intake")["referrals"] if row["id"] == which]
        return row

    def tasks(self, role: str = LEAD) -> dict[str, str]:
        """Return the support tasks on a work list: code to due date. Of several with one code, return the earliest."""
        found = [(item["due_on"], item["code"]) for item in self.listed(role) if item["what"] == "support_task"]
        return {code: due_on for due_on, code in sorted(found, reverse=True)}

    def alerts(self, role: str = LEAD) -> list[str]:
        """Return the open alerts of the case that this role receives."""
        told = self.desk.api(role).get("support", "/v1/alerts").json()["alerts"]
        return [alert["id"] for alert in told if alert["case"] == self.id]

    def answer_alerts(self, reason: str, role: str = LEAD) -> int:
        """Acknowledge and end every open alert of the case; return their number."""
        waiting = self.alerts(role)
        for alert in waiting:
            self.does(f"alerts/{alert}/acknowledgement", role)
            self.does(f"alerts/{alert}/ending", role, reason=reason)
        return len(waiting)

    def queue(self, which: str, role: str = WORKER) -> list[Any]:
        """Return the entries of the case in one of support's queues."""
        waiting = self.desk.api(role).get("support", f"/v1/{which}").json()["waiting"]
        return [row for row in waiting if row["case"] == self.id]

    def matched(self, *houses: Mapping[str, Any], **asked: str | int) -> dict[str, Any]:
        """Add houses to the directory and match them; return the results by name."""
        keeper, path = self.desk.api(SUPERVISOR), f"/v1/cases/{self.id}/provider-matches"
        ids = {keeper.post("support", "/v1/providers", house).json()["id"] for house in houses}
        found = self.desk.api(WORKER).get("support", path, **asked).json()
        return {each["name"]: each for each in (*found["suiting"], *found["left_out"]) if each["id"] in ids}

    def check_says_nothing(self, *more: str) -> None:
        """Check that no event of the case reveals a domain, a score, an instrument, a place or a name."""
        check_says_nothing(self.events(), *more)


def check_says_nothing(events: list[Any], *more: str) -> None:
    """Check that none of these events contains confidential data; `more` are further words of the story."""
    assert events
    told = [event["data"] for event in events]
    said = set(_said(told))
    assert not said & SEALED_CODES, said & SEALED_CODES
    assert not set(_named(told)) & SEALED_FIELDS, set(_named(told)) & SEALED_FIELDS
    written = json.dumps(events)
    assert not [word for word in (WORDS, NAME, CODE_WORD, *more) if word in written]


def _said(told: Any) -> Iterator[str]:
    if isinstance(told, Mapping):
        told = list(told.values())
    if isinstance(told, list):
        for each in told:
            yield from _said(each)
    elif isinstance(told, str):
        yield told


def _named(told: Any) -> Iterator[str]:
    if isinstance(told, list):
        for each in told:
            yield from _named(each)
    elif isinstance(told, Mapping):
        yield from told
        yield from _named(list(told.values()))
