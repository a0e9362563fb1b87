"""The case as a state machine: any sequence of steps keeps it legal, and each change publishes exactly its events."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid5

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, invariant, multiple, rule

from services.intake.agencies.consent.rules import check_consent, check_not_withdrawn
from services.intake.agencies.referral import rules as referrals
from services.intake.cases.lifecycle import rules
from services.intake.facts.case.rules import CLOSED, OPEN
from services.intake.service import EMITS
from shared.casework.refusals import FactRefused, StepForbidden
from shared.events.envelope import Announcement
from shared.reference import id_of_authority
from tests.kit.intake.official_path import LAW, LEAD, OfficialPath, refusal

AGENCY = next(iter(LAW.authorities))
PURPOSE = "referral_for_support"
CATEGORIES = ("contact_safe", "health", "account")
NEEDED: dict[str, dict[str, Any]] = {"reject": {"reason": "no_capacity"}, "complete": {"outcome": "service_given"}}


#: The steps that staff or agencies take. A referral expires by a timer.
BY_SOMEBODY = sorted(set(referrals.CHANGES) - {"expire"})


class CaseLifecycle(OfficialPath):
    """One case with its consents, referrals and steps, as the rules allow. It counts the published events by name."""

    referral_ids = Bundle("referral_ids")
    consent_ids = Bundle("consent_ids")

    def __init__(self) -> None:
        super().__init__()
        self.today = date(2026, 3, 2)
        self.status = OPEN
        self.closed_on: date | None = None
        self.opened_on = self.today
        self.consents: dict[UUID, dict[str, Any]] = {}
        self.referrals: dict[UUID, dict[str, Any]] = {}
        self.told: list[str] = []
        self.expected: list[str] = []

    def tell(self, *announced: Announcement) -> None:
        for each in announced:
            EMITS.check(each)
            self.told.append(each.name)

    # --- time ------------------------------------------------------------------------------------------------------

    @rule(days=st.integers(1, 40))
    def time_passes(self, days: int) -> None:
        self.today += timedelta(days=days)
        for which, each in self.referrals.items():
            if each["state"] in referrals.WAITING and each["reply_by"] < self.today:
                self._take(which, "expire", {})
                self.expected.append("referral.expired")

    # --- the case --------------------------------------------------------------------------------------------------

    @rule(back=st.integers(-2, 60))
    def close(self, back: int) -> None:
        day = self.today - timedelta(days=back)
        under_way = [each for each in self.referrals.values() if each["state"] in referrals.UNDER_WAY]
        legal = self.status == OPEN and self.opened_on <= day <= self.today and not under_way
        told: list[Announcement] = []

        def close() -> None:
            told.append(rules.close(self.status, day, self.opened_on, self.today))
            referrals.check_none_under_way(each["state"] for each in self.referrals.values())

        assert (refusal(close) is None) == legal
        if not legal:
            return
        self.tell(Announcement(told[0].name, {**told[0].data, "reason": "moved_on"}))
        self.status, self.closed_on = CLOSED, day
        self.expected.append("case.closed")

    @rule(back=st.integers(-2, 60))
    def reopen(self, back: int) -> None:
        day = self.today - timedelta(days=back)
        legal = self.closed_on is not None and self.closed_on <= day <= self.today
        told: list[Announcement] = []
        tried = refusal(lambda: told.append(rules.reopen(self.status, day, self.closed_on, self.today)))
        assert (tried is None) == legal
        if not legal:
            return
        self.tell(Announcement(told[0].name, {**told[0].data, "reason": "new_facts"}))
        self.status, self.closed_on, self.opened_on = OPEN, None, day
        self.expected.append("case.reopened")

    # --- consent ---------------------------------------------------------------------------------------------------

    @rule(target=consent_ids, categories=st.lists(st.sampled_from(CATEGORIES), unique=True), days=st.integers(-5, 90))
    def consent(self, categories: list[str], days: int) -> Any:
        given: dict[str, Any] = {
            "granted_on": self.today,
            "expires_on": self.today + timedelta(days=days),
            "purposes": ["referral_for_support"],
            "checklist": ["told_purpose", "told_uses", "told_withdrawal"],
        }
        try:
            check_consent(**given, today=self.today)
        except FactRefused:
            assert days <= 0
            return multiple()
        assert days > 0
        made = uuid5(LEAD, f"consent {len(self.consents)}")
        self.consents[made] = {"categories": categories, "until": given["expires_on"], "withdrawn": False}
        return made

    @rule(which=consent_ids)
    def withdraw_consent(self, which: UUID) -> None:
        consent = self.consents[which]
        if consent["withdrawn"]:
            with pytest.raises(StepForbidden):
                check_not_withdrawn(withdrawn=True)
            return
        consent["withdrawn"] = True
        for referral, each in self.referrals.items():
            sent = each["state"] in referrals.UNDER_WAY | {referrals.ARRIVED}
            if sent and not self._consented(each["categories"]):
                self._take(referral, "withdraw", {})
                self.expected.append("referral.withdrawn")

    # --- referrals -------------------------------------------------------------------------------------------------

    @rule(target=referral_ids, categories=st.lists(st.sampled_from(CATEGORIES), unique=True), days=st.integers(0, 30))
    def draft(self, categories: list[str], days: int) -> UUID:
        made = uuid5(LEAD, f"referral {len(self.referrals)}")
        reply_by = self.today + timedelta(days=days)
        referrals.check_answer_by(reply_by, self.today)
        self.referrals[made] = {
            "state": referrals.DRAFT,
            "categories": categories,
            "reply_by": reply_by,
            "returned": None,
        }
        return made

    @rule(
        which=referral_ids, name=st.sampled_from(sorted(set(referrals.CHANGES) - {"expire"})), days=st.integers(0, 30)
    )
    def take_referral_step(self, which: UUID, name: str, days: int) -> None:
        found = self.referrals[which]
        before = found["state"]
        more = {"reply_by": self.today + timedelta(days=days)} if name == "wait_list" else NEEDED.get(name, {})
        legal = before in referrals.CHANGES[name].sources
        if name == "send":
            legal = legal and self._consented(found["categories"]) and found["reply_by"] >= self.today
        assert (refusal(lambda: self._take(which, name, more)) is None) == legal
        if not legal:
            assert found["state"] == before
        elif not (before == referrals.DRAFT and name != "send"):
            self.expected.append(f"referral.{referrals.VERBS[name]}")

    def _take(self, which: UUID, name: str, more: dict[str, Any]) -> None:
        found, said = self.referrals[which], referrals.StepDetails(**more)
        before = found["state"]
        state = referrals.step(before, name, said, self.today)
        if name == "send":
            referrals.check_answer_by(found["reply_by"], self.today)
            referrals.check_shared(found["categories"], self._standing())
        found["state"], found["reply_by"] = state, said.reply_by or found["reply_by"]
        found["returned"] = LEAD if state in referrals.COMES_BACK else found["returned"]
        details = {
            "agency": id_of_authority(AGENCY),
            "purpose": PURPOSE,
            "service_types": ["medical"],
            "data_categories": found["categories"],
            "urgent": False,
            "reply_by": found["reply_by"],
            "returned_to": found["returned"],
        }
        self.tell(*referrals.announced(which, before, name, said, details))

    def _standing(self) -> list[list[str]]:
        return [
            each["categories"]
            for each in self.consents.values()
            if not each["withdrawn"] and each["until"] >= self.today
        ]

    def _consented(self, categories: list[str]) -> bool:
        standing = self._standing()
        return bool(standing) and set(categories) <= {each for consent in standing for each in consent}

    # --- invariants ------------------------------------------------------------------------------------------------

    @invariant()
    def each_change_told_exactly_its_events(self) -> None:
        assert self.told == self.expected

    @invariant()
    def a_closed_case_has_its_day_and_an_open_one_has_none(self) -> None:
        assert (self.status == CLOSED) == (self.closed_on is not None)

    @invariant()
    def every_state_is_known_and_what_came_back_came_back_to_somebody(self) -> None:
        for each in self.referrals.values():
            assert each["state"] in referrals.STATES
            assert (each["state"] in referrals.COMES_BACK) == (each["returned"] is not None)

    @invariant()
    def nobody_waits_beyond_the_day_until_which_an_answer_was_asked_for(self) -> None:
        waiting = [each["reply_by"] for each in self.referrals.values() if each["state"] in referrals.WAITING]
        assert all(day >= self.today for day in waiting)


TestCaseLifecycle = CaseLifecycle.TestCase
