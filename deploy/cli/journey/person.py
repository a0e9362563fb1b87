"""A fictitious person for a journey, from a row with the CTDC's columns or invented in the same columns.

Counter-Trafficking Data Collaborative (CTDC), Global Synthetic Dataset, one-hot columns: 1 is "reported", 0 is "not
reported" and never "no". The bands are those of its codebook. No data here is about a real person.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from dateutil.relativedelta import relativedelta

#: Each column with the highest value that it takes.
COLUMNS: Mapping[str, int] = {
    "Age Band": 9,
    "Trafficking Duration": 3,
    "Means Debt Bondage Earnings": 1,
    "Means Threats": 1,
    "Means Abuse": 1,
    "Means False Promises": 1,
    "Means Drugs Alcohol": 1,
    "Means Deny Basic Needs": 1,
    "Means Excessive Work Hours": 1,
    "Means Withhold Docs": 1,
    "isForcedLabour": 1,
    "isSexualExploit": 1,
    "Recruiter Relation Intimate Partner": 1,
    "Recruiter Relation Friend": 1,
    "Recruiter Relation Family": 1,
    "Recruiter Relation Other": 1,
    "Trans/NonConforming": 1,
    "Woman": 1,
    "Is Citizen of Country": 1,
}

#: A group of means of control: those of the standard that it merges, and the ILO indicators that they point to.
MEANS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "Means Debt Bondage Earnings": (("DebtBondage", "TakesEarnings"), ("debt_bondage", "withholding_of_wages")),
    "Means Threats": (("PhysicalThreats", "ThreatsLawEnforcement"), ("intimidation_and_threats",)),
    "Means Abuse": (("PsychologicalAbuse", "PhysicalAbuse"), ("physical_and_sexual_violence",)),
    "Means False Promises": (("FalsePromises",), ("deception",)),
    "Means Drugs Alcohol": (("PsychoactiveSubstance",), ("abuse_of_vulnerability",)),
    "Means Deny Basic Needs": (
        ("RestrictsFinancialAccess", "RestrictsMedicalCare", "WithholdsNecessities", "RestrictsMovement"),
        ("restriction_of_movement", "abusive_working_and_living_conditions"),
    ),
    "Means Excessive Work Hours": (("ExcessiveWorkingHours",), ("excessive_overtime",)),
    "Means Withhold Docs": (("WithholdsDocuments",), ("retention_of_identity_documents",)),
}
RECRUITERS: Mapping[str, str] = {
    "Recruiter Relation Intimate Partner": "IntimatePartner",
    "Recruiter Relation Friend": "Friend",
    "Recruiter Relation Family": "Family",
    "Recruiter Relation Other": "Other",
}
SECTORS = (
    "A_AgricultureForestryAndFishing",
    "C_Manufacturing",
    "F_Construction",
    "I_AccommodationAndFoodServiceActivities",
    "N_AdministrativeAndSupportServiceActivities",
    "T_ActivitiesOfHouseholdsAsEmployers",
)

LAST_CHILD_BAND = 2  # 9-17
MONTHS = {1: (0, 11), 2: (13, 24), 3: (25, 48)}  # of the three bands of duration
MONTHS_WHERE_UNKNOWN = (1, 9)


@dataclass(frozen=True, kw_only=True)
class Person:
    """The exploitation of a fictitious person, as codes of the code lists. Dates can be partial (`2025`, `2025-03`)."""

    age: str
    exploitation: tuple[str, ...]
    means: tuple[str, ...]
    indicators: tuple[str, ...]
    sectors: tuple[str, ...]
    recruiter: str
    citizen: bool
    earliest_incident: str
    work_ended: str | None


def person_of(row: Mapping[str, int], random: Random, today: dt.date) -> Person:
    """Read one row. `random` chooses what the columns do not contain (sector, days)."""
    labour = bool(row["isForcedLabour"])
    means = _merged(row, 0) or ("Other",)
    indicators = _merged(row, 1) or ("abuse_of_vulnerability",)
    ended = today - dt.timedelta(days=random.randint(20, 70))
    return Person(
        age=_age(row["Age Band"]),
        exploitation=_exploitation(row),
        means=means,
        indicators=indicators,
        sectors=(random.choice(SECTORS),) if labour else (),
        recruiter=next((code for column, code in RECRUITERS.items() if row[column]), "Unknown"),
        citizen=bool(row["Is Citizen of Country"]),
        earliest_incident=_earliest(row["Trafficking Duration"], ended, random),
        work_ended=ended.isoformat() if labour else None,
    )


def invented(random: Random) -> dict[str, int]:
    """Invent a row, about as often in each column as the synthetic dataset has it."""
    row = dict.fromkeys(COLUMNS, 0)
    row["Age Band"] = random.choices(range(10), weights=[20, 2, 16, 10, 10, 10, 10, 12, 6, 4])[0]
    row["Trafficking Duration"] = random.choices(range(4), weights=[4, 3, 2, 1])[0]
    for column in MEANS:
        row[column] = int(random.random() < 0.3)  # noqa: PLR2004 - a share
    kind = random.choice(["isForcedLabour", "isSexualExploit"])
    row[kind] = 1
    recruiter = random.choice([None, *RECRUITERS])
    if recruiter:
        row[recruiter] = 1
    row["Woman"] = int(random.random() < 0.7)  # noqa: PLR2004 - a share
    row["Is Citizen of Country"] = int(random.random() < 0.15)  # noqa: PLR2004 - a share
    return row


def _merged(row: Mapping[str, int], side: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for column, codes in MEANS.items() if row[column] for code in codes[side]))


def _age(band: int) -> str:
    if band == 0:
        return "unknown"
    return "child" if band <= LAST_CHILD_BAND else "adult"


def _exploitation(row: Mapping[str, int]) -> tuple[str, ...]:
    reported_types = {"ForcedLabour": row["isForcedLabour"], "SexualExploitation": row["isSexualExploit"]}
    return tuple(code for code, reported in reported_types.items() if reported) or ("Other",)


def _earliest(duration: int, ended: dt.date, random: Random) -> str:
    """Return a partial date: people seldom know the day; mostly the month is known, sometimes only the year."""
    months = random.randint(*MONTHS.get(duration, MONTHS_WHERE_UNKNOWN))
    began = ended - relativedelta(months=months)
    return began.strftime(random.choices(["%Y-%m-%d", "%Y-%m", "%Y"], weights=[3, 6, 1])[0])
