"""Decisions of a second person, one for each kind of confirmation."""

from typing import Final

from services.web.doing.act import Act, Source
from services.web.words.texts import gettext_noop

#: The roles that read the decisions for a second person. Each sees only those that they may take.
CONFIRMING: Final = frozenset(("legal_adviser", "supervisor", "data_protection_officer"))

SECOND_PERSON: Final = (
    *(
        Act(
            code=f"confirm-{kind}",
            service="intake",
            request=request,
            title=title,
            button=gettext_noop("Continue"),
            source=Source.CONFIRMATION,
            is_irreversible=True,
            effect=effect,
        )
        for kind, request, title, effect in (
            (
                "erasure",
                "confirm_erasure",
                gettext_noop("Erase a person's data"),
                gettext_noop("If you confirm, the data of the case is deleted here and at agencies."),
            ),
            (
                "disclosure",
                "confirm_demand",
                gettext_noop("Disclose records"),
                gettext_noop("If you confirm, the classes of records listed above may be handed over for 30 days."),
            ),
            (
                "sharing",
                "decide_sharing",
                gettext_noop("Share without consent"),
                gettext_noop(
                    "If you approve, the agency receives the categories listed above without the person's consent."
                ),
            ),
            (
                "emergency",
                "review_glass",
                gettext_noop("Review emergency access"),
                gettext_noop("Your review is recorded about the colleague who opened the case in an emergency."),
            ),
            (
                "closing",
                "answer_closing",
                gettext_noop("Close a case"),
                gettext_noop("If you confirm, the case is closed. Help does not end with it."),
            ),
            (
                "age",
                "answer_age_change",
                gettext_noop("Change a person's age"),
                gettext_noop("If you confirm, the stated age applies, and with it other rights and deadlines."),
            ),
            (
                "ending",
                "confirm_ending",
                gettext_noop("End a colleague's access"),
                gettext_noop("If you confirm, the access of this colleague stays ended. Otherwise it is restored."),
            ),
            (
                "staff",
                "answer_proposal",
                gettext_noop("Give access to a colleague"),
                gettext_noop("If you confirm, this colleague receives access as proposed."),
            ),
        )
    ),
)
