"""Outreach: its fields, each declared once, and what is recorded and shown of it. A session is no case."""

from datetime import date

from shared.access.declarations import declare, nullable
from shared.access.views import View, part, parts
from shared.events.contract import Code, Codes, Count, Day, Identifier, Reference
from shared.http import Command, optional, paging, required
from shared.reference import codes

HELD_ON = declare(Day(), None, "The day of the session, today by default.")
REGION = declare(
    Code(identifier=Identifier.REGION), None, "The region by its ISO 3166-2 code; no smaller place.", example="GB-MAN"
)
SETTING = declare(Code(codes("outreach_setting")), None, "Where people were met.")
LANGUAGES = declare(Codes(codes("language")), None, "The languages that were spoken.", example=["ro"])
TOPICS = declare(Codes(codes("outreach_topic")), None, "What it was about.")
PARTNER = declare(nullable(Code(codes("org_type"))), None, "The kind of partner with whom it was held.")
REACHED = declare(Count(), None, "How many were reached.", example=40)
SPOKE_WITH = declare(Count(), None, "With how many of them somebody spoke.", example=20)
CONTACTS = declare(Count(), None, "With how many of those contact was made.", example=5)


class RecordSession(Command):
    """A session of outreach, in counts only: no person, and no place smaller than a region."""

    held_on: date | None = optional(HELD_ON, default=None)
    region: str = required(REGION)
    setting: str = required(SETTING)
    languages: list[str] = required(LANGUAGES)
    topics: list[str] = required(TOPICS)
    partner: str | None = optional(PARTNER, default=None)
    reached: int = required(REACHED)
    spoke_with: int = required(SPOKE_WITH)
    contacts: int = required(CONTACTS)


class OutreachSession(View):
    """A session of outreach, in counts only."""

    id = declare(Reference(), None, "The session.")
    agency = declare(nullable(Reference()), None, "The agency that held it, and sees it; null: not known, all see it.")
    held_on = HELD_ON
    region = REGION
    setting = SETTING
    languages = LANGUAGES
    topics = TOPICS
    partner = PARTNER
    reached = REACHED
    spoke_with = SPOKE_WITH
    contacts = CONTACTS


class OutreachSessionPage(View):
    """Sessions of outreach, the latest recorded first."""

    sessions = parts(OutreachSession)
    next = paging.NEXT


class Progression(View):
    """How many got how far; null stands for a number so small that it could identify somebody."""

    contacts = declare(nullable(Count()), None, "How many became contacts.", example=40)
    detected = declare(nullable(Count()), None, "For how many of them a detection was recorded.", example=30)
    cases = declare(nullable(Count()), None, "How many of those became a case.", example=20)
    closed = declare(nullable(Count()), None, "How many of those were closed.", example=12)


class RegionalProgression(Progression):
    """How many got how far, of those met in a region."""

    region = REGION


class ProgressionReport(View):
    """How many got how far, by region and in total."""

    total = part(Progression)
    regions = parts(RegionalProgression)
    smallest_shown = declare(Count(), None, "The smallest number that this reader is shown.", example=11)
