"""The register of staff. In production, changes that give access wait for data protection."""

from collections.abc import Mapping
from typing import Final

from services.web.doing.act import Act, Source
from services.web.forms.fields import Kind
from services.web.words.texts import gettext_noop

#: The roles that register and change staff. The service decides whom each of them may register.
REGISTERING: Final = frozenset(("operator", "supervisor", "data_protection_officer"))
_SECOND: Final = gettext_noop(
    "In production, what opens access waits until data protection confirms it. What closes access acts at once."
)
_ORDER: Final = ("name", "agency", "roles", "languages", "address", "takes_cases", "until", "sign_ins")
#: The access that a proposal gives, by its kind.
OPENS: Final[Mapping[str, str]] = {
    "registration": gettext_noop("A new person may work here."),
    "change": gettext_noop("A person gets more roles, another agency or another sign-in."),
    "supervision": gettext_noop("A person supervises another person, and sees their cases."),
    "officer": gettext_noop("A person becomes a data protection officer."),
}

STAFF: Final = (
    Act(
        code="register-member",
        service="intake",
        request="register_member",
        title=gettext_noop("Register a member of staff"),
        source=Source.REGISTER,
        for_roles=REGISTERING,
        kinds={"agency": Kind.AGENCY},
        first=_ORDER,
        without=("id",),
        effect=_SECOND,
    ),
    Act(
        code="change-member",
        service="intake",
        request="change_member",
        title=gettext_noop("Change a member of staff"),
        source=Source.MEMBER,
        for_roles=REGISTERING,
        is_correction=True,
        can_remove=True,
        kinds={"agency": Kind.AGENCY},
        first=_ORDER,
        effect=_SECOND,
    ),
    Act(
        code="leave",
        service="intake",
        request="leave",
        title=gettext_noop("End the work of a member of staff"),
        button=gettext_noop("End it"),
        source=Source.MEMBER,
        for_roles=REGISTERING,
        kinds={"successor": Kind.MEMBER, "supervisor": Kind.MEMBER, "elsewhere.member": Kind.MEMBER},
        is_irreversible=True,
        effect=gettext_noop("All sign-ins of this person end at once, and the successor gets their cases."),
    ),
    Act(
        code="supervise",
        service="intake",
        request="begin_supervision",
        title=gettext_noop("Let a person supervise a member of staff"),
        source=Source.REGISTER,
        for_roles=frozenset(("operator",)),
        kinds={"supervisor": Kind.MEMBER, "member": Kind.MEMBER},
        effect=_SECOND,
    ),
)
