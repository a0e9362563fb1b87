"""Needs and risks."""

from typing import Final

from services.web.doing.act import Act
from services.web.words.texts import gettext_noop

#: The fields that describe a proposed entitlement, and the states in which it waits for an answer.
_PROPOSAL: Final = (("of_profile", "entitlement"), ("started_on", ""), ("state", "entitlement_proposal"))
_WAITS: Final = ("state", ("proposed", "changed"))

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
    Act(
        code="entitlement-confirm",
        service="support",
        request="confirm_entitlement",
        title=gettext_noop("Confirm an entitlement"),
        group=gettext_noop("Needs and risks"),
        records="entitlement_proposals",
        described_by=_PROPOSAL,
        only_if=_WAITS,
        first=("started_on", "ends_on"),
        without=("decided_by",),
        effect=gettext_noop("The entitlement is recorded, and its tasks appear in the work list."),
    ),
    Act(
        code="entitlement-refuse",
        service="support",
        request="refuse_entitlement",
        title=gettext_noop("State that the person does not have an entitlement"),
        group=gettext_noop("Needs and risks"),
        records="entitlement_proposals",
        described_by=_PROPOSAL,
        only_if=_WAITS,
        effect=gettext_noop("The task leaves the work list. Your reason stays in the file."),
    ),
)
