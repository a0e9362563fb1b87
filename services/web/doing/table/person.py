"""The person's age. A change between child and adult waits for a second person."""

from typing import Final

from services.web.doing.act import REASON, Act
from services.web.words.texts import gettext_noop

_SECOND: Final = gettext_noop(
    "If this makes an adult of a child, or a child of an adult, a supervisor must confirm it. Until then, the person "
    "has the protection of a child."
)

PERSON: Final = (
    Act(
        code="names",
        service="intake",
        request="record_person",
        title=gettext_noop("Record or change the person's names"),
        group=gettext_noop("Person"),
        begins_with=("/v1/cases/{case}/person", ""),
        without=("birth", "gender", "nationalities", "contact"),
        effect=gettext_noop(
            "These names replace all names that were recorded. The search finds the case by each of them."
        ),
    ),
    Act(
        code="birth",
        service="intake",
        request="record_person",
        title=gettext_noop("Record or change the date of birth"),
        group=gettext_noop("Person"),
        begins_with=("/v1/cases/{case}/person", ""),
        without=("names", "gender", "nationalities", "contact"),
        effect=_SECOND,
    ),
    Act(
        code="age",
        service="intake",
        request="correct_fact",
        title=gettext_noop("Change whether the person is a child"),
        group=gettext_noop("Person"),
        records="facts",
        described_by=(("kind", "fact_kind"), ("age", "age")),
        only_if=("kind", ("person",)),
        is_correction=True,
        first=(*REASON, "age"),
        without=(
            *("withdrawn", "happened", "learnt", "about", "stage", "outcome", "authority", "dublin", "foreigner"),
            *("jurisdiction", "clock", "until", "right", "ground"),
        ),
        effect=_SECOND,
    ),
)
