"""Rules of consents, of their withdrawals, and of the agencies' answers. Pure.

A consent is informed, has an end, and is to an agency that takes part.
"""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from services.intake.facts.case.rules import OFFICER, TEAM_ROLES, Access
from shared.access.permissions import Need
from shared.casework.dates import not_in_future
from shared.casework.refusals import FactRefused, StepForbidden
from shared.reference import JURISDICTIONS, WITHDRAWAL_ANSWER, Profile, codes, profile

ACCESS: Final[Access] = {
    "consent.record": {"caseworker": Need.TEAM, "outreach_worker": Need.TEAM},
    "consent.refuse": {"caseworker": Need.TEAM, "outreach_worker": Need.TEAM},
    "consent.withdraw": {"caseworker": Need.TEAM, "outreach_worker": Need.TEAM, "supervisor": Need.SUPERVISION},
    # The roles that are responsible for overdue answers.
    "consent.answer": {"caseworker": Need.TEAM, "outreach_worker": Need.TEAM, "supervisor": Need.SUPERVISION},
    "consent.follow": {"supervisor": Need.ANY, OFFICER: Need.ANY},
    "sharing.propose": {"caseworker": Need.TEAM, "outreach_worker": Need.TEAM, "supervisor": Need.SUPERVISION},
    "sharing.read": {**TEAM_ROLES, "supervisor": Need.SUPERVISION, OFFICER: Need.ANY},
    # `decide` checks that this is a second person.
    "sharing.decide": {"supervisor": Need.SUPERVISION, OFFICER: Need.ANY},
}
#: The last two let a sharing be stopped; `check_not_restricted` refuses to start one.
WHILE_RESTRICTED: Final = frozenset(("consent.withdraw", "consent.answer", "sharing.decide", "sharing.read"))


#: From this version on, events name an agency by its id in the register.
NAMED_BY_ID: Final = 2
#: The fields of a consent that narrow it.
NAMES: Final = ("only_remedies", "only_matters", "only_stages")
POLICE: Final = "police_investigation"
#: The reason why earlier versions stay inside the installation.
NAMED_BY_CODE: Final = "This version named only authorities of the law, by a code that each agency could read."
#: The states of an agency in the register: it takes part, or does not for now. All other states are final.
ACTIVE, SUSPENDED = "active", "suspended"
#: For this purpose the person must know that the data are used for research.
RESEARCH: Final = "research_statistics"
#: An agency that has not answered a withdrawal is listed after so many days: the shortest period of any profile.
OVERDUE_DAYS: Final = min(profile(code).other_periods[WITHDRAWAL_ANSWER].length.amount for code in JURISDICTIONS)
CONSENT, DELETED, KEPT, OFFICIAL_FILE = "consent", "deleted", "kept", "official_file"
#: The agency still has data, on a legal basis that it names.
KEEPS: Final = frozenset((KEPT, "partly_kept"))
#: No source is known, so the agency has to be asked.
UNKNOWN: Final = "unknown"


def check_consent(
    *, purposes: Collection[str], checklist: Collection[str], granted_on: date, expires_on: date, today: date
) -> None:
    """Check that a consent is not from the future, has an end, and is informed. Raises `FactRefused`."""
    not_in_future("granted_on", granted_on, today)
    if expires_on <= granted_on:
        raise FactRefused(
            "expires_on",
            "consent_has_an_end_ahead",
            "The consent ends before, or on, the day it was given. Give a later end date.",
        )
    missing = set(codes("consent_checklist").values) - set(checklist)
    needed = missing & {"told_purpose", "told_uses", "told_withdrawal"}
    if RESEARCH in purposes:
        needed |= missing & {"told_research_use"}
    if needed:
        raise FactRefused(
            "checklist",
            "consent_is_informed",
            "The consent is not informed, because some topics were not explained to the person. Explain and "
            f"record these first: {', '.join(sorted(needed))}.",
        )


def check_named(
    *, purposes: Collection[str], remedies: Collection[str] | None, stages: Collection[str] | None, profile: Profile
) -> None:
    """Check the remedies and stages that a consent names. Raises `FactRefused`."""
    if not set(remedies or ()) <= profile.remedies.keys():
        raise FactRefused(
            "only_remedies",
            "remedy_of_the_jurisdiction",
            "The consent names a claim of another jurisdiction, so the agency would receive nothing. Choose claims of "
            "this case's jurisdiction.",
        )
    # control: H-CONFIDENTIALITY-32 stages-of-one-purpose
    if stages and set(purposes) != {POLICE}:
        raise FactRefused(
            "only_stages",
            "stages_are_for_the_police",
            "The consent names stages of the criminal proceedings, but the police investigation is not its only "
            "purpose. Remove the stages, or record a separate consent for the police investigation.",
        )


