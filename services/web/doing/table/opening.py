"""The beginning and the end of a case."""

from typing import Final

from services.web.doing.act import Act, Source
from services.web.words.texts import gettext_noop

#: The roles that open a contact.
OPENERS: Final = frozenset(("caseworker", "outreach_worker", "legal_adviser"))

OPENING: Final = (
    Act(
        code="open",
        service="intake",
        request="open_case",
        title=gettext_noop("Open a contact"),
        button=gettext_noop("Open the contact"),
        source=Source.NOTHING,
        for_roles=OPENERS,
        first=("jurisdiction", "source", "channel", "language", "anonymous", "age", "urgent_needs", "opened_on"),
        without=("outreach_session",),
        effect=gettext_noop("This opens a case that you lead."),
    ),
)

CLOSING: Final = (
    Act(
        code="propose-closing",
        service="intake",
        request="propose_closing",
        title=gettext_noop("Propose to close the case"),
        button=gettext_noop("Propose it"),
        group=gettext_noop("Closing"),
        first=("reason", "closed_on", "although_open"),
        effect=gettext_noop("The case stays open until a supervisor outside the team confirms it."),
    ),
)
