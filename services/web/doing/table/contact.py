"""Safe contact, and attempts to reach the person."""

from typing import Final

from services.web.doing.act import Act
from services.web.words.texts import gettext_noop

CONTACT: Final = (
    Act(
        code="safe-contact",
        service="intake",
        request="record_agreement",
        title=gettext_noop("Agree on safe contact"),
        group=gettext_noop("Contact"),
        begins_with=("/v1/cases/{case}/safe-contact/agreement", "agreement"),
        first=("channels", "unsafe", "windows", "zone", "if_another_answers", "code_word", "story", "warning"),
        lists={"channels": "contact_way", "unsafe": "contact_way"},
        effect=gettext_noop("This replaces the earlier agreement for all services."),
    ),
    Act(
        code="contact-attempt",
        service="intake",
        request="attempt_contact",
        title=gettext_noop("Record a contact attempt"),
        group=gettext_noop("Contact"),
        lists={"channel": "contact_way"},
        effect=gettext_noop("A contact that is not safe is refused, with what to do instead."),
    ),
)
