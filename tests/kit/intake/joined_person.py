"""A person with several cases at intake, each led by another agency, and the merge of these cases."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from shared.http import RequestPipeline
from shared.store.database import Database
from tests.kit.agencies import registered, works_for
from tests.kit.client import Client, told
from tests.kit.intake.cases import done, opened
from tests.kit.intake.merges import joined
from tests.kit.intake.referrals import TODAY, consented
from tests.kit.intake.standing import join

#: The parts of a case that a merge itself changes: its version, its merges, and its actions.
OF_THE_MERGE: Final = ("version", "etags", "merges", "alias_of", "actions")
BEFORE: Final = (TODAY - timedelta(days=1)).isoformat()
OPENED_ON: Final = (datetime.now(UTC).date() - timedelta(days=9)).isoformat()


@dataclass
class Person:
    """A person with two or three cases, each led by another agency, and the members of their teams."""

    door: RequestPipeline
    database: Database
    agencies: list[str] = field(default_factory=list)
    cases: list[str] = field(default_factory=list)
    leads: list[Client] = field(default_factory=list)
    merges: list[str] = field(default_factory=list)

    @classmethod
    def with_cases(cls, door: RequestPipeline, database: Database, led_by: list[int]) -> "Person":
        person = cls(door, database, [registered(database) for _ in range(4)])
        for agency in led_by:
            lead = person.staff(agency)
            person.cases.append(opened(lead, jurisdiction="GB-EAW", opened_on=OPENED_ON))
            person.leads.append(lead)
        # A staff member on all teams. There is no consent for this person's agency.
        joiner = person.staff(3)
        for case, lead in zip(person.cases, person.leads, strict=True):
            told(join(lead, case, joiner, "caseworker"), 201)
        person.leads.append(joiner)
        return person

    @property
    def joiner(self) -> Client:
        return self.leads[-1]

    def staff(self, agency: int, *roles: str) -> Client:
        """Return a staff member of an agency, by default a caseworker."""
        member = Client(self.door, *(roles or ("caseworker",)))
        works_for(self.database, member.subject, self.agencies[agency], *member.roles)
        return member

    def agrees(self, case: int, agency: int, categories: list[str]) -> str:
        said = {"agency": self.agencies[agency], "data_categories": categories, "granted_on": BEFORE}
        return consented(self.leads[case], self.cases[case], **said)

    def step(self, case: int, step: dict[str, Any]) -> None:
        told(self.leads[case].ask("POST", f"/v1/cases/{self.cases[case]}/identification", step), 201)

    def merge(self, kept: int, alias: int) -> None:
        self.merges.append(str(joined(self.joiner, self.cases[kept], self.cases[alias])["id"]))

    def part(self) -> None:
        for merge in self.merges:
            done(self.joiner, self.cases[0], f"merges/{merge}", None, 204, "DELETE")

    def read(self, reader: Client, case: int) -> dict[str, Any]:
        """Return everything that a reader sees of a case, except the parts that the merge itself changes."""
        path = f"/v1/cases/{self.cases[case]}"
        whole, facts = told(reader.ask("GET", path)), told(reader.ask("GET", f"{path}/facts"))
        lines = told(reader.ask("GET", "/v1/work-list"))["cases"]
        line = next((line for line in lines if line["case"] == self.cases[case]), {})
        shown = {"case": whole, "facts": facts["facts"], "line": line}
        return {part: _without(said) for part, said in shown.items()}

    def own(self, case: int) -> dict[str, set[str]]:
        """Return the ids of the facts and periods of a case that its own lead sees."""
        whole = told(self.leads[case].ask("GET", f"/v1/cases/{self.cases[case]}"))
        return {part: {each["id"] for each in whole[part]} for part in ("facts", "clocks")}


def _without(said: Any) -> Any:
    return {name: part for name, part in said.items() if name not in OF_THE_MERGE} if isinstance(said, dict) else said
