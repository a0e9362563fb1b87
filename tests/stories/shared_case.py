"""A case with five agencies, values of every possible data category, and the data that each agency sees."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from deploy.cli.installation import Installation
from deploy.cli.journey.desk import Desk
from services.registry import parts_of
from shared.access.declarations import declaration_of
from shared.access.permissions import OF_THE_LEAD, FieldVisibility, Relation
from shared.access.tokens import STAFF, Principal
from shared.access.views import categorised
from shared.store.database import Database, engine_for
from tests.kit import agencies
from tests.stories import mapping, seeing
from tests.stories.entries import SECOND
from tests.stories.playing import LEAD, Player
from tests.stories.stories import ONLY, Story

#: The day of all records, and the last days of the grounds.
BEGAN: Final = date(2026, 3, 2)
SHELTERED_UNTIL, DANGER_UNTIL = BEGAN + timedelta(days=30), BEGAN + timedelta(days=60)
#: The kind of agency -> the role of its reader.
READS_AS: Final[Mapping[str, str]] = {
    "union": "caseworker",
    "shelter": "support_worker",
    "lawyer": "legal_adviser",
    "police": "caseworker",
}
#: The consents of each agency. The role also limits the view: a lawyer sees no health data, at any service.
CONSENTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "union": {"purposes": ["referral_for_support"], "data_categories": ["identity", "health", "children"]},
    "shelter": {
        "purposes": ["accommodation_placement"],
        "data_categories": ["identity", "contact_safe", "location", "psychological_scores"],
        "expires_on": SHELTERED_UNTIL.isoformat(),
    },
    "lawyer": {
        "purposes": ["legal_representation", "compensation_claim"],
        "data_categories": ["contact_safe", "account", "health", "immigration", "finances"],
    },
}
DANGER: Final[Mapping[str, Any]] = {
    "purpose": "police_investigation",
    "data_categories": ["identity", "account", "third_parties"],
    "reason": "serious_crime_prevention",
    "until": DANGER_UNTIL.isoformat(),
}
#: The correction of the lawyer's consent.
FEWER: Final[Mapping[str, Any]] = {"reason": "wrong_code", "data_categories": ["contact_safe", "account"]}
#: Opens no case: no agency works with the person for this purpose.
FIGURES: Final[Mapping[str, Any]] = {"purposes": ["research_statistics"], "data_categories": ["location", "finances"]}
#: The domains of an assessment, which need sharing one by one in addition to a consent.
SHARED_ONE_BY_ONE: Final = frozenset(("psychological_scores",))
_IDENTITY, _IMMIGRATION = frozenset(("identity",)), frozenset(("immigration",))
_EXPLAINED: Final[Mapping[str, Any]] = {
    "language": "en",
    "checklist": ["agrees_interview", "told_purpose", "told_uses", "told_research_use", "told_withdrawal"],
    "expires_on": "2027-12-31",
    "granted_on": BEGAN.isoformat(),
}


@dataclass(frozen=True)
class Law:
    """Differences by jurisdiction: a step of the official path, and the categories without a value, by service.

    One jurisdiction asks where another state examines a claim, and another asks whether the person is a foreigner.
    """

    zone: str
    remedy: str
    currency: str
    referred_to: str
    step: Mapping[str, Any]
    unrecorded: Mapping[str, frozenset[str]]


LAWS: Final[Mapping[str, Law]] = {
    "GB-EAW": Law(
        "Europe/London",
        "GB.CICA",
        "GBP",
        "GB.SCA",
        {"stage": "referred", "authority": "GB.SCA"},
        {"intake": _IMMIGRATION, "legal": _IMMIGRATION | _IDENTITY},
    ),
    "NL": Law(
        "Europe/Amsterdam",
        "NL.SCHADEFONDS",
        "EUR",
        "NL.COMENSHA",
        {"stage": "reflection_accepted", "authority": "NL.POLICE", "dublin": "yes"},
        {"legal": _IDENTITY},
    ),
    "RO": Law(
        "Europe/Bucharest",
        "RO.STATE_COMP",
        "RON",
        "RO.ANITP",
        {"stage": "presumed", "outcome": "positive", "authority": "RO.ANITP", "foreigner": "yes"},
        {"intake": _IMMIGRATION, "legal": _IMMIGRATION},
    ),
}


PERSON: Final[Mapping[str, Any]] = {
    "names": [{"kind": "family", "name": "Fictitious"}],
    "birth": {"date": "1999-07-01"},
    "gender": "Feminine",
    "nationalities": ["VN"],
    "contact": {"phone": "fictitious", "email": "fictitious", "address": "fictitious"},
}
SAFE: Final[Mapping[str, Any]] = {"channels": ["sms"], "if_another_answers": "say_wrong_number"}
DETECTED: Final[Mapping[str, Any]] = {
    "indicators": ["abuse_of_vulnerability"],
    "exploitation_types": ["ForcedLabour"],
    "means_of_control": ["unknown"],
    "detector": "ngo",
    "last_incident_on": "2026-01",
}
REFERRED: Final[Mapping[str, Any]] = {
    "purpose": "referral_for_support",
    "service_types": ["accommodation_emergency"],
    "data_categories": ["identity"],
}
PACKAGE: Final[Mapping[str, Any]] = {
    "language": "vi",
    "risk": "Fictitious",
    "exclusions": "Fictitious",
    "dependants": "Fictitious",
    "urgent_health": "Fictitious",
    "told": "Fictitious",
    "out_of_hours": "Fictitious",
}
OFFENDER: Final[Mapping[str, Any]] = {"offender": "known"}
ASSESSED: Final[Mapping[str, Any]] = {"type": "initial", "domains": {"immediate_safety": {"need": 4, "risk": 3}}}
SERVED: Final[Mapping[str, Any]] = {"service_type": "accommodation_emergency", "urgent": False}
PLACED: Final[Mapping[str, Any]] = {"accommodation_type": "safe_house"}
CHILD: Final[Mapping[str, Any]] = {"relation": "child", "age": "5_11", "whereabouts": "with_person", "care": "person"}
PLANNED: Final[Mapping[str, Any]] = {"goal_types": ["Health"], "person_has_copy": True}


@dataclass
class Shared:
    """One case with five agencies, and the data that each agency that does not lead it can receive now."""

    player: Player
    may: dict[str, set[str]] = field(default_factory=lambda: {name: set() for name in READS_AS})
    consents: dict[str, str] = field(default_factory=dict)
    desks: dict[str, Desk] = field(default_factory=dict)
    referral: str = ""
    assessment: str = ""

    def of_role(self, service: str, role: str) -> set[str]:
        """Return the data categories with values that a role on the team sees."""
        return _of_role(service, role) - LAWS[self.player.story.jurisdiction].unrecorded.get(service, frozenset())

    def agency(self, name: str) -> str:
        """Return the id of an agency in the register."""
        return self.desks[name].agency

    def agree(self, name: str, said: Mapping[str, Any]) -> str:
        """Record a consent."""
        body = {**_EXPLAINED, **said, "agency": self.agency(name)}
        return self.player.post(LEAD, "intake", ONLY, "consents", body)

    def tables(self) -> dict[str, dict[str, set[str]]]:
        """Return the data categories that each reader sees, by service."""
        parts = seeing.parts_in(self.player.read_whole(ONLY))
        return {
            name: seeing.Reader(self.desks[name], role).shown(self.player.cases[ONLY], parts, {self.agency(name)})
            for name, role in READS_AS.items()
        }

    def expected(self) -> dict[str, dict[str, set[str]]]:
        """Return the expected data categories of each reader: those that the agency can receive and the role sees."""
        return {
            name: {service: self.of_role(service, role) & self.may[name] for service in seeing.SERVICES}
            for name, role in READS_AS.items()
        }


def _of_role(service: str, role: str) -> set[str]:
    """Return the data categories of all fields that a member of the team sees in a role, by the fields' classes."""
    visibility: FieldVisibility = parts_of(service)[0].cases.visibility
    classes = visibility.seen(Principal(str(uuid4()), frozenset((role,)), STAFF), Relation.TEAM)
    return {
        category
        for _address, view in seeing.addresses(service, role)
        for _path, shown, category in categorised(view)
        if category not in (None, OF_THE_LEAD) and declaration_of(shown).field_class in classes
    }


