"""What does not come out yet of the stories, each with the reason. The test is red if a closed one stays listed."""

from collections.abc import Mapping
from typing import Final

#: Why an agency hears otherwise than its table says.
STEP: Final = (
    "A step of the official path is told to whoever is told of identification: with their lawyer and with the police "
    "whom the person chose, some stories let them hear of one such step and others not."
)
NOT_SO: Final = (
    "Whoever was told of a step is told that it does not count, and neither why nor of which country the person is."
)
LED: Final = (
    "It leads a case until that is joined with another, and so its people see both here; as another agency it has his "
    "consent for a bed."
)
CARE: Final = (
    "He agreed that the hospital hears of his health for his care, which counselling is; there is none in the story."
)
WITHOUT_CATEGORY: Final = "It may be shown no data of the person, and a ground without any data category opens nothing."
BEFORE: Final = (
    "It was recorded before the person agreed: a consent opens what is recorded from then on, and nobody is told anew "
    "of what was."
)
HELD: Final = "Of a case that is kept for proceedings alone nothing is told but that (0068): its way is read at legal."
#: A story, and the name of a check of it -> why it does not come out.
GAPS: Final[Mapping[str, Mapping[str, str]]] = {
    "gb-born-in-september": {
        "hears rowan identification": BEFORE,
        "hears rowan limitation": BEFORE,
    },
    "gb-one-man-two-doors": {
        "hears nightlamp limitation": LED,
        "hears nightlamp merge": LED,
        "sees fernhill": "The agency that leads a case sees of it what the roles of its people see, whatever the "
        "person said to it as another agency: and so also the account, which his consent to it leaves out.",
    },
    "nl-parcel-hall": {
        "hears comensha recovery": WITHOUT_CATEGORY,
        "hears zuiderdiep detection": BEFORE,
    },
    "nl-the-second-of-january": {
        "hears zuiderdiep limitation": BEFORE,
        "hears zuiderdiep safe_contact": HELD,
        "sees zilvermeer": "What the person was given is of health wherever support keeps it, a place to sleep too: "
        "most of what is given says something of how they are.",
        "warning 3": "No message is sent from here, so that none waits for a way that turned unsafe: a contact is "
        "recorded once it was tried. And the case is restricted by then, and on nobody's work list.",
    },
    "ro-two-clocks-apart": {
        "hears dobrescu identification": STEP,
        "hears tanner identification": STEP,
    },
    "ro-voucher-on-the-national-day": {
        "hears crangasu identification": STEP,
        "hears igi identification": STEP,
        "hears igi referral": STEP,
    },
}
_AT_AN_AGENCY = "It is about what agencies are told, and looked at where they listen: of whom, and whom that names."
#: A story, and the place of what is gone, kept or always so -> why it can't be asked of the services.
UNASKED: Final[Mapping[str, Mapping[str, str]]] = {
    "gb-one-man-two-doors": {"always 0": _AT_AN_AGENCY},
    "nl-the-second-of-january": {
        "always 0": "An answer is given by people, in a language that both speak: no letter is written from here.",
        "always 1": _AT_AN_AGENCY,
    },
    "ro-two-clocks-apart": {"always 1": "Both houses work in one installation, and on one case: it has one id."},
    "ro-voucher-on-the-national-day": {"always 0": _AT_AN_AGENCY},
}
