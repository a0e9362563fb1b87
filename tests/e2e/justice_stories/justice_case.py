"""A case on its road to justice: its matters at legal, who works on them, and what of them stands on whose list."""

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
#: Words, a name and an amount that are kept in legal's store: in nobody's list, in no event.
WORDS, NAME, AMOUNT = "Fictitious: she will not speak of the house", "Fictitiousowner", "7431.55"
#: What of a matter, a hearing or a charge no event names.
SEALED: Final = frozenset(
    ("amount", "charges", "court_stage", "disposal", "held_on", "hearing", "matter_file", "measure", "offence", "proof",
     "names", "words", "text", "privilege")
)  # fmt: skip


@dataclass(frozen=True)
class Office:
    """Who works on the road to justice: a team, another adviser who stands in, and one who is kept apart."""

    first: Desk
    deputy: Desk
    apart: Desk


@dataclass
class JusticeCase(TeamCase):
    """A case, with legal's side of it first; `office` has the advisers beside its own team."""

    office: Office

    @classmethod
    def of(cls, office: Office, jurisdiction: str, **said: Any) -> "JusticeCase":
        """Open a case under a law; its team and all advisers join it."""
        case = TeamCase.opened(office.first, jurisdiction, team=(ADVISER, WORKER), **said)
        for desk in (office.deputy, office.apart):
            case.record("intake", "team", {"member": desk.member(ADVISER), "role": ADVISER})
        return cls(case.desk, case.id, office)

    def does(self, path: str, by: str = ADVISER, **body: Any) -> str:
        """Record something at legal; return its id. Raises `ApiProblem`."""
        return self.record("legal", path, body, by)

    def seconds(self, path: str, **body: Any) -> str:
        """Record something at legal as the adviser who stands in; return its id."""
        return self.office.deputy.create(ADVISER, "legal", f"/v1/cases/{self.id}/{path}", body)

    def refused(self, path: str, by: str = ADVISER, **body: Any) -> tuple[int, list[str]]:
        """Return the status, and the rules, by which legal refuses something."""
        try:
            self.desk.api(by).post("legal", f"/v1/cases/{self.id}/{path}", body)
        except ApiProblem as problem:
            return problem.status, [error["rule"] for error in problem.errors]
        raise AssertionError(f"{path} was not refused")

    def matter(self, kind: str, remedy: str | None = None, **more: Any) -> str:
        """Open and accept a matter, in which the second adviser stands in; return its address."""
        file = f"matter-files/{self.does('matter-files', type=kind, remedy=remedy, **more)}"
        self.does(f"{file}/opening", decision="accepted")
        self.does(f"{file}/members", member=self.office.deputy.member(ADVISER), part="deputy")
        return file

    def within(self, file: str, part: str) -> Any:
        """Return a part of a matter's file: its proceedings, hearings, protections, parties, or the file itself."""
        address = f"/v1/cases/{self.id}/{file}"
        if part == "file":
            return self.desk.api(ADVISER).get("legal", address).json()
        return self.desk.api(ADVISER).get("legal", f"{address}/{part}").json()[part]

    def tasks(self, role: str = ADVISER) -> dict[str, str | None]:
        """Return what waits in matters on somebody's list, by its kind, and its day: the first of several."""
        found = [(item["due_on"] or "", item["code"]) for item in self.listed(role) if item["what"] == "matter_task"]
        return {code: due_on or None for due_on, code in sorted(found, reverse=True)}

    def help_needed(self, role: str = WORKER) -> dict[str, str]:
        """Return what support has to arrange, and for which day."""
        return {item["code"]: item["due_on"] for item in self.listed(role) if item["what"] == "hearing_help"}

    def periods(self, role: str = ADVISER) -> dict[str, tuple[str, str | None]]:
        """Return the periods on somebody's list, each with its group and day."""
        items = [item for item in self.listed(role) if item["what"] == "period"]
        return {item["code"]: (item["group"], item["due_on"]) for item in items}

    def see_to(self, what: str, code: str | None = None) -> None:
        """Say of what stands on the adviser's list, and is over or new, that somebody has seen to it."""
        for item in self.listed(ADVISER):
            if item["what"] == what and code in (None, item["code"]):
                self.change("intake", f"due/{item['reference']}/acknowledgement", {}, ADVISER)

    def bites(self, remedy: str) -> list[tuple[str, str]]:
        """Return which conflicts of a remedy with another that is pursued are shown: the effect, and with which."""
        shown = self.desk.api(ADVISER).get("legal", f"/v1/cases/{self.id}/remedies").json()["remedies"]
        [conflicts] = [each["conflicts"] for each in shown if each["code"] == remedy]
        return [
            (each["effect"], each["second"] if each["first"] == remedy else each["first"])
            for each in conflicts
            if each["bites"]
        ]

    def steps(self, award: str, time: PassingTime, *steps: tuple[str, str, str | None]) -> list[str]:
        """Record what becomes of an award, each on its day; return the state after each."""
        [known] = [row for row in self.read("legal")["awards"] if row["id"] == award]
        states = []
        for day, kind, amount in steps:
            time.at(f"{day}T10:00:00Z")
            money = {} if amount is None else {"amount": amount, "currency": known["currency"]}
            self.does(f"awards/{award}/steps", kind=kind, **money)
            states += [row["state"] for row in self.read("legal")["awards"] if row["id"] == award]
        return states

    def what_apart_sees(self, service: str, case: str | None = None) -> str:
        """Return all that a service answers the adviser who is kept apart about a case, by default this one."""
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
        """Fail where an event of the case, of any service, has words, names, amounts, or fields of a matter."""
        events = self.events()
        assert events
        check_sealed(events, *more)


def check_sealed(events: Iterable[Any], *more: str) -> None:
    """Fail where one of these events says what stays in a matter's file; `more`: what this story keeps besides."""
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
