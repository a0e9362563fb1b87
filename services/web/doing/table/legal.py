"""Claims and legal advice."""

from typing import Final

from services.web.doing.act import CORRECTION, REASON, Act
from services.web.words.texts import gettext_noop

CLAIMS: Final = (
    Act(
        code="matter",
        service="legal",
        request="open_matter",
        title=gettext_noop("Open a claim"),
        button=gettext_noop("Open the claim"),
        group=gettext_noop("Claims"),
        effect=gettext_noop("The claim is in preparation. Deadlines for it continue until it is made."),
    ),
    Act(
        code="claim-made",
        service="legal",
        request="record_application",
        title=gettext_noop("Record that a claim was made"),
        group=gettext_noop("Claims"),
        records="matters",
        described_by=(("remedy", "remedy"), ("opened_on", "")),
        only_if=("status", ("opened",)),
        effect=gettext_noop("The deadline for this claim is met, if the claim was made in time."),
    ),
)

ADVICE: Final = (
    Act(
        code="advice",
        service="legal",
        request="record_advice",
        title=gettext_noop("Record legal advice"),
        group=gettext_noop("Legal advice"),
        first=("status", "given_on", "phase", "topics", "language", "interpreter", "format", "funding"),
    ),
    Act(
        code="correct-advice",
        service="legal",
        request="correct_advice",
        title=gettext_noop("Correct legal advice"),
        group=gettext_noop("Legal advice"),
        records="advice",
        described_by=(("given_on", ""), ("status", "advice_status"), ("phase", "advice_phase")),
        only_if=("taken_back_at", (None,)),
        is_correction=True,
        first=REASON,
        effect=CORRECTION,
    ),
)
