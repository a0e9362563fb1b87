"""The team of a case."""

from typing import Final

from services.web.doing.act import Act
from services.web.forms.fields import Kind
from services.web.words.texts import gettext_noop

TEAM: Final = (
    Act(
        code="add-member",
        service="intake",
        request="add_member",
        title=gettext_noop("Add a person to the team"),
        button=gettext_noop("Add the person"),
        group=gettext_noop("Team"),
        kinds={"member": Kind.MEMBER},
        first=("member", "role", "lead"),
        effect=gettext_noop("The person sees the case from now on, as far as their part in it allows."),
    ),
    Act(
        code="hand-over",
        service="intake",
        request="transfer_case",
        title=gettext_noop("Hand over the lead, or change the team"),
        button=gettext_noop("Save this team"),
        group=gettext_noop("Team"),
        begins_from={"members": "team"},
        kinds={"members.member": Kind.MEMBER},
        effect=gettext_noop(
            "The case has exactly this team from now on. Exactly one person leads it. A person who is not in the list "
            "any more no longer sees the case. That can be you."
        ),
    ),
)
