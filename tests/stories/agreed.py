"""A table of agreements and data that the steps of a story leave open, such as safe contact, as in `mapping`."""

from collections.abc import Mapping
from typing import Any, Final

from tests.stories.mapping import Body

_NAMED: Final[Mapping[str, Any]] = {"kind": "family", "name": "Earlierfictitious"}
EARLIER_NAME, LATER_NAME = str(_NAMED["name"]), "Laterfictitious"
_ANSWERED_SO: Final[Body] = {"if_another_answers": "say_wrong_number"}
#: The safe-contact agreement and the names recorded at the first contact. The stories contain no names, so the names
#: come from this table.
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
#: The outreach session in which the people of a story were met, for the published statistics.
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
#: The services that support recorded for the person at the houses that later erase their data.
HELPED: Final[Mapping[str, tuple[Body, ...]]] = {
    "nl-the-second-of-january": (
        {"service_type": "accommodation_longer", "urgent": False, "happened": "2025-10-14", "learnt": "2025-10-14"},
    ),
}
#: After a transfer, the earlier contact channel does not belong to the person.
NO_WAY: Final[Body] = {**_ANSWERED_SO, "channels": [], "unsafe": ["phone", "sms"], "zone": "Europe/Bucharest"}
#: The staff who stay with the person at a transfer: the law centre continues the work that it began.
STAYING: Final = frozenset(("legal_adviser", "data_protection_officer", "supervisor", "counsellor"))
#: The agencies that the person asks to erase their data.
ERASES: Final[Mapping[str, tuple[str, ...]]] = {"nl-the-second-of-january": ("kievit", "stadskliniek")}
#: Data needed for proceedings is kept until they end: the objection, and the claim to the fund.
HOLDS: Final[Mapping[str, tuple[Body, ...]]] = {
    "nl-the-second-of-january": (
        {"basis": "civil_proceedings", "until": "2028-12-31"},
        {"basis": "compensation_claim", "until": "2035-09-30"},
    ),
}
#: An agency's answer to the request to erase.
ANSWERS: Final[Mapping[tuple[str, int], Body]] = {
    ("nl-the-second-of-january", 9): {"answer": "kept", "basis": "legal_obligation"},
}
