"""Steps of official identification, and requests to reconsider a decision."""

from typing import Final

from services.web.doing.act import TIMES, Act
from services.web.words.texts import gettext_noop

IDENTIFICATION: Final = (
    Act(
        code="identification",
        service="intake",
        request="record_step",
        title=gettext_noop("Record a step of official identification"),
        group=gettext_noop("Official identification"),
        first=("stage", "outcome", "authority", *TIMES, "made_elsewhere"),
        without=("occurred_on", "received_on", "decided_by", "about"),
        effect=gettext_noop("A decision starts the deadlines for steps against it, and deadlines for help."),
    ),
    Act(
        code="reconsideration",
        service="legal",
        request="request_reconsideration",
        title=gettext_noop("Record a request for reconsideration"),
        group=gettext_noop("Official identification"),
        without=("about",),
        effect=gettext_noop("The deadline for this request is met, if the request was made in time."),
    ),
)
