"""Needs and risks."""

from typing import Final

from services.web.doing.act import Act
from services.web.words.texts import gettext_noop

NEEDS: Final = (
    Act(
        code="assessment",
        service="support",
        request="complete_assessment",
        title=gettext_noop("Record an assessment of needs and risks"),
        group=gettext_noop("Needs and risks"),
        keys={"domains": "need_domain"},
        first=("type", "assessed_on", "domains", "unfinished", "person_copy"),
        without=("decided_by",),
        effect=gettext_noop("An urgent need or risk reaches the team at once."),
    ),
)