def registered(installation: Installation, story: Story) -> dict[str, str]:
    """Register the agencies of a story in the service that records consents; return their ids."""
    address = installation.addresses / "intake-intake_database_url"
    database = Database(engine_for(address.read_text(encoding="utf-8").strip()))
    country = story.jurisdiction.partition("-")[0]
    found = {
        name: agencies.registered(database, country, id=UUID(mapping.agency(story.id, name))) for name in story.agencies
    }
    database.engine.dispose()
    return found


def record_everything(shared: Shared, law: Law) -> None:
    """Record a value of every possible category, as staff of the agency that leads the case."""
    player, day = shared.player, BEGAN.isoformat()
    player.change(LEAD, "intake", ONLY, "person", PERSON, "PUT")
    player.change(LEAD, "intake", ONLY, "safe-contact", {**SAFE, "zone": law.zone}, "PUT")
    player.post(LEAD, "intake", ONLY, "detections", DETECTED)
    player.post(LEAD, "intake", ONLY, "identification", {**law.step, "made_elsewhere": True, "happened": day})
    # Name another agency than the four readers: an agency sees the records about itself.
    draft = {"agency": law.referred_to, **REFERRED, "reply_by": (BEGAN + timedelta(days=7)).isoformat()}
    referral = player.post(LEAD, "intake", ONLY, "referrals", draft)
    player.change(LEAD, "intake", ONLY, f"referrals/{referral}/package", PACKAGE, "PUT")
    player.settle()
    matter = player.post("legal_adviser", "legal", ONLY, "matters", {"remedy": law.remedy})
    for step, said in (
        ("application", {"applied_on": day}),
        ("decision", {"outcome": "granted", "amount_band": "100000_and_over", "currency": law.currency}),
    ):
        player.change("legal_adviser", "legal", ONLY, f"matters/{matter}/{step}", said)
    player.post("legal_adviser", "legal", ONLY, "facts", {"kind": "judgment_final", "happened": day, **OFFENDER})
    shared.assessment = player.post("support_worker", "support", ONLY, "assessments", ASSESSED)
    player.post("support_worker", "support", ONLY, "services", SERVED)
    player.post("support_worker", "support", ONLY, "plans", PLANNED)
    player.post("support_worker", "support", ONLY, "placements", PLACED)
    player.post("support_worker", "support", ONLY, "dependants", CHILD)


def approve(player: Player, sharing: str) -> None:
    """Have a second person confirm the sharing without consent."""
    player.desk.member(SECOND)
    second, listed = player.desk.api(SECOND), f"/v1/cases/{player.cases[ONLY]}/sharings"
    etag = second.get("intake", listed).headers["ETag"]
    second.post("intake", f"{listed}/{sharing}/decision", {"approves": True}, if_match=etag)
