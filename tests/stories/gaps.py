"""Known gaps: the checks of stories that fail, each with the reason. The test fails if a closed gap stays listed."""

from collections.abc import Mapping
from typing import Final

#: The reason why an agency receives other events than its table says.
LED: Final = (
    "The story contradicts itself. It says that after the join an agency still has only what he gave it at its own "
    "door. He gave this shelter the way to reach him and where he sleeps, and no account. So it must not be told of a "
    "limit, nor that there is another case. Another shelter with that and more (`kievit`) must not hear of one either."
)
CARE: Final = (
    "He agreed that the hospital hears of his health for his care, which counselling is; there is none in the story. A "
    "clinic to which the same was agreed (`stadskliniek`) may hear of it."
)
UNREAD: Final = (
    "The story gives the date of the text that was read, and calls it likely. The law profile has a second reading, "
    "which no lawyer has checked (RO: three years instead of one, NL: 90 days instead of three months). A reading "
    "counts until a lawyer rejects it (0087): the earlier date is shown first, and the certainty is `unclear`."
)
#: A story, and the name of a check of it -> why the check fails.
GAPS: Final[Mapping[str, Mapping[str, str]]] = {
    "gb-one-man-two-doors": {
        "hears nightlamp limitation": LED,
        "hears nightlamp merge": LED,
        "sees fernhill": "The story contradicts itself. This agency leads his first case and records the decisions "
        "itself, which are of the category `account`. The story says that it may not see that category. It sees "
        "nothing of the joined case that he did not agree to.",
    },
    "nl-parcel-hall": {
        "clock 0 NL.REFLECTION_MAX 2025-08-31": UNREAD,
        "clock 0 NL.REFLECTION_MAX 2025-11-20": UNREAD,
        "clock 1 NL.REFLECTION_MAX 2025-11-20": UNREAD,
        "clock 1 NL.REFLECTION_MAX 2025-12-01": UNREAD,
        "clock 2 NL.REFLECTION_MAX 2025-09-01": UNREAD,
    },
    "nl-the-second-of-january": {
        "sees zilvermeer": "What the person was given is of health wherever support keeps it, a place to sleep too: "
        "most of what is given says something of how they are.",
        "warning 3": "No message is sent from here, so that none waits for a way that turned unsafe: a contact is "
        "recorded once it was tried. And the case is restricted by then, and on nobody's work list.",
    },
    "ro-voucher-on-the-national-day": {
        "clock 2 RO.STATE_COMP 2025-12-22": UNREAD,
        "clock 3 RO.STATE_COMP 2026-04-08": UNREAD,
    },
}
_AT_AN_AGENCY = "It is about what agencies are told, and looked at where they listen: of whom, and whom that names."
#: A story, and the place of a gone, kept or always entry -> why the services cannot be queried for it.
UNASKED: Final[Mapping[str, Mapping[str, str]]] = {
    "gb-one-man-two-doors": {"always 0": _AT_AN_AGENCY},
    "nl-the-second-of-january": {
        "always 0": "An answer is given by people, in a language that both speak: no letter is written from here.",
        "always 1": _AT_AN_AGENCY,
    },
    "ro-two-clocks-apart": {"always 1": "Both houses work in one installation, and on one case: it has one id."},
    "ro-voucher-on-the-national-day": {"always 0": _AT_AN_AGENCY},
}
