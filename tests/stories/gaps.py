"""What does not come out yet of the stories, each with the reason. The test is red if a closed one stays listed.

Not looked at at all, and only counted: who hears what (`hears`), which needs the agencies' door.
"""

from collections.abc import Mapping
from typing import Final

#: A story, and the name of a check of it -> why it does not come out.
GAPS: Final[Mapping[str, Mapping[str, str]]] = {
    "gb-one-man-two-doors": {
        "sees fernhill": "The agency that leads a case sees of it what the roles of its people see, whatever the "
        "person said to it as another agency: and so also the account, which his consent to it leaves out.",
    },
    "nl-the-second-of-january": {
        "sees zilvermeer": "What the person was given is of health wherever support keeps it, a place to sleep too: "
        "most of what is given says something of how they are.",
        "warning 3": "No message is sent from here, so that none waits for a way that turned unsafe: a contact is "
        "recorded once it was tried. And the case is restricted by then, and on nobody's work list.",
    },
}
_AT_AN_AGENCY = "It is about what an agency is told or shown, and no agency has a door of its own yet."
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
