"""The calculator, by rule: each date is counted by hand, with the days that it skips or is moved from."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.reference import (
    DOUBTS,
    JURISDICTIONS,
    Calculation,
    UnknownRule,
    calculate,
    codes,
    deadlines,
    profile,
    rule_as_data,
)
from shared.reference.calculation import LATE, LATE_FILING, MEANINGS
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
    # Scotland and Northern Ireland use their own holidays and those of England and Wales; the earlier date is first.
    # Easter Monday is no holiday in Scotland (Thu 2, Mon 6, Tue 7, Wed 8, Thu 9; else Fri 10).
    ("GB-SCT", "GB.RG", "2026-04-01", "2026-04-09", "2026-04-10", "03 Good Friday, 04 Saturday, 05 Sunday"),
    ("GB-EAW", "GB.RG", "2026-12-23", "2027-01-04", None, f"{CHRISTMAS}, 02 Saturday, 03 Sunday"),
    (
        # 4 January is a holiday in Scotland only: Mon 4 by England's calendar, Tue 5 by its own.
        *("GB-SCT", "GB.RG", "2026-12-23", "2027-01-04", "2027-01-05"),
        f"{CHRISTMAS}, 02 Saturday, 03 Sunday",
    ),
    (
        # 17 March is a holiday in Northern Ireland only: Fri 20 by England's calendar, Mon 23 by its own.
        *("GB-NIR", "GB.RG", "2026-03-13", "2026-03-20", "2026-03-23"),
        "14 Saturday, 15 Sunday",
    ),
    ("GB-EAW", "GB.RG", "2026-03-13", "2026-03-20", None, "14 Saturday, 15 Sunday"),
    # In summer time, the same instant is on another day.
    ("GB-EAW", "GB.RG", "2026-07-09T22:59Z", "2026-07-16", None, "11 Saturday, 12 Sunday"),
    ("GB-EAW", "GB.RG", "2026-07-09T23:00Z", "2026-07-17", None, "11 Saturday, 12 Sunday"),
    # Recovery: 45 days, then 30; the law changed at midnight. A protective period starts on the day after the decision
    # (13 December + 30 = 12 January). The reading "beginning with the day" is the other date (11 January).
    ("GB-EAW", "GB.RECOVERY_MIN", "2022-12-12T23:59:59Z", "2023-01-26", None, ""),
    ("GB-EAW", "GB.RECOVERY_MIN", "2022-12-13T00:00Z", "2023-01-12", "2023-01-11", ""),
    ("GB-SCT", "GB.RECOVERY_MIN", "2022-12-13", "2023-01-12", "2023-01-11", ""),
    ("GB-NIR", "GB.RECOVERY_MIN", "2024-02-01", "2024-03-02", "2024-03-01", ""),
    ("GB-NIR", "NIR.RECOVERY_MIN", "2024-01-31", "2024-03-16", None, ""),
    ("GB-SCT", "SCT.SUPPORT_MAX", "2024-02-01", "2024-04-30", "2024-05-01", ""),
    ("GB-EAW", "GB.MOVEON_MIN", "2025-11-10", "2025-12-25", None, ""),
    ("NL", "COE.RECOVERY_MIN", "2026-03-10", "2026-04-09", None, ""),
    ("NL", "NL.REFLECTION_MAX", "2026-01-31", "2026-04-30", "2026-05-01", ""),
    ("NL", "NL.REFLECTION_MAX", "2023-05-17", "2023-08-17", None, ""),
    ("RO", "RO.RECOVERY_MAX", "2026-01-09T22:00Z", "2026-04-10", None, ""),
    ("RO", "COE.RECOVERY_MIN", "2028-02-10", "2028-03-11", None, ""),
    # By law, these limits move from a day of rest to the next working day.
    ("NL", "NL.OBJECTION", "2026-02-02", "2026-03-02", None, ""),
    (
        *("NL", "NL.OBJECTION", "2026-03-06", "2026-04-07", None),
        "03 Good Friday, 04 Saturday, 05 Easter Sunday, 06 Easter Monday",
    ),
    # The Friday after Ascension Day 2026 and 2 January 2026 are equated with holidays by decree.
    (
        *("NL", "NL.OBJECTION", "2026-04-16", "2026-05-18", None),
        "14 Ascension Day, 15 Day decreed, after Ascension Day, 16 Saturday, 17 Sunday",
    ),
    ("NL", "NL.OBJECTION", "2026-04-27", "2026-05-26", None, "25 Pentecost Monday"),
    ("NL", "NL.OBJECTION", "2026-04-07", "2026-05-06", None, "05 Liberation Day"),
    (
        *("NL", "NL.OBJECTION", "2025-12-04", "2026-01-05", None),
        "01 New Year's Day, 02 Day decreed, after New Year's Day, 03 Saturday, 04 Sunday",
    ),
    (
        *("NL", "NL.OBJECTION", "2025-11-27", "2025-12-29", None),
        "25 Christmas Day, 26 Second Day of Christmas, 27 Saturday, 28 Sunday",
    ),
    # Limits that do not move.
    ("GB-EAW", "GB.CICA", "2024-02-29", "2026-02-28", None, ""),
    ("GB-SCT", "GB.CICA", "2024-12-25", "2026-12-25", None, ""),
    ("GB-NIR", "NIR.CICS", "2024-02-29", "2026-02-28", None, ""),
    ("GB-EAW", "GB.CIVIL_PI", "2024", "2027-01-01", None, ""),
    ("GB-SCT", "SCT.CIVIL_PI", "2024-02-29", "2027-02-28", None, ""),
    ("GB-NIR", "NIR.CIVIL_PI", "2025-02-28", "2028-02-28", None, ""),
    ("NL", "NL.SCHADEFONDS", "2016-02-29", "2026-02-28", None, ""),
    ("NL", "NL.SCHADEFONDS", "2016-12-25", "2026-12-25", None, ""),
    # One year from the final judgment; 3 years is the other reading.
    ("RO", "RO.STATE_COMP", "2024-02-29", "2025-02-28", "2027-02-28", ""),
    ("RO", "RO.STATE_COMP", "2015-03", "2016-03-01", "2018-03-01", ""),
    # Three months less a day. If the month has no such day, its last day counts; the reading with a day less is first.
    ("GB-EAW", "GB.ET", "2026-01-15", "2026-04-14", None, ""),
    ("GB-SCT", "GB.ET", "2025-11-30", "2026-02-27", "2026-02-28", ""),
    ("GB-EAW", "GB.ET", "2023-11-29", "2024-02-28", None, ""),
    ("GB-EAW", "GB.ET", "2026-10-01", "2026-12-31", "2027-03-31", ""),
    ("GB-NIR", "NIR.TRIBUNAL", "2026-10-01", "2026-12-31", None, ""),
    ("GB-EAW", "GB.ET_CONTRACT", "2026-10-01", "2026-12-31", None, ""),
    # 30 days from the decision; no source supports "one month".
    ("GB-EAW", "GB.RECONSIDER", "2026-01-31", "2026-03-02", None, ""),
    ("GB-NIR", "GB.RECONSIDER", "2026-07-10", "2026-08-09", None, ""),
    ("GB-SCT", "GB.DISQUALIFIED_RECONSIDER", "2026-01-31", "2026-03-02", None, ""),
    ("GB-NIR", "GB.VTS_RECONSIDER", "2026-01-31", "2026-03-02", None, ""),
    ("GB-EAW", "GB.JR", "2026-01-31", "2026-04-30", None, ""),
    ("GB-EAW", "GB.CIVIL_CONTRACT", "2020-02-29", "2026-02-28", None, ""),
    ("NL", "NL.REFLECTION_DUBLIN_MAX", "2026-01-31", "2026-03-02", None, ""),
    # Conciliation must begin within the limit of the claim, by both readings of it.
    ("GB-EAW", "GB.CONCILIATION", "2026-10-01", "2026-12-31", "2027-03-31", ""),
    ("GB-NIR", "NIR.CONCILIATION", "2026-10-01", "2026-12-31", None, ""),
    # Challenges of decided claims. 2 March + 56: 29 days to the 31st + 27 = 27 April. 20 April + 90: 10 + 31 + 30 + 19.
    ("GB-EAW", "GB.CICA_REVIEW", "2026-03-02", "2026-04-27", None, ""),
    ("GB-SCT", "GB.CICA_APPEAL", "2026-04-20", "2026-07-19", None, ""),
    # Northern Ireland's scheme has not been read, so 90 days (31 May) is the other reading.
    ("GB-NIR", "NIR.CICS_REVIEW", "2026-03-02", "2026-04-27", "2026-05-31", ""),
    ("GB-NIR", "NIR.CICS_APPEAL", "2026-04-20", "2026-07-19", None, ""),
    ("NL", "NL.SCHADEFONDS_OBJECTION", "2026-02-02", "2026-03-16", None, ""),
    ("NL", "NL.SCHADEFONDS_APPEAL", "2026-02-02", "2026-03-16", None, ""),
    ("NL", "NL.SCHADEFONDS_HIGHER_APPEAL", "2026-02-02", "2026-03-16", None, ""),
    ("RO", "RO.STATE_COMP_APPEAL", "2026-03-02", "2026-03-17", None, ""),
    # Leave and asylum. The Regulation allows between 5 days and 1 month, and 1 August 2026 is a Saturday.
    ("GB-EAW", "GB.ASYLUM_APPEAL", "2026-03-02", "2026-03-16", None, ""),
    ("GB-SCT", "GB.ASYLUM_PERMISSION", "2026-03-02", "2026-03-16", None, ""),
    ("GB-NIR", "GB.ASYLUM_UT_PERMISSION", "2026-03-02", "2026-03-16", None, ""),
    ("NL", "NL.APPEAL", "2026-02-02", "2026-03-02", None, ""),
    ("NL", "NL.HIGHER_APPEAL", "2026-02-02", "2026-03-02", None, ""),
    ("NL", "NL.ASYLUM_APPEAL", "2026-03-02", "2026-03-09", "2026-03-30", ""),
    ("NL", "NL.ASYLUM_APPEAL", "2026-07-01", "2026-07-06", "2026-08-03", ""),
    ("NL", "NL.ASYLUM_HIGHER_APPEAL", "2026-03-02", "2026-03-09", "2026-03-30", ""),
    ("RO", "RO.RESIDENCE_CHALLENGE", "2026-03-02", "2026-03-12", "2026-04-01", ""),
    ("RO", "RO.ASYLUM_APPEAL", "2026-03-02", "2026-03-09", "2026-03-12", ""),
    ("RO", "RO.ASYLUM_APPEAL", "2026-07-01", "2026-07-06", "2026-08-01", ""),
    ("RO", "RO.ASYLUM_SECOND_APPEAL", "2026-03-02", "2026-03-07", None, ""),
    # Other decisions. One year and three months "beginning with" a day include that day.
    ("GB-EAW", "GB.HRA", "2026-03-10", "2027-03-09", None, ""),
    ("GB-SCT", "SCT.JR", "2026-03-10", "2026-06-09", None, ""),
    ("GB-NIR", "NIR.JR", "2026-01-31", "2026-04-30", None, ""),
    ("GB-EAW", "GB.UNDULY_LENIENT", "2026-03-02", "2026-03-29", "2026-03-30", ""),
    ("GB-NIR", "NIR.UNDULY_LENIENT", "2026-03-02", "2026-03-29", "2026-03-30", ""),
    ("RO", "RO.PRIOR_COMPLAINT", "2026-03-02", "2026-04-01", None, ""),
    ("RO", "RO.ADMIN_COURT", "2026-03-02", "2026-09-02", None, ""),
    # Work. 2 March + 45: 29 days to the 31st + 16 = 16 April.
    ("NL", "NL.DISMISSAL", "2026-01-31", "2026-03-31", None, ""),
    ("NL", "NL.TRANSITION_PAYMENT", "2026-01-31", "2026-04-30", None, ""),
    ("NL", "NL.WAGES", "2024-02-29", "2029-02-28", None, ""),
    ("RO", "RO.DISMISSAL", "2026-03-02", "2026-04-01", "2026-04-16", ""),
    ("RO", "RO.DISMISSAL", "2021-11-12", "2021-12-12", "2021-12-27", ""),
    ("RO", "RO.WAGES", "2024-02-29", "2027-02-28", None, ""),
    # One month from receipt. If it ends on a day of rest, the day to which it may move is the other reading.
    ("NL", "PRIV.RIGHTS", "2026-04-05", "2026-05-05", "2026-05-06", ""),
    ("GB-EAW", "PRIV.RIGHTS", "2026-01-31", "2026-02-28", "2026-03-02", ""),
    # Hours are elapsed time, independent of clock changes.
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
    # 90 days end on 25 June, 3 months on the 27th. For a maximum, the earlier date is first.
    assert (told["due_from"], told["over_from"]) == ("2026-06-24T22:00:00Z", "2026-06-25T22:00:00Z")
    assert told["source"].startswith("Letter to parliament of 15 May 2023")
    assert (told["certainty"], told["verify"], told["layer"]) == ("likely", True, "NL")
    assert told["wording"] == "90 days"
    assert told["other"]["wording"] == "3 months"
    assert told["other"]["why"]
    assert told["warns_on"] == ["2026-05-26", "2026-06-11", "2026-06-18"]
    assert told["meaning"] == MEANINGS["maximum"]


def test_hours_are_told_to_the_instant_and_days_are_not() -> None:
    assert calculated("RO", "RO.VOUCHER", "2026-10-22T21:30Z").as_data()["due_at"] == "2026-10-25T21:30:00Z"
    assert calculated("RO", "RO.STATE_COMP", "2026-10-22T21:30Z").as_data()["due_at"] is None


def test_past_a_limit_where_the_rule_knows_exceptions_late_filing_is_named() -> None:
    assert calculated("GB-EAW", "GB.CICA", "2020").meaning == LATE_FILING
    assert calculated("RO", "RO.STATE_COMP", "2020").meaning == MEANINGS["limitation"]
    assert calculated("GB-NIR", "NIR.RECOVERY_MIN", "2026").meaning == MEANINGS["minimum"]
    assert calculated("GB-SCT", "GB.RG", "2026").meaning == MEANINGS["target"]


@pytest.mark.parametrize(
    ("jurisdiction", "rule", "start"),
    [
        ("NL", "NL.CIVIL", "2015"),
        ("RO", "RO.CIVIL", "2026-03-09T10:00Z"),
        # Before the oldest recorded version.
        ("GB-SCT", "SCT.SUPPORT_MAX", "2018-03-31"),
        ("GB-NIR", "NIR.RECOVERY_MIN", "2014"),
    ],
)
def test_a_rule_whose_length_is_unknown_gives_no_date_and_says_so(jurisdiction: str, rule: str, start: str) -> None:
    told = calculated(jurisdiction, rule, start).as_data()

    assert [told[name] for name in ("due_on", "due_at", "due_from", "over_from", "length")] == [None] * 5
    assert (told["skipped"], told["warns_on"], told["verify"]) == ([], [], True)
    assert deadlines._NO_LENGTH in str(told["note"])


def test_a_rule_of_another_law_is_none_of_this_one() -> None:
    with pytest.raises(UnknownRule, match="GB-NIR"):
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
        assert told["verify"] == (told["certainty"] != "settled") == (told["check"] != "nobody")
        assert bool(told["read_on"]) != told["from_memory"] or told["certainty"] == "unclear"


# --- all ways to count, and past dates ----------------------------------------------------------------------------


def ways(jurisdiction: str, rule: str, start: str, **asked: Any) -> list[tuple[str | None, list[str]]]:
    told = calculate(profile(jurisdiction), rule, moment(start), **asked).as_data()
    readings: Any = told["readings"]
    return [(each["due_on"], each["doubts"]) for each in readings]


def test_every_way_to_count_is_shown_the_safe_one_first_and_equal_ones_are_one() -> None:
    # From 30 November: three months end on 28 February (no 30th), or the day before; six on 30 May less a day, 29 May.
    assert ways("GB-SCT", "GB.ET", "2026-11-30") == [
        ("2027-02-27", ["two_readings"]),
        ("2027-02-28", []),
        ("2027-05-29", ["two_readings"]),
    ]
    # 90 days and three months from 1 December are both 1 March.
    assert ways("NL", "NL.REFLECTION_MAX", "2025-12-01") == [("2026-03-01", [])]


def test_a_vague_start_is_counted_from_its_first_and_its_last_day() -> None:
    assert ways("GB-EAW", "GB.CICA", "2024-05") == [("2026-05-01", []), ("2026-05-31", ["vague_start"])]
    # A day without a time lies between its two midnights (UTC+2): 72 hours later, 22:00 UTC of the 4th and of the 5th.
    told: Any = calculated("RO", "RO.VOUCHER", "2026-03-02").as_data()
    assert [each["due_at"] for each in told["readings"]] == ["2026-03-04T22:00:00Z", "2026-03-05T22:00:00Z"]


def test_the_day_of_receipt_is_another_way_where_the_rule_knows_it() -> None:
    receipt = {"received": "2026-01-02"}
    # From 19 December: 12 days to the 31st and 18; from 2 January: 29 days to the 31st and 1.
    assert ways("GB-EAW", "GB.RECONSIDER", "2025-12-19", **receipt) == [
        ("2026-01-18", []),
        ("2026-02-01", ["counted_from_receipt"]),
    ]
    assert ways("GB-EAW", "GB.CICA", "2025-12-19", **receipt) == [("2027-12-19", [])]


@pytest.mark.parametrize(
    ("jurisdiction", "rule", "start", "sure", "past"),
    [
        ("GB-EAW", "GB.CICA", "2024-05-01", "settled", ("2026-05-01", "2026-05-01", 209, None)),
        ("GB-EAW", "GB.CICA", "2024-05", "unclear", ("2026-05-01", "2026-05-31", 179, None)),
        ("GB-EAW", "GB.CICA", "2024-11", "unclear", ("2026-11-01", "2026-11-01", 25, "2026-11-30")),
        ("GB-EAW", "GB.CICA", "2024-11-25", "settled", ("2026-11-25", "2026-11-25", 1, None)),
        ("GB-EAW", "GB.CICA", "2024-11-26", "settled", None),
        (
            *("GB-EAW", "GB.RECOVERY_MIN", "2026-10-27", "likely"),
            None,  # If the day itself is day 1: 25 November. Else: 26 November, which is not over yet.
        ),
        ("NL", "COE.RECOVERY_MIN", "2026-01-01", "settled", ("2026-01-31", "2026-01-31", 299, None)),
        ("NL", "NL.CIVIL", "2015", "unclear", None),
        ("RO", "RO.STATE_COMP", "2024-01-01", "unclear", ("2025-01-01", "2025-01-01", 694, "2027-01-01")),
    ],
)
def test_what_is_past_is_called_past(
    jurisdiction: str, rule: str, start: str, sure: str, past: tuple[str, str, int, str | None] | None
) -> None:
    """`past` is the first and the last day on which it ended, the days since, and the day until which it may run."""
    now = datetime(2026, 11, 26, 12, tzinfo=UTC)
    found = calculate(profile(jurisdiction), rule, moment(start), now=now)

    assert found.date_certainty == sure
    assert (found.past is None) == (past is None)
    if past is not None:
        told = found.as_data()["past"]
        assert isinstance(told, dict)
        assert tuple(told[name] for name in ("first", "on", "days_ago", "until")) == past
        assert told["surely"] is (past[-1] is None)
        assert [part for part in past if part is not None and str(part) not in told["says"]] == []
    assert calculated(jurisdiction, rule, start).past is None, "nobody asked for a day"


def test_a_date_that_depends_on_days_of_rest_not_yet_decreed_says_so() -> None:
    # Single decreed days are known from 2026 to 2028.
    for start, doubts in (
        ("2025-12-05", []),
        ("2025-06-05", ["calendar_uncertain"]),
        ("2028-12-10", ["calendar_uncertain"]),
    ):
        assert ways("NL", "NL.OBJECTION", start)[0][1] == doubts
    assert ways("NL", "NL.SCHADEFONDS", "2025-06-05")[0][1] == [], "it never moves off a day of rest"
    told = calculated("NL", "NL.OBJECTION", "2025-06-05").as_data()
    assert told["doubts_in_words"] == [DOUBTS["calendar_uncertain"]]


def test_every_doubt_has_words() -> None:
    assert set(DOUBTS) == set(codes("clock_doubt"))
    assert all(words.endswith(".") for words in DOUBTS.values())


@pytest.mark.parametrize(
    ("rule", "start", "due"),
    [
        ("PRIV.BREACH", "2026-03-27T10:00Z", "2026-03-30T10:00:00Z"),
        # Working days from Monday: Tue 10, Wed 11, Thu 12, Fri 13, Mon 16, Tue 17, Wed 18, Thu 19, Fri 20 March.
        ("GB.EXIT_SUPPORT", "2026-03-09", "2026-03-20T00:00:00Z"),
    ],
)
def test_a_period_that_no_clock_of_a_case_counts_can_be_calculated(rule: str, start: str, due: str) -> None:
    told = calculated("GB-EAW", rule, start).as_data()

    assert (told["due_from"], told["clock_of_a_case"]) == (due, False)
    assert calculated("GB-EAW", "GB.RG", start).as_data()["clock_of_a_case"] is True


def test_whose_duty_it_is_is_told() -> None:
    assert calculated("NL", "PRIV.RIGHTS", "2026").meaning == LATE["we"]
    assert calculated("RO", "RO.VOUCHER", "2026").meaning == LATE["state"]
    assert calculated("NL", "NL.STATE_ADVANCE", "2026").meaning == LATE["state"]
