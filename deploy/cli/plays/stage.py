"""The staff of a training installation, and the steps of a fictitious case that plays consist of."""

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import requests

from deploy.cli.api import Targets
from deploy.cli.journey.desk import PASSING, ROLES, Desk, NeverArrived
from deploy.cli.replies import CaseView
from shared.reference import codes

OFFICER: Final = "data_protection_officer"
#: What the person consents to in every play. A sandbox's agreement contains it.
PURPOSE: Final = "referral_for_support"
CATEGORIES: Final = ("account", "contact_safe")
_CONSENT_DAYS: Final = 180
_REPLY_DAYS: Final = 7
#: A stream has arrived when so many readings show the same end.
_READINGS: Final = 15
_MOST_READINGS: Final = 400


def staff(targets: Targets) -> Desk:
    """Return fictitious staff who work on one case, with a data protection officer."""
    members = {role: str(uuid.uuid4()) for role in (*ROLES, OFFICER)}
    # A service refuses an agency or a member of staff whose registration has not arrived yet.
    return Desk(targets, members=members, passing=(*PASSING, requests.codes.unprocessable_entity))


@dataclass
class Stage:
    """A case of a fictitious person, played for one agency."""

    desk: Desk
    agency: str
    today: dt.date
    case: str = ""

    def open_case(self, jurisdiction: str = "NL") -> None:
        """Open a case with a support worker in its team."""
        body = {
            "jurisdiction": jurisdiction,
            "source": "community_or_peer",
            "channel": "outreach_event",
            "language": "en",
            "anonymous": False,
            "age": "adult",
            "urgent_needs": [],
        }
        self.desk.member("caseworker")
        self.case = self.desk.create("caseworker", "intake", "/v1/cases", body)
        self.intake("team", {"member": self.desk.member("support_worker"), "role": "support_worker"})

    def consent(self) -> str:
        """Record the person's consent for the agency; return its id."""
        return self.intake(
            "consents",
            {
                "agency": self.agency,
                "purposes": [PURPOSE],
                "data_categories": list(CATEGORIES),
                "language": "en",
                "checklist": list(codes("consent_checklist").values),
                "expires_on": self._day(_CONSENT_DAYS),
            },
        )

    def refer(self) -> str:
        """Refer the person to the agency; return the referral's id."""
        draft = {
            "agency": self.agency,
            "purpose": PURPOSE,
            "service_types": ["counselling"],
            "data_categories": ["contact_safe"],
            "reply_by": self._day(_REPLY_DAYS),
        }
        referral = self.intake("referrals", draft)
        self.change(f"referrals/{referral}/steps", {"step": "send"}, _is_at(referral, "sent"))
        return referral

    def help(self) -> str:
        """Record a service that was delivered to the person; return its id."""
        body = {"service_type": "counselling", "urgent": False}
        return self.desk.create("support_worker", "support", f"/v1/cases/{self.case}/services", body)

    def withdraw(self, consent: str) -> None:
        """Withdraw a consent, and ask for deletion."""

        def is_withdrawn(case: CaseView) -> bool:
            return any(each["id"] == consent and each["withdrawn_on"] is not None for each in case["consents"])

        self.change(f"consents/{consent}/withdrawal", {"erase_requested": True}, is_withdrawn)

    def revoke(self, referral: str) -> None:
        """Revoke a referral as its sender."""
        self.change(f"referrals/{referral}/steps", {"step": "revoke"}, _is_at(referral, "revoked"))

    def exclude(self) -> None:
        """Exclude the agency from the case, as the person wishes."""
        self.intake("exclusions", {"kind": "agency", "agency": self.agency})

    def correct_help(self, service: str, **different: object) -> None:
        """Correct a service that was recorded wrongly."""
        path = f"/v1/cases/{self.case}/services/{service}/correction"
        self.desk.create("support_worker", "support", path, {"reason": "wrong_code", **different})

    def erase(self) -> None:
        """Erase the case: the person asks, the caseworker checks, and a data protection officer orders it."""
        requests_ = f"/v1/cases/{self.case}/erasure-requests"
        erasure = f"{requests_}/{self.intake('erasure-requests', {})}"
        for checked in ("coercion", "third_party"):
            self._decide("caseworker", requests_, f"{erasure}/checks", {"checked": checked})
        self.desk.member(OFFICER)
        self._decide(OFFICER, requests_, f"{erasure}/decision", {"decision": "order"})

    def _decide(self, role: str, read: str, path: str, body: Mapping[str, object]) -> None:
        api = self.desk.api(role)
        etag = self.desk.insist(lambda: api.get("intake", read)).headers.get("ETag")
        self.desk.insist(lambda: api.post("intake", path, body, if_match=etag))

    def arrive(self) -> None:
        """Wait until the agency's stream has what happened so far. Its end stays the same then."""
        ends: list[int] = []
        while len(ends) < _READINGS or len(set(ends[-_READINGS:])) > 1:
            reply = self.desk.insist(
                lambda: self.desk.api("operator").get("partners", "/v1/reception", agency=self.agency)
            )
            ends.append(int(reply.json()["agencies"][0]["position"]))
            if len(ends) > _MOST_READINGS:
                raise NeverArrived("The agency's stream does not come to an end.", next_step="./casepath status")
            self.desk.pause()

    def intake(self, path: str, body: Mapping[str, object]) -> str:
        """Record something about the case at intake, as its caseworker; return its id."""
        return self.desk.create("caseworker", "intake", f"/v1/cases/{self.case}/{path}", body)

    def change(self, path: str, body: Mapping[str, object], done: Callable[[CaseView], bool]) -> None:
        """Change the case at intake, as its caseworker. `done` reads whether the change is there already."""
        self.desk.change("caseworker", "intake", self.case, f"/v1/cases/{self.case}/{path}", body, done)

    def _day(self, days: int) -> str:
        return (self.today + dt.timedelta(days=days)).isoformat()


def _is_at(referral: str, state: str) -> Callable[[CaseView], bool]:
    return lambda case: any(each["id"] == referral and each["state"] == state for each in case["referrals"])
