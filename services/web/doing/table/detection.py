"""Signs of exploitation."""

from typing import Final

from services.web.doing.act import CORRECTION, REASON, Act
from services.web.words.texts import gettext_noop

DETECTION: Final = (
    Act(
        code="detection",
        service="intake",
        request="record_detection",
        title=gettext_noop("Record signs of exploitation"),
        group=gettext_noop("Detection"),
        first=("detector", "indicators", "exploitation_types", "means_of_control", "sectors", "happened"),
    ),
    Act(
        code="correct-detection",
        service="intake",
        request="correct_detection",
        title=gettext_noop("Correct signs of exploitation"),
        group=gettext_noop("Detection"),
        records="detections",
        described_by=(("detected_on", ""), ("exploitation_types", "exploitation_type")),
        is_correction=True,
        first=REASON,
        effect=CORRECTION,
    ),
)
