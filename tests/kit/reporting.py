"""Intake and partners, each with its databases, and the exchange of their events."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from deploy.cli import servers
from shared.exchange import eventlog
from tests.kit.client import Client
from tests.kit.harness import Harness, harness
from tests.kit.hearing import apply
from tests.kit.intake.cases import OPEN
from tests.kit.intake.referrals import CONSENT, DRAFT
from tests.kit.told_agencies import NOW, Told, ToldAgency

REFERRAL: dict[str, Any] = {
    "kind": "referral",
    "jurisdiction": "NL",
    "referred_because": "AdditionalServicesRequired",
    "service_types": ["legal_advice"],
    "urgent": False,
    "language": "ro",
    "age": "adult",
    "details_agreed": True,
}

#: The number of positions before the end of a stream that are searched.
_LATEST = 100


@dataclass
class Reporting:
    """Two services, a worker who leads cases at intake, and how far each service has processed the other's events."""

    intake: Harness
    told: Told
    worker: Client
    now: datetime = NOW
    heard: dict[str, int] = field(default_factory=dict)
    reporters: dict[str, Client] = field(default_factory=dict)

    def sign_in_again(self) -> None:
        """Sign in the worker again: a token expires after five minutes, and examples often take longer."""
        self.worker = self.intake.staff("caseworker", subject=self.worker.subject)

    def carry(self) -> None:
        """Transfer each service's events to the other until there are none left."""
        partners = self.told.partners
        while self._carried("partners", partners, self.intake) + self._carried("intake", self.intake, partners):
            pass

    def _carried(self, source: str, teller: Harness, hearer: Harness) -> int:
        with teller.database.transaction() as session:
            eventlog.begin_epoch_if_restored(session)
            eventlog.number(session)
        with teller.database.transaction() as session:
            events = eventlog.read(session, source, after=self.heard.get(source, 0), limit=200)
        for event in events:
            apply(hearer, [event])
            self.heard[source] = event.position
        if source == "intake":
            self.told.logs.recorded += events
            self.told.look_back()
        return len(events)

    def pass_days(self, days: int) -> None:
        """Advance both clocks."""
        self.now += timedelta(days=days)
        for service in (self.intake, self.told.partners):
            service.move_clock(self.now)

    def day(self, days: int = 0) -> str:
        """Return the date after so many days."""
        return (self.now + timedelta(days=days)).date().isoformat()

    def agency(self) -> ToldAgency:
        """Register an agency with a valid agreement at both services."""
        agency = self.told.agency()
        self.carry()
        return agency

    def case(self) -> str:
        """Open a case that the worker leads; return its id."""
        case = str(self.worker.told("POST", "/v1/cases", OPEN, 201)["id"])
        self.carry()
        return case

    def read(self, case: str) -> dict[str, Any]:
        """Return a case as its worker reads it."""
        return self.worker.told("GET", f"/v1/cases/{case}")

    def change(self, path: str, body: Any, status: int = 200, *, read: str | None = None) -> dict[str, Any]:
        """Let the worker change the current version of a resource.

        `read`: the resource with the version; by default the case in `path`.
        """
        at = read or "/".join(path.split("/")[:4])
        version = self.worker.ask("GET", at).headers["ETag"]
        return self.worker.told("POST", path, body, status, If_Match=version)

    def reporter(self, agency: ToldAgency) -> Client:
        """Return a client that uses an agency's reporting key."""
        if agency.id not in self.reporters:
            partners = self.told.partners
            asked = {"purpose": "production", "scopes": ["reporting"]}
            text = self.told.operator.told("POST", f"/v1/agencies/{agency.id}/keys", asked, 201)["key"]
            kind = partners.service_class
            self.reporters[agency.id] = Client(partners.door, token=text, service=kind, registered=False)
        return self.reporters[agency.id]

    def report(self, agency: ToldAgency, status: int = 201, **fields: Any) -> dict[str, Any]:
        """Send a report, with a new id by default."""
        body = {"id": str(uuid4()), **fields}
        return self.reporter(agency).told("POST", "/v1/agency/reports", body, status)

    def stands(self, agency: ToldAgency, report: dict[str, Any]) -> dict[str, Any]:
        """Return the state of a report after all events were transferred."""
        self.carry()
        return self.reporter(agency).told("GET", f"/v1/agency/reports/{report['id']}")

    def consent(self, case: str, agency: ToldAgency) -> None:
        """Record the person's consent for an agency."""
        asked = {"agency": agency.id, "data_categories": ["contact_safe"], "expires_on": self.day(180)}
        self.worker.told("POST", f"/v1/cases/{case}/consents", {**CONSENT, **asked}, 201)
        self.carry()

    def referred(self, agency: ToldAgency, case: str) -> tuple[str, str]:
        """Refer a person to an agency, under consent; return the referral's id, and the agency's reference for it."""
        self.consent(case, agency)
        draft = {**DRAFT, "agency": agency.id, "data_categories": ["contact_safe"], "reply_by": self.day(18)}
        referral = str(self.worker.told("POST", f"/v1/cases/{case}/referrals", draft, 201)["id"])
        self.change(f"/v1/cases/{case}/referrals/{referral}/steps", {"step": "send"})
        self.carry()
        return referral, str(self.last(agency, "referral.sent")["data"]["referral"])

    def withdraw(self, case: str) -> None:
        """Withdraw the person's consents."""
        for consent in self.read(case)["consents"]:
            self.change(f"/v1/cases/{case}/consents/{consent['id']}/withdrawal", {"erase_requested": False})
        self.carry()

    def erase_under_hold(self, case: str, officer: Client) -> str:
        """Order the erasure of a case under a legal hold, as an officer; return the hold's id."""
        hold = {"basis": "civil_proceedings", "until": self.day(90)}
        placed = officer.told("POST", f"/v1/cases/{case}/legal-holds", hold, 201)["id"]
        requests = f"/v1/cases/{case}/erasure-requests"
        one = f"{requests}/{self.worker.told('POST', requests, {}, 201)['id']}"
        self.change(f"{one}/checks", {"checked": "coercion"}, read=requests)
        self.change(f"{one}/checks", {"checked": "third_party"}, read=requests)
        version = officer.ask("GET", requests).headers["ETag"]
        officer.told("POST", f"{one}/decision", {"decision": "order"}, If_Match=version)
        self.carry()
        return str(placed)

    @staticmethod
    def last(agency: ToldAgency, name: str) -> dict[str, Any]:
        """Return the last event with a name in an agency's stream, which must be close to its end."""
        head = int(agency.ask("/v1/feed", limit=1).headers["Casepath-Head"])
        latest = agency.feed(after=max(0, head - _LATEST))
        return next(event for event in reversed(latest) if f".{name}.v" in event["type"])

    def state(self, case: str, referral: str) -> str:
        """Return the state of a referral."""
        return next(str(each["state"]) for each in self.read(case)["referrals"] if each["id"] == referral)

    def offer(self) -> str:
        """Return the address of the most recent referral that was offered."""
        offers = self.worker.told("GET", "/v1/offered-referrals")["offers"]
        latest = max(offers, key=lambda offer: str(offer["offered_at"]))
        return f"/v1/offered-referrals/{latest['id']}"


@contextmanager
def reporting(postgres: servers.PostgresServer) -> Iterator[Reporting]:
    """Set up both services."""
    with harness("intake", postgres) as intake, harness("partners", postgres) as partners:
        intake.move_clock(NOW)
        yield Reporting(intake, Told(partners), intake.staff("caseworker"))
