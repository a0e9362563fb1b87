"""The fictitious staff of a training installation. Nobody in it lives."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid5

#: Their ids follow from their names, so that each start finds the people of the one before.
_OURS: Final = UUID("8f0c3f3e-3c0f-5a86-9f0b-6d8b8f0a4f11")
AGENCY: Final = "NL.COMENSHA"


@dataclass(frozen=True)
class Person:
    """A fictitious member of staff; `subject` is what the provider calls them."""

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
        "Confirms who is registered and answers requests of people about their own data. Sees no case file.",
    ),
    Person(
        *("otto", "Otto (fictitious)", "operator"),
        "Runs the installation. Sees no case.",
    ),
)
#: Known to the provider, and not to the register of staff: to see what such a person is shown.
STRANGER: Final = Person(
    *("noor", "Noor (fictitious)", ""),
    "Is not registered. Shows what somebody sees who can sign in but may not work here.",
)
EVERYBODY: Final = (*PEOPLE, STRANGER)
