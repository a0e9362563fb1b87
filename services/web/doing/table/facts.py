"""Facts from which deadlines follow."""

from typing import Final

from services.web.doing.act import CORRECTION, REASON, TIMES, Act
from services.web.words.texts import gettext_noop

FACTS: Final = (
    Act(
        code="fact",
        service="intake",
        request="record_fact",
        title=gettext_noop("Record a fact"),
        group=gettext_noop("Facts"),
        decides="kind",
        shows={
            "first_incident": (),
            "last_incident": (),
            "exploitation_ended": (),
            "work_ended": (),
            "crime_reported": (),
            "voucher_given": (),
            "reconsideration_requested": ("stage",),
            "objection_made": ("stage",),
            "residence_requested": (),
            "residence_refused": ("stage",),
            "rights_request": ("right",),
            "rights_answer": ("right",),
            "period_opened": ("clock", "ground"),
            "period_closed": ("clock", "ground"),
        },
        required=("right", "clock", "ground"),
        first=("kind", *TIMES),
        without=("about",),
        effect=gettext_noop("Deadlines that depend on this fact are calculated again."),
    ),
    Act(
        code="correct-fact",
        service="intake",
        request="correct_fact",
        title=gettext_noop("Correct a fact"),
        group=gettext_noop("Facts"),
        records="facts",
        described_by=(("kind", "fact_kind"), ("happened", "")),
        only_if=("withdrawn", (False,)),
        is_correction=True,
        first=(*REASON, "withdrawn", *TIMES),
        without=("about",),
        effect=CORRECTION,
    ),
)
