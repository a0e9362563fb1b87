"""The fictitious staff of a training installation. None of them is a real person."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid5

#: The staff ids are derived from the subjects, so that each start finds the people of the previous start.
_OURS: Final = UUID("8f0c3f3e-3c0f-5a86-9f0b-6d8b8f0a4f11")
AGENCY: Final = "NL.COMENSHA"


@dataclass(frozen=True)
class Person:
    """A fictitious member of staff; `subject` identifies them at the provider."""

    subject: str
    name: str
    role: str
    does: str
    languages: tuple[str, ...] = ("en",)

    @property
    def id(self) -> str:
        """Return their staff id."""
        return str(uuid5(_OURS, self.subject))


PEOPLE: Final = (
    Person(
        *("mila", "Mila (fictitious)", "caseworker"),
        "Leads cases: records the first contact, detection, consents and referrals, and follows the path. Start here.",
    ),
    Person(
        *("adam", "Adam (fictitious)", "legal_adviser"),
        "Advises on rights, checks legal deadlines, makes claims and requests for reconsideration.",
    ),
    Person(
        *("sanne", "Sanne (fictitious)", "support_worker"),
        "Assesses needs and risks, arranges places to live and practical help, answers alerts.",
    ),
    Person(
        *("ioana", "Ioana (fictitious)", "counsellor"),
        "Gives counselling, and sees what the person allows a counsellor to see.",
    ),
    Person(
        *("joris", "Joris (fictitious)", "supervisor"),
        "Supervises caseworkers, is the second person for decisions that cannot be undone, receives escalated alerts.",
    ),
    Person(
        *("petra", "Petra (fictitious)", "data_protection_officer"),
        "Confirms registrations and answers requests from people about their own data. Sees no case file.",
    ),
    Person(
        *("otto", "Otto (fictitious)", "operator"),
        "Runs the installation. Sees no case.",
    ),
)
#: The provider knows this person, and the register of staff does not. It shows the page for such a person.
STRANGER: Final = Person(
    *("noor", "Noor (fictitious)", ""),
    "Is not registered. Shows the page for people who can sign in but are not allowed to work here.",
)
EVERYBODY: Final = (*PEOPLE, STRANGER)
