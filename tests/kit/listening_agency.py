"""An agency of a running installation, with an agreement and a reading key, and the events that it receives."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import uuid4

import requests

from deploy.cli.api import Api, Targets
from deploy.cli.journey.desk import Desk
from shared.reference import codes
from tests.kit.passing_time import PassingTime
from tests.kit.waiting import PATIENCE

OFFICER: Final = "data_protection_officer"
#: Events about no person. The agency's own registration is among them if it reached the stream after the agreement.
_OF_NOBODY: Final = ("org.casepath.partners.agreement.", "org.casepath.partners.agency.")
#: The last day of its agreement, and of consents for it.
_LASTING: Final = timedelta(days=300)
#: The seconds within which partners has compared the newest events with their sources.
_COMPARED_WITHIN: Final = 3


@dataclass
class ListeningAgency:
    """An agency that has agreed on purposes, and has subscribed to every event that its agreement allows."""

    targets: Targets
    id: str
    key: str
    purposes: Sequence[str]
    heard_up_to: int = field(default=0)

    @classmethod
    def agreed_with(
        cls,
        targets: Targets,
        entry: dict[str, str],
        purposes: Sequence[str],
        data_categories: Sequence[str],
        scopes: Sequence[str] = ("reading",),
    ) -> "ListeningAgency":
        """Register the agency, record its agreement, and subscribe."""
        operator, officer = Api(targets, roles=["operator"]), Desk(targets, members={OFFICER: str(uuid4())})
        agency = str(operator.post("partners", "/v1/agencies", entry).json()["id"])
        path, today = f"/v1/agencies/{agency}", datetime.now(UTC).date()
        agreement = {
            "purposes": purposes,
            "data_categories": data_categories,
            "jurisdictions": sorted(codes("jurisdiction")),
            "first_day": str(today),
            "last_day": str(today + _LASTING),
            "reference": "Fictitious binder 7",
        }
        made = f"{path}/agreements/{operator.post('partners', f'{path}/agreements', agreement).json()['id']}"
        officer.member(OFFICER)
        PassingTime(targets).settle()
        etag = officer.api(OFFICER).get("partners", made).headers["ETag"]
        officer.api(OFFICER).post("partners", f"{made}/confirmation", if_match=etag)
        operator.request("PUT", "partners", f"{path}/subscription", body={}, headers={"If-Match": "*"})
        asked = {"purpose": "production", "scopes": list(scopes)}
        key = str(operator.post("partners", f"{path}/keys", asked).json()["key"])
        return cls(targets, agency, key, purposes)

    def consent(self, *categories: str) -> dict[str, Any]:
        """Return a consent for the agency. Partners uses the machine's time, the other services use the story's."""
        return {
            "agency": self.id,
            "purposes": list(self.purposes),
            "data_categories": list(categories),
            "language": "en",
            "checklist": list(codes("consent_checklist").values),
            "expires_on": str(datetime.now(UTC).date() + _LASTING),
        }

    def answers_withdrawal(self, consent: str, answer: str) -> None:
        """Report how it handled the data of a withdrawn consent. Its key needs the scope `reporting`."""
        report = {"id": str(uuid4()), "kind": "withdrawal_answer", "about": consent, "answer": answer}
        url = f"{self.targets.urls['partners'].rstrip('/')}/v1/agency/reports"
        headers = {"Authorization": f"Bearer {self.key}", "Idempotency-Key": report["id"]}
        sent = requests.post(url, json=report, headers=headers, timeout=PATIENCE)
        assert sent.ok, sent.text

    def hears(self) -> list[Any]:
        """Return the events about persons that the agency has received since the last call."""
        reader = Api(self.targets, token=self.key, patience=PATIENCE)
        heard: list[Any] = []
        while True:
            # With retries: the feed answers 503 while partners has not caught up, and tells its clients to retry. It
            # ends before an event that partners still compares with its source, and waits a moment for it.
            asked = {"after": self.heard_up_to, "limit": 200, "wait": _COMPARED_WITHIN}
            events: list[Any] = reader.get("partners", "/v1/feed", **asked).json()
            if not events:
                return [event for event in heard if not event["type"].startswith(_OF_NOBODY)]
            heard += events
            self.heard_up_to = int(events[-1]["sequence"])
