"""Facts from which deadlines follow."""

from collections.abc import Mapping
from typing import Final

from services.web.doing.act import CORRECTION, REASON, TIMES, Act
from services.web.words.texts import gettext_noop

#: The fields of each kind of fact besides its times.
SAYS: Final[Mapping[str, tuple[str, ...]]] = {
    "submission": ("stage", "authority"),
    "decision": ("stage", "outcome", "authority", "foreigner"),
    "step": ("stage", "authority", "dublin", "foreigner"),
    "first_incident": (),
    "last_incident": (),
    "exploitation_ended": (),
    "work_ended": (),
    "wages_withheld": (),
    "crime_reported": (),
    "discovery": ("remedy",),
    "judgment_final": ("offender",),
    "award_paid": ("remedy",),
    "claim_decided": ("remedy", "result"),
    "challenge_made": ("challenge",),
    "challenge_decided": ("challenge", "result"),
    "asylum_refused": (),
    "authority_act": (),
    "prosecution_brought": (),
    "trial_begun": (),
    "trial_ended": (),
    "sentenced": (),
    "conciliation_begun": (),
    "conciliation_certified": (),
    "conciliation_open": (),
    "voucher_given": (),
    "reconsideration_requested": ("stage",),
    "objection_made": ("stage",),
    "residence_requested": ("stage",),
    "residence_refused": ("stage",),
    "rights_request": ("right",),
    "rights_answer": ("right",),
    "period_opened": ("clock", "ground"),
    "period_closed": ("clock", "ground"),
    "extension": ("clock", "until", "ground"),
    "pause": ("clock", "ground"),
    "resumption": ("clock", "ground"),
    "law": ("jurisdiction",),
    "person": ("age",),
}
#: The kinds that advisers record at legal.
_AT_LEGAL: Final = (
    *("judgment_final", "award_paid", "discovery", "first_incident", "last_incident", "exploitation_ended"),
    *("work_ended", "crime_reported", "voucher_given", "objection_made", "residence_requested", "residence_refused"),
    *("conciliation_begun", "conciliation_open", "conciliation_certified", "extension", "pause", "resumption"),
    *("challenge_made", "challenge_decided", "asylum_refused", "authority_act", "wages_withheld"),
    *("prosecution_brought", "trial_begun", "trial_ended", "sentenced", "period_opened", "period_closed"),
)
#: The kinds that only legal has.
_ONLY_AT_LEGAL: Final = frozenset(
    (
        *("discovery", "judgment_final", "award_paid", "claim_decided", "challenge_made", "challenge_decided"),
        *("asylum_refused", "authority_act", "prosecution_brought", "trial_begun", "trial_ended", "sentenced"),
    )
)
#: The fields that no fact recorded at legal has.
_NEVER_AT_LEGAL: Final = ("outcome", "dublin", "foreigner", "jurisdiction", "right")
#: The kinds that intake has.
_AT_INTAKE: Final = tuple(kind for kind in SAYS if kind not in _ONLY_AT_LEGAL and not kind.startswith("conciliation"))

#: The form that answers a question about a deadline (code list `due_question`), where one form does.
ANSWERS: Final[Mapping[str, str]] = {
    "last_incident": "fact?kind=last_incident",
    "day_of_report": "fact?kind=crime_reported",
    "end_of_work": "fact?kind=work_ended",
    "date_of_birth": "birth",
    "certificate": "legal-fact?kind=conciliation_certified",
}
#: The forms that record facts, by the service that keeps them.
RECORDS: Final[Mapping[str, str]] = {"intake": "fact", "legal": "legal-fact"}

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
            "wages_withheld": (),
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
        is_correction=True,
        decides="kind",
        shows={kind: SAYS[kind] for kind in _AT_INTAKE},
        first=(*REASON, "withdrawn", *TIMES),
        without=("about",),
        effect=CORRECTION,
    ),
    Act(
        code="legal-fact",
        service="legal",
        request="record_fact",
        title=gettext_noop("Record a fact about the law or a proceeding"),
        group=gettext_noop("Facts"),
        decides="kind",
        shows={kind: SAYS[kind] for kind in _AT_LEGAL},
        required=("clock", "until", "challenge", "result", "period_opened.ground", "period_closed.ground"),
        first=("kind", *TIMES),
        without=("decided_by", *_NEVER_AT_LEGAL),
        effect=gettext_noop("Deadlines that depend on this fact are calculated again."),
    ),
    Act(
        code="correct-legal-fact",
        service="legal",
        request="correct_fact",
        title=gettext_noop("Correct a fact that was recorded at legal"),
        group=gettext_noop("Facts"),
        records="facts",
        records_from="/v1/cases/{case}/facts",
        described_by=(("kind", "fact_kind"), ("happened", "")),
        only_if=("heard", (False,)),
        is_correction=True,
        decides="kind",
        shows={kind: SAYS[kind] for kind in _AT_LEGAL},
        first=(*REASON, "withdrawn", *TIMES),
        without=("about", "decided_by", *_NEVER_AT_LEGAL),
        effect=CORRECTION,
    ),
)
