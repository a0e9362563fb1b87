"""The commands that open, change and close cases, and the views of a case, its timeline and the copy."""

from services.intake.cases.lifecycle.schemas.changes import (
    AcceptedOffer,
    AcceptOffer,
    ChangeLaw,
    ChooseAnonymity,
    CorrectOpening,
)
from services.intake.cases.lifecycle.schemas.file import (
    COPIED,
    URGENT_NEEDS,
    CaseContents,
    CaseCopy,
    CaseFile,
    CasesOpened,
    CaseTimeline,
    FactsForAll,
    NamedMember,
    OnePerson,
    OpenCase,
    OpenCases,
    PersonLine,
    TeamNames,
)

__all__ = [
    "COPIED",
    "URGENT_NEEDS",
    "AcceptOffer",
    "AcceptedOffer",
    "CaseContents",
    "CaseCopy",
    "CaseFile",
    "CaseTimeline",
    "CasesOpened",
    "ChangeLaw",
    "ChooseAnonymity",
    "CorrectOpening",
    "FactsForAll",
    "NamedMember",
    "OnePerson",
    "OpenCase",
    "OpenCases",
    "PersonLine",
    "TeamNames",
]
