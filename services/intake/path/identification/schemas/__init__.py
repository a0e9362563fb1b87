"""The commands and views of the official path and of the duty to notify."""

from services.intake.path.identification.schemas.first_responders import (
    FIRST_RESPONDERS,
    AnsweredFirstResponder,
    AnswerOfFirstResponder,
    AskFirstResponder,
    CorrectFirstResponder,
)
from services.intake.path.identification.schemas.notifications import (
    ANONYMOUS,
    NOTIFICATIONS,
    CorrectNotification,
    NotificationPreview,
    RecordNotification,
)
from services.intake.path.identification.schemas.periods import (
    CLOCKS,
    CalculatedDeadline,
    CalculateDeadline,
    ExtendClock,
    ExtendedClock,
)
from services.intake.path.identification.schemas.steps import (
    ADVISED_BEFORE,
    ENTRY_DECISIONS,
    IDENTIFICATION,
    JURISDICTION,
    RECONSIDERED,
    STATUS,
    CorrectStep,
    DecideEntry,
    RecordStep,
)

__all__ = [
    "ADVISED_BEFORE",
    "ANONYMOUS",
    "CLOCKS",
    "ENTRY_DECISIONS",
    "FIRST_RESPONDERS",
    "IDENTIFICATION",
    "JURISDICTION",
    "NOTIFICATIONS",
    "RECONSIDERED",
    "STATUS",
    "AnswerOfFirstResponder",
    "AnsweredFirstResponder",
    "AskFirstResponder",
    "CalculateDeadline",
    "CalculatedDeadline",
    "CorrectFirstResponder",
    "CorrectNotification",
    "CorrectStep",
    "DecideEntry",
    "ExtendClock",
    "ExtendedClock",
    "NotificationPreview",
    "RecordNotification",
    "RecordStep",
]
