"""What is said at the door or agreed beside the steps of a story, and what it leaves open: one table, as `mapping`."""

from collections.abc import Mapping
from typing import Any, Final

from tests.stories.mapping import Body

_NAMED: Final[Mapping[str, Any]] = {"kind": "family", "name": "Earlierfictitious"}
EARLIER_NAME, LATER_NAME = str(_NAMED["name"]), "Laterfictitious"
_ANSWERED_SO: Final[Body] = {"if_another_answers": "say_wrong_number"}
#: What is agreed with the person at the first contact, of how to reach them, and what they are called: no story says a
#: name, so that each is one of the table's own.
AGREED: Final[Mapping[str, tuple[tuple[str, Body], ...]]] = {
    "gb-born-in-september": (
        ("person", {"names": [_NAMED]}),
        (
            "safe-contact",
            {
                **_ANSWERED_SO,
                "channels": ["email"],
                "unsafe": ["phone", "sms"],
                "zone": "Europe/London",
                "leaves": ["messages"],
            },
        ),
    ),
    "gb-letter-from-the-court": (
        ("person", {"names": [_NAMED]}),
        (
            "safe-contact",
            {
                **_ANSWERED_SO,
                "channels": ["phone"],
                "zone": "Europe/London",
                "windows": [{"day": "wednesday", "begins": "18:00", "ends": "20:00"}],
            },
        ),
    ),
    "ro-two-clocks-apart": (("safe-contact", {**_ANSWERED_SO, "channels": ["phone"], "zone": "Europe/London"}),),
    "nl-the-second-of-january": (
        ("person", {"names": [_NAMED]}),
        (
            "safe-contact",
            {
                **_ANSWERED_SO,
                "channels": ["sms"],
                "zone": "Europe/Amsterdam",
                "windows": [{"day": "tuesday", "begins": "13:00", "ends": "15:00"}],
                "leaves": ["messages"],
            },
        ),
    ),
}
#: In which session of outreach the people of a story were met, for the figures that are published of such.
MET: Final[Mapping[str, Body]] = {
    "nl-parcel-hall": {
        "region": "NL-GE",
        "setting": "workplace",
        "languages": ["vi"],
        "topics": [],
        "reached": 5,
        "spoke_with": 5,
        "contacts": 5,
    },
}
#: What the person was given by the houses that later erase it, as support keeps it.
HELPED: Final[Mapping[str, tuple[Body, ...]]] = {
    "nl-the-second-of-january": (
        {"service_type": "accommodation_longer", "urgent": False, "happened": "2025-10-14", "learnt": "2025-10-14"},
    ),
}
#: After a transfer the way of before is not the person's any more.
NO_WAY: Final[Body] = {**_ANSWERED_SO, "channels": [], "unsafe": ["phone", "sms"], "zone": "Europe/Bucharest"}
#: Who stays with the person at a transfer: the law centre goes on with what it began.
STAYING: Final = frozenset(("legal_adviser", "data_protection_officer", "supervisor", "counsellor"))
#: Of which agencies the person asks that they erase what they hold.
ERASES: Final[Mapping[str, tuple[str, ...]]] = {"nl-the-second-of-january": ("kievit", "stadskliniek")}
#: What proceedings need is kept until they end: the objection, and the claim to the fund.
HOLDS: Final[Mapping[str, tuple[Body, ...]]] = {
    "nl-the-second-of-january": (
        {"basis": "civil_proceedings", "until": "2028-12-31"},
        {"basis": "compensation_claim", "until": "2035-09-30"},
    ),
}
#: What an agency answered when it was asked to erase.
ANSWERS: Final[Mapping[tuple[str, int], Body]] = {
    ("nl-the-second-of-january", 9): {"answer": "kept", "basis": "legal_obligation"},
}