def check_refusal(*, consented: bool) -> None:
    """Raise `StepForbidden` if an earlier consent to the same agency and purpose is valid (`consented`)."""
    if consented:
        raise StepForbidden(
            "consent_stands",
            "The person's consent for this agency is valid. If the person has changed their mind, withdraw that "
            "consent.",
        )


def check_known(state: str | None) -> None:
    """Raise `FactRefused` if the register does not contain the agency (`state` is None)."""
    if state is None:
        raise FactRefused(
            "agency",
            "agency_of_the_register",
            "The agency is not in the register. Search the register, or ask to have the agency registered.",
        )


def check_takes_part(state: str | None) -> None:
    """Raise `FactRefused` unless the register contains the agency and it takes part now."""
    check_known(state)
    if state == SUSPENDED:
        raise FactRefused(
            "agency",
            "agency_takes_part",
            "This agency is suspended. Choose another agency, or wait until it is active again.",
        )
    if state != ACTIVE:
        raise FactRefused(
            "agency", "agency_takes_part", "This agency has ended its participation. Choose another agency."
        )


def check_takes_referrals(state: str | None, *, takes_referrals: bool) -> None:
    """Raise `FactRefused` unless the agency takes part and accepts referrals now."""
    check_takes_part(state)
    if not takes_referrals:
        check_takes_part(SUSPENDED)


def answer_due(withdrawn_on: date) -> date:
    """Return the day by which an agency should say what it did after a withdrawal."""
    return withdrawn_on + timedelta(days=OVERDUE_DAYS)


def read_place(text: str) -> tuple[date, UUID]:
    """Return the day of the withdrawal and the consent of a page cursor. Raises `ValueError`."""
    day, _, consent = text.partition("~")
    return date.fromisoformat(day), UUID(consent)


def check_answer(*, withdrawn: bool, before: Collection[str], answer: str, basis: str | None) -> None:
    """Check an agency's answer to a withdrawal. Raises `StepForbidden`, `FactRefused`."""
    if not withdrawn:
        raise StepForbidden(
            "answer_follows_withdrawal",
            "This consent is still valid, so there is no withdrawal to answer. Record the withdrawal first.",
        )
    if DELETED in before:
        raise StepForbidden(
            "deleted_is_final", "The agency has already confirmed that it deleted all data. Nothing needs to be done."
        )
    # control: H-DESK-15 kept-part-has-a-ground
    if (answer in KEEPS) != (basis is not None):
        raise FactRefused(
            "basis",
            "kept_on_a_basis",
            "The agency keeps data, but its own legal basis is missing. Name the legal basis.",
        )
    if basis == CONSENT:
        raise FactRefused(
            "basis",
            "consent_is_gone",
            "The consent was withdrawn, so it can't be the basis for keeping data. Ask the agency for another "
            "legal basis.",
        )


def keeps(authority: str | None, profile: Profile) -> str:
    """Return whether an agency keeps the data it received: `official_file` if it decides on cases, else `unknown`.

    `authority`: the code by which the law names the agency, if it does.
    """
    deciders = {authority for stage in profile.stages.values() if stage.outcomes for authority in stage.authorities}
    return OFFICIAL_FILE if authority in deciders else UNKNOWN


def check_withdrawn(*, withdrawn: bool) -> None:
    """Raise `StepForbidden` if a consent was not withdrawn: there is no withdrawal to correct."""
    if not withdrawn:
        raise StepForbidden(
            "withdrawal_is_recorded",
            "This consent is still valid, so there is no withdrawal to correct. Read the consent again.",
        )


def check_after_consent(*, comes_before: bool) -> None:
    """Raise `FactRefused` if the withdrawal is certainly earlier than its consent."""
    if comes_before:
        raise FactRefused(
            "happened",
            "withdrawn_after_consent",
            "The withdrawal is before the day on which the consent was given. Check both days. If this one is "
            "right, correct the consent first.",
        )


def check_not_withdrawn(*, withdrawn: bool, taken_back: bool = False) -> None:
    """Raise `StepForbidden` if the consent was already withdrawn, or was never valid."""
    if taken_back:
        raise StepForbidden(
            "consent_counts",
            "This consent was recorded by mistake and is not valid. Record a new consent if the person gave one.",
        )
    if withdrawn:
        raise StepForbidden("withdrawn_once", "This consent was already withdrawn. Nothing needs to be done.")
