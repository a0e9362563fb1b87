"""Fills running services with fictitious people: teams, cases, agencies with streams, an erasure, a withdrawal."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

from deploy.cli.api import Api, ApiProblem, Targets
from deploy.cli.journey.desk import Desk
from shared.reference import codes
from tests.kit.passing_time import PassingTime
from tests.kit.receivers import Receiver
from tests.kit.waiting import wait_until
from tests.migrations.asking import ROLES, Asking
from tests.migrations.bodies import bodies

LAWS: Final = ("NL", "GB-EAW", "RO")
TEAM: Final = ("legal_adviser", "counsellor", "support_worker")
_SECONDS: Final = 60
_OFFICER: Final = "data_protection_officer"


@dataclass
class Agency:
    """An agency that reads its stream with a key."""

    id: str
    key: str
    webhook: str


@dataclass
class Filling:
    """The data of an installation; `receiver` receives the agencies' webhooks, and fails."""

    targets: Targets
    receiver: Receiver

    def __post_init__(self) -> None:
        """Retry requests: a service may have to process another one's event first."""
        self.time = PassingTime(self.targets, _SECONDS)
        self.operator = self.time.operator
        self.desk = self._hire()

    def _hire(self) -> Desk:
        desk = Desk(self.targets, members={role: str(uuid4()) for role in ROLES if role != "operator"}, patience=20)
        for role in desk.members:
            desk.member(role)
        supervision = {"supervisor": desk.members["supervisor"], "member": desk.members["caseworker"]}
        self.operator.post("intake", "/v1/supervisions", supervision)
        signs_in = {"issuer": "https://id.example", "subject": f"fictitious-{uuid4()}"}
        staff = {"id": str(uuid4()), "agency": desk.agency, "roles": ["caseworker"], "sign_ins": [signs_in]}
        told = {"name": "Fictitious Signing In", "address": "fictitious@example.org"}
        self.operator.post("intake", "/v1/staff", {**staff, **told})
        return desk

    def open_case(self, law: str) -> str:
        """Open a case under a law; the team joins it."""
        opening = {"source": "self", "channel": "chat", "language": "ro", "anonymous": False, "age": "adult"}
        case = self.desk.create(
            "caseworker", "intake", "/v1/cases", {**opening, "jurisdiction": law, "urgent_needs": ["medical"]}
        )
        for role in TEAM:
            self._of_case(case, "team", {"member": self.desk.members[role], "role": role})
        self.time.settle()
        return case

    def _of_case(self, case: str, path: str, body: dict[str, Any], role: str = "caseworker") -> str:
        return self.desk.create(role, "intake", f"/v1/cases/{case}/{path}", body)

    def agency(self, country: str) -> Agency:
        """Register an agency with agreements on everything, all subscriptions, a webhook and a queue."""
        entry = {"name": "Fictitious Shelter", "type": "NGO", "country": country, "services": ["counselling"]}
        which = str(self.operator.post("partners", "/v1/agencies", entry).json()["id"])
        path = f"/v1/agencies/{which}"
        contact = {"contact": "fictitious@example.org"}
        etag = self.operator.get("partners", path).headers["ETag"]
        self.operator.patch("partners", path, contact, if_match=etag)
        today = dt.datetime.now(dt.UTC).date()
        agreed = {
            **{name: sorted(codes(of)) for name, of in _AGREED_ON.items()},
            "first_day": str(today - dt.timedelta(days=400)),
            "last_day": str(today + dt.timedelta(days=330)),
            "reference": "Fictitious binder 7",
        }
        agreement = self.operator.post("partners", f"{path}/agreements", agreed).json()["id"]
        self.time.settle()
        officer, address = self.desk.api(_OFFICER), f"{path}/agreements/{agreement}"
        officer.post("partners", f"{address}/confirmation", if_match=officer.get("partners", address).headers["ETag"])
        self.operator.put("partners", f"{path}/subscription", {}, if_match="*")
        asked = {"purpose": "production", "scopes": ["reading"]}
        key = str(self.operator.post("partners", f"{path}/keys", asked).json()["key"]).removeprefix("cpk_")
        webhook = self.operator.post("partners", f"{path}/webhooks", {"url": self.receiver.url}).json()["id"]
        self.operator.post("partners", f"{path}/webhooks/{webhook}/rotation", {"overlap_hours": 24})
        self.operator.post("partners", f"{path}/broker-queue")
        self.time.settle()
        return Agency(which, key, str(webhook))

    def agree(self, case: str, agency: Agency) -> str:
        """Record the person's consent that an agency may receive everything; return its id."""
        ends = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=300)
        checklist = sorted(codes("consent_checklist"))
        consent = {
            "agency": agency.id,
            "language": "ro",
            "checklist": checklist,
            "expires_on": str(ends),
            "purposes": sorted(codes("consent_purpose")),
            "data_categories": sorted(codes("data_category")),
        }
        return self._of_case(case, "consents", consent)

    def ask_every_route(self, case: str, law: str, agencies: Iterable[Agency]) -> Asking:
        """Call every route of a case with the example of its document."""
        asking = Asking(self.targets, self.desk, case, dt.datetime.now(dt.UTC).date())
        asking.know("agencies", *(agency.id for agency in agencies))
        asking.ask_all(bodies(law))
        self.time.settle()
        return asking

    def exclude(self, case: str, agency: Agency) -> None:
        """Record that the person excludes an agency and an acquaintance from the case."""
        self._of_case(case, "exclusions", {"kind": "agency", "agency": agency.id})
        self._of_case(case, "exclusions", {"kind": "acquaintance", "note": "Fictitious cousin"})

    def merge(self, case: str, other: str) -> None:
        """Record that two cases are one person's."""
        self._of_case(case, "merges", {"case": other})
        self.time.settle()

    def record_fact(self, case: str) -> None:
        """Record a fact, about which every service receives an event."""
        self._of_case(case, "facts", {"kind": "voucher_given", "happened": str(dt.datetime.now(dt.UTC).date())})

    def is_published(self, service: str) -> bool:
        """Return whether the broker has received a service's complete log."""
        state = self.operator.get(service, "/v1/exchange").json()
        return bool(state["published"] == state["head"])

    def withdraw(self, case: str, consent: str) -> None:
        """Withdraw a consent."""
        self._change(case, f"consents/{consent}/withdrawal", {"erase_requested": True}, "caseworker")
        self.time.settle()

    def ask_for_erasure(self, case: str) -> str:
        """Record a request for erasure, which restricts the case; return the address of the request."""
        return f"erasure-requests/{self._of_case(case, 'erasure-requests', {})}"

    def erase(self, case: str) -> None:
        """Erase a person, and wait until every service has confirmed it."""
        path = self.ask_for_erasure(case)
        self._change(case, f"{path}/checks", {"checked": "coercion"}, "caseworker")
        self._change(case, f"{path}/checks", {"checked": "third_party"}, _OFFICER)
        self._change(case, f"{path}/decision", {"decision": "order"}, _OFFICER)
        address = f"/v1/erasures/{path.rpartition('/')[2]}"
        officer = self.desk.api(_OFFICER)
        wait_until(lambda: officer.get("intake", address).json()["state"] == "complete", "it is erased", _SECONDS)

    def _change(self, case: str, path: str, body: dict[str, Any], role: str) -> None:
        api, address = self.desk.api(role), f"/v1/cases/{case}"
        seen = "/erasure-requests" if path.startswith("erasure") else ""

        def sent() -> bool:
            try:
                etag = self._etag(api, f"{address}{seen}")
                api.post("intake", f"{address}/{path}", body, if_match=etag)
            except ApiProblem as problem:
                if problem.status != 412:
                    raise
                return False
            return True

        wait_until(sent, "nobody else changes the case meanwhile", _SECONDS)

    def _etag(self, api: Api, address: str) -> str:
        return str(api.get("intake", address).headers["ETag"])


_AGREED_ON: Final = {
    "purposes": "consent_purpose",
    "data_categories": "data_category",
    "jurisdictions": "jurisdiction",
}
