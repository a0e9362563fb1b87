"""A case with matters at legal: helpers to record facts, and to read work lists, matters and events."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from deploy.cli.api import Api, ApiProblem
from deploy.cli.journey.desk import Desk
from tests.kit.passing_time import PassingTime
from tests.kit.team_case import TeamCase

ADVISER: Final = "legal_adviser"
WORKER: Final = "support_worker"
SUPERVISOR: Final = "supervisor"
#: Words, a name and an amount that only legal stores. They must not appear in a work list or an event.
WORDS, NAME, AMOUNT = "Fictitious: she will not speak of the house", "Fictitiousowner", "7431.55"
#: Fields of a matter, a hearing or a charge that no event may contain.
SEALED: Final = frozenset(
    ("amount", "charges", "court_stage", "disposal", "held_on", "hearing", "matter_file", "measure", "offence", "proof",
     "names", "words", "text", "privilege")
)  # fmt: skip


@dataclass(frozen=True)
class Office:
    """The staff of a story: a team, a second adviser as deputy, and an adviser behind an information barrier."""

    first: Desk
    deputy: Desk
    apart: Desk


@dataclass
class JusticeCase(TeamCase):
    """A case whose helpers use legal by default. `office` has the advisers who are not on the main desk."""

    office: Office

    @classmethod
    def of(cls, office: Office, jurisdiction: str, **said: Any) -> "JusticeCase":
        """Open a case under a jurisdiction, and add its team and all advisers."""
        case = TeamCase.opened(office.first, jurisdiction, team=(ADVISER, WORKER), **said)
        for desk in (office.deputy, office.apart):
            case.record("intake", "team", {"member": desk.member(ADVISER), "role": ADVISER})
        return cls(case.desk, case.id, office)

    def does(self, path: str, by: str = ADVISER, **body: Any) -> str:
        """Record something at legal; return its id. Raises `ApiProblem`."""
        return self.record("legal", path, body, by)

    def seconds(self, path: str, **body: Any) -> str:
        """Record something at legal as the deputy adviser; return its id."""
        return self.office.deputy.create(ADVISER, "legal", f"/v1/cases/{self.id}/{path}", body)

    def refused(self, path: str, by: str = ADVISER, **body: Any) -> tuple[int, list[str]]:
        """Send a request that legal must refuse; return the status and the rules that refused it."""
        try:
            self.desk.api(by).post("legal", f"/v1/cases/{self.id}/{path}", body)
        except ApiProblem as problem:
            return problem.status, [error["rule"] for error in problem.errors]
        raise AssertionError(f"{path} was not refused")

    def matter(self, kind: str, remedy: str | None = None, **more: Any) -> str:
        """Open and accept a matter with the second adviser as deputy; return its path."""
        file = f"matter-files/{self.does('matter-files', type=kind, remedy=remedy, **more)}"
        self.does(f"{file}/opening", decision="accepted")
        self.does(f"{file}/members", member=self.office.deputy.member(ADVISER), part="deputy")
        return file

    def within(self, file: str, part: str) -> Any:
        """Return a part of a matter: its proceedings, hearings, protections or parties, or the matter itself."""
        address = f"/v1/cases/{self.id}/{file}"
        if part == "file":
            return self.desk.api(ADVISER).get("legal", address).json()
        return self.desk.api(ADVISER).get("legal", f"{address}/{part}").json()[part]

    def tasks(self, role: str = ADVISER) -> dict[str, str | None]:
        """Return the matter tasks on a work list: code to due date. Of several with one code, return the earliest."""
        found = [(item["due_on"] or "", item["code"]) for item in self.listed(role) if item["what"] == "matter_task"]
        return {code: due_on or None for due_on, code in sorted(found, reverse=True)}

    def help_needed(self, role: str = WORKER) -> dict[str, str]:
        """Return the hearing arrangements that support has to make: code to date."""
        return {item["code"]: item["due_on"] for item in self.listed(role) if item["what"] == "hearing_help"}

    def periods(self, role: str = ADVISER) -> dict[str, tuple[str, str | None]]:
        """Return the periods on a work list: code to group and due date."""
        items = [item for item in self.listed(role) if item["what"] == "period"]
        return {item["code"]: (item["group"], item["due_on"]) for item in items}

    def see_to(self, what: str, code: str | None = None) -> None:
        """Acknowledge the items of one kind on the adviser's work list."""
        for item in self.listed(ADVISER):
            if item["what"] == what and code in (None, item["code"]):
                self.change("intake", f"due/{item['reference']}/acknowledgement", {}, ADVISER)

    def bites(self, remedy: str) -> list[tuple[str, str]]:
        """Return the conflicts of a remedy with other remedies in progress: the effect and the other remedy."""
        shown = self.desk.api(ADVISER).get("legal", f"/v1/cases/{self.id}/remedies").json()["remedies"]
        [conflicts] = [each["conflicts"] for each in shown if each["code"] == remedy]
        return [
            (each["effect"], each["second"] if each["first"] == remedy else each["first"])
            for each in conflicts
            if each["bites"]
        ]

    def steps(self, award: str, time: PassingTime, *steps: tuple[str, str, str | None]) -> list[str]:
        """Record the steps of an award, each on its day; return the state after each."""
        [known] = [row for row in self.read("legal")["awards"] if row["id"] == award]
        states = []
        for day, kind, amount in steps:
            time.at(f"{day}T10:00:00Z")
            money = {} if amount is None else {"amount": amount, "currency": known["currency"]}
            self.does(f"awards/{award}/steps", kind=kind, **money)
            states += [row["state"] for row in self.read("legal")["awards"] if row["id"] == award]
        return states

    def what_apart_sees(self, service: str, case: str | None = None) -> str:
        """Return all that a service answers the adviser behind the barrier about a case (by default, this one)."""
        api, case = self.office.apart.api(ADVISER), f"/v1/cases/{case or self.id}"
        asked = {
            "intake": (case, f"{case}/facts", "/v1/work-list", "/v1/notices"),
            "legal": (
                *(f"{case}/{path}" for path in ("matter-files", "notes", "facts", "awards", "remedies")),
                *(case, "/v1/matter-files/due", "/v1/conflict-checks"),
            ),
        }
        return json.dumps([_answer(api, service, path) for path in asked[service]], sort_keys=True)

    def check_says_nothing(self, *more: str) -> None:
        """Check that no event of the case contains words, names, amounts or fields of a matter."""
        events = self.events()
        assert events
        check_sealed(events, *more)


def check_sealed(events: Iterable[Any], *more: str) -> None:
    """Check that none of these events contains confidential data of a matter; `more` are further words of the story."""
    told = [event["data"] for event in events]
    assert not SEALED & set(_named(told)), SEALED & set(_named(told))
    written = json.dumps(told)
    assert not [word for word in (WORDS, NAME, AMOUNT, *more) if word in written]


def _answer(api: Api, service: str, path: str) -> object:
    try:
        return api.get(service, path).json()
    except ApiProblem as problem:
        return problem.status


def _named(told: Any) -> Iterator[str]:
    if isinstance(told, list):
        for each in told:
            yield from _named(each)
    elif isinstance(told, Mapping):
        yield from told
        yield from _named(list(told.values()))
