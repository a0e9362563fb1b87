"""The calculator, by rule: each date counted by hand, with the days that it crosses or is moved off."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.reference import JURISDICTIONS, Calculation, UnknownRule, calculate, profile, rule_as_data
from shared.reference.periods import moment


def calculated(jurisdiction: str, rule: str, start: str) -> Calculation:
    return calculate(profile(jurisdiction), rule, moment(start))


CHRISTMAS = "25 Christmas Day, 26 Boxing Day, 27 Sunday, 28 Boxing Day (observed), 01 New Year's Day"
EASTER = "03 Good Friday, 04 Saturday, 05 Sunday, 06 Easter Monday"
# jurisdiction, rule, start, due on, the other reading, days crossed
TABLE = [
    # The authority's five working days, over the same holidays in three places.
    ("GB-EAW", "GB.RG", "2026-04-01", "2026-04-10", None, EASTER),
    ("GB-NIR", "GB.RG", "2026-04-01", "2026-04-10", None, EASTER),
    ("GB-SCT", "GB.RG", "2026-04-01", "2026-04-09", None, "03 Good Friday, 04 Saturday, 05 Sunday"),
    ("GB-EAW", "GB.RG", "2026-12-23", "2027-01-04", None, f"{CHRISTMAS}, 02 Saturday, 03 Sunday"),
    (
        *("GB-SCT", "GB.RG", "2026-12-23", "2027-01-05", None),
        f"{CHRISTMAS}, 02 New Year Holiday, 03 Sunday, 04 New Year Holiday (observed)",
    ),
    (
        *("GB-NIR", "GB.RG", "2026-03-13", "2026-03-23", None),
        "14 Saturday, 15 Sunday, 17 Saint Patrick's Day, 21 Saturday, 22 Sunday",
    ),
    ("GB-EAW", "GB.RG", "2026-03-13", "2026-03-20", None, "14 Saturday, 15 Sunday"),
    # The same instant is another day in summer time.
    ("GB-EAW", "GB.RG", "2026-07-09T22:59Z", "2026-07-16", None, "11 Saturday, 12 Sunday"),
    ("GB-EAW", "GB.RG", "2026-07-09T23:00Z", "2026-07-17", None, "11 Saturday, 12 Sunday"),
    # Recovery: 45 days, then 30 beginning with the day; the law changed at midnight.
    ("GB-EAW", "GB.RECOVERY_MIN", "2022-12-12T23:59:59Z", "2023-01-26", None, ""),
    ("GB-EAW", "GB.RECOVERY_MIN", "2022-12-13T00:00Z", "2023-01-11", None, ""),
    ("GB-SCT", "GB.RECOVERY_MIN", "2022-12-13", "2023-01-11", None, ""),
    ("GB-NIR", "GB.RECOVERY_MIN", "2024-02-01", "2024-03-01", None, ""),
    ("GB-NIR", "NIR.RECOVERY_MIN", "2024-01-31", "2024-03-16", None, ""),
    ("GB-SCT", "SCT.SUPPORT_MAX", "2024-02-01", "2024-04-30", "2024-05-01", ""),
    ("GB-EAW", "GB.MOVEON_MIN", "2025-11-10", "2025-12-25", None, ""),
    ("NL", "EU.COE_RECOVERY_MIN", "2026-03-10", "2026-04-09", None, ""),
    ("NL", "NL.REFLECTION_MAX", "2026-01-31", "2026-04-30", "2026-05-01", ""),
    ("NL", "NL.REFLECTION_MAX", "2023-05-17", "2023-08-17", None, ""),
    ("RO", "RO.RECOVERY_MAX", "2026-01-09T22:00Z", "2026-04-10", None, ""),
    ("RO", "EU.COE_RECOVERY_MIN", "2028-02-10", "2028-03-11", None, ""),
    # Limits that move off a day of rest, because the law says so.
    ("NL", "NL.OBJECTION", "2026-02-02", "2026-03-02", None, ""),
    (
        *("NL", "NL.OBJECTION", "2026-03-06", "2026-04-07", None),
        "03 Good Friday, 04 Saturday, 05 Easter Sunday, 06 Easter Monday",
    ),
    ("NL", "NL.OBJECTION", "2026-04-16", "2026-05-15", None, "14 Ascension Day"),
    ("NL", "NL.OBJECTION", "2026-04-27", "2026-05-26", None, "25 Pentecost Monday"),
    ("NL", "NL.OBJECTION", "2026-04-07", "2026-05-06", None, "05 Liberation Day"),
    ("NL", "NL.OBJECTION", "2025-12-04", "2026-01-02", None, "01 New Year's Day"),
    (
        *("NL", "NL.OBJECTION", "2025-11-27", "2025-12-29", None),
        "25 Christmas Day, 26 Second Day of Christmas, 27 Saturday, 28 Sunday",
    ),
    # Limits that stay where they fall.
    ("GB-EAW", "GB.CICA", "2024-02-29", "2026-02-28", None, ""),
    ("GB-SCT", "GB.CICA", "2024-12-25", "2026-12-25", None, ""),
    ("GB-NIR", "NIR.CICS", "2024-02-29", "2026-02-28", None, ""),
    ("GB-EAW", "GB.CIVIL_PI", "2024", "2027-01-01", None, ""),
    ("GB-SCT", "SCT.CIVIL_PI", "2024-02-29", "2027-02-28", None, ""),
    ("GB-NIR", "NIR.CIVIL_PI", "2025-02-28", "2028-02-28", None, ""),
    ("NL", "NL.SCHADEFONDS", "2016-02-29", "2026-02-28", None, ""),
    ("NL", "NL.SCHADEFONDS", "2016-12-25", "2026-12-25", None, ""),
    ("RO", "RO.STATE_COMP", "2024-02-29", "2025-02-28", None, ""),
    ("RO", "RO.STATE_COMP", "2015-03", "2016-03-01", None, ""),
    # Three months less a day; where the month has no such day, its last.
    ("GB-EAW", "GB.ET", "2026-01-15", "2026-04-14", None, ""),
    ("GB-SCT", "GB.ET", "2025-11-30", "2026-02-28", None, ""),
    ("GB-EAW", "GB.ET", "2023-11-29", "2024-02-28", None, ""),
    ("GB-EAW", "GB.ET", "2026-10-01", "2026-12-31", "2027-03-31", ""),
    ("GB-NIR", "NIR.TRIBUNAL", "2026-10-01", "2026-12-31", None, ""),
    ("GB-EAW", "GB.RECONSIDER", "2026-01-31", "2026-02-28", "2026-03-02", ""),
    ("GB-NIR", "GB.RECONSIDER", "2026-07-10", "2026-08-09", "2026-08-10", ""),
    ("GB-NIR", "GB.VTS_RECONSIDER", "2026-01-31", "2026-03-02", None, ""),
    ("GB-EAW", "GB.JR", "2026-01-31", "2026-04-30", None, ""),
    ("GB-EAW", "GB.CIVIL_CONTRACT", "2020-02-29", "2026-02-28", None, ""),
    ("NL", "NL.REFLECTION_DUBLIN_MAX", "2026-01-31", "2026-03-02", None, ""),
    # Hours are elapsed time, whatever the clocks do.
    ("RO", "RO.VOUCHER", "2026-03-27T10:00Z", "2026-03-30", None, ""),
    ("RO", "RO.VOUCHER", "2026-10-22T21:30Z", "2026-10-25", None, ""),
]


@pytest.mark.parametrize(("jurisdiction", "rule", "start", "due", "other", "crossed"), TABLE)
def test_a_rule_is_counted_as_by_hand(
    jurisdiction: str, rule: str, start: str, due: str, other: str | None, crossed: str
) -> None:
    told = calculated(jurisdiction, rule, start).as_data()

    assert told["due_on"] == due
    assert (told["other"] and told["other"]["due_on"]) == other
    assert ", ".join(f"{each['date'][-2:]} {each['reason']}" for each in told["skipped"]) == crossed


def test_every_rule_with_a_length_has_a_date_in_the_table() -> None:
    known = {
        (code, rules[-1].code)
        for code in JURISDICTIONS
        for rules in profile(code).clocks.values()
        if rules[-1].length is not None
    }

    assert {code for _, code in known} - {row[1] for row in TABLE} == set()


def test_an_answer_tells_all_that_one_needs_to_judge_it() -> None:
    told = calculated("NL", "NL.REFLECTION_MAX", "2026-03-27T10:00:00Z").as_data()

    assert json.loads(json.dumps(told)) == told
    assert (told["jurisdiction"], told["rule"], told["version"]) == ("NL", "NL.REFLECTION_MAX", "2023-05-18")
    assert (told["due_from"], told["over_from"]) == ("2026-06-24T22:00:00Z", "2026-06-25T22:00:00Z")
    assert told["source"].startswith("National Rapporteur")
    assert (told["certainty"], told["verify"], told["layer"]) == ("high", True, "NL")
    assert told["wording"] == "90 days"
    assert told["other"]["wording"] == "3 months"
    assert told["other"]["why"]
    assert told["warns_on"] == ["2026-05-26", "2026-06-11", "2026-06-18"]
    assert "Prepare" in told["meaning"]


def test_hours_are_told_to_the_instant_and_days_are_not() -> None:
    assert calculated("RO", "RO.VOUCHER", "2026-10-22T21:30Z").as_data()["due_at"] == "2026-10-25T21:30:00Z"
    assert calculated("RO", "RO.STATE_COMP", "2026-10-22T21:30Z").as_data()["due_at"] is None


def test_past_a_limit_where_the_rule_knows_exceptions_late_filing_is_named() -> None:
    assert "late filing possible" in calculated("GB-EAW", "GB.CICA", "2020").meaning
    assert "late filing" not in calculated("RO", "RO.STATE_COMP", "2020").meaning
    assert "ends nothing" in calculated("GB-NIR", "NIR.RECOVERY_MIN", "2026").meaning
    assert "authority is late" in calculated("GB-SCT", "GB.RG", "2026").meaning


@pytest.mark.parametrize(
    ("jurisdiction", "rule", "start"),
    [
        ("NL", "NL.CIVIL", "2015"),
        ("RO", "RO.CIVIL", "2026-03-09T10:00Z"),
        # Before the oldest version kept here.
        ("GB-SCT", "SCT.SUPPORT_MAX", "2018-03-31"),
        ("GB-NIR", "NIR.RECOVERY_MIN", "2014"),
    ],
)
def test_a_rule_whose_length_is_unknown_gives_no_date_and_says_so(jurisdiction: str, rule: str, start: str) -> None:
    told = calculated(jurisdiction, rule, start).as_data()

    assert [told[name] for name in ("due_on", "due_at", "due_from", "over_from", "length")] == [None] * 5
    assert (told["skipped"], told["warns_on"], told["verify"]) == ([], [], True)
    assert "no date is given" in told["note"]


def test_a_rule_of_another_law_is_none_of_this_one() -> None:
    with pytest.raises(UnknownRule, match="it has"):
        calculated("GB-NIR", "GB.CICA", "2026-01-01")


RULES = [(code, rule) for code in JURISDICTIONS for rule in profile(code).clocks]


@given(which=st.sampled_from(RULES), start=st.dates(date(1995, 1, 1), date(2090, 12, 31)))
def test_the_reading_that_is_safe_for_the_person_stands_first(which: tuple[str, str], start: date) -> None:
    found = calculate(profile(which[0]), which[1], start).found
    if found.due is None or found.other is None:
        return

    protective = found.rule.kind == "minimum"
    assert found.rule.verify
    assert found.due == (max if protective else min)((found.due, found.other), key=lambda due: due.ends_at)


@pytest.mark.parametrize("which", RULES, ids="/".join)
def test_every_version_of_every_rule_is_traced(which: tuple[str, str]) -> None:
    for rule in profile(which[0]).clocks[which[1]]:
        told: dict[str, Any] = rule_as_data(rule)
        assert all(told[name] for name in ("rule", "kind", "version", "layer", "source", "certainty"))
        assert told["verify"] or told["certainty"] == "high"
