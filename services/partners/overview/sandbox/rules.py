"""The case of a fictitious person, as an agency with every consent would receive it. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Final
from uuid import UUID

from shared.access.permissions import Need
from shared.casework.refusals import StepForbidden

ACCESS: Final[Mapping[str, Mapping[str, Need]]] = {
    "sandbox.make": {"operator": Need.ANY},
    "sandbox.play": dict.fromkeys(("operator", "agency_administrator"), Need.ANY),
}
NAME: Final = "Sandbox (fictitious)"


@dataclass(frozen=True)
class Fictitious:
    """An event about a fictitious person."""

    source: str
    name: str
    version: int
    data: Mapping[str, object]


def path_of_nobody(agency: UUID, today: date, ids: Iterator[UUID]) -> Iterator[Fictitious]:
    """Iterate over the events of a fictitious case that ends today: contact, consent, referral, advice, help."""
    consent, referral, step, service, clock = map(str, islice(ids, 5))
    day = today.isoformat()
    yield Fictitious("intake", "contact.opened", 1, _opened(day))
    yield Fictitious("intake", "consent.granted", 2, _consented(consent, agency, today))
    yield Fictitious("intake", "referral.sent", 2, _referred(referral, agency, today))
    yield Fictitious("intake", "referral.received", 1, {"referral": referral})
    yield Fictitious("intake", "referral.accepted", 1, {"referral": referral, "conditions": []})
    advice = {"phase": "before_entry_decision", "status": "given", "given_on": day}
    yield Fictitious("legal", "advice.recorded", 2, advice)
    yield Fictitious("support", "service.delivered", 1, _served(service, day))
    yield Fictitious("intake", "identification.submitted", 1, _submitted(step, day))
    yield Fictitious("intake", "clock.started", 1, _running(clock, step, today))


def _opened(day: str) -> dict[str, object]:
    contact = {"jurisdiction": "NL", "source": "community_or_peer", "channel": "outreach_event", "language": "en"}
    return {**contact, "anonymous": True, "age": "adult", "opened_on": day, "urgent_needs": ["medical"]}


def _consented(consent: str, agency: UUID, today: date) -> dict[str, object]:
    about = {"purposes": ["referral_for_support"], "data_categories": ["account", "contact_safe"]}
    days = {"granted_on": today.isoformat(), "expires_on": (today + timedelta(days=180)).isoformat()}
    return {"consent": consent, "agency": str(agency), "language": "en", **about, **days}


def _referred(referral: str, agency: UUID, today: date) -> dict[str, object]:
    what = {"purpose": "referral_for_support", "service_types": ["counselling"], "data_categories": ["contact_safe"]}
    reply_by = (today + timedelta(days=2)).isoformat()
    return {"referral": referral, "agency": str(agency), **what, "urgent": False, "reply_by": reply_by}


def _served(service: str, day: str) -> dict[str, object]:
    what = {"service": service, "service_type": "counselling", "urgent": False}
    return {**what, "delivered_on": day, "met_urgent_need": False}


def _submitted(step: str, day: str) -> dict[str, object]:
    where = {"step": step, "jurisdiction": "NL", "stage": "signal", "authority": "NL.POLICE"}
    return {**where, "occurred_on": day, "received_on": day, "made_elsewhere": False}


def _running(clock: str, step: str, today: date) -> dict[str, object]:
    due = (today + timedelta(days=92)).isoformat()
    what = {"clock": clock, "code": "NL.REFLECTION_MAX", "kind": "maximum", "jurisdiction": "NL", "because": [step]}
    rule = {"rule_version": "fictitious", "verify": True, "late_filing_possible": False}
    return {**what, "began_on": today.isoformat(), "due_on": due, **rule}


def check_is_one(*, is_sandbox: bool) -> None:
    """Raise `StepForbidden` for an agency that receives events about real people."""
    if not is_sandbox:
        raise StepForbidden(
            "is_sandbox",
            "This agency receives data about real people, and fictitious people are only for a sandbox. Use a "
            "sandbox agency.",
        )
