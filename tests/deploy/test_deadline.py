import json
import re

import pytest
from click.testing import CliRunner, Result

from deploy.cli.__main__ import casepath
from shared.reference import DOUBTS, JURISDICTIONS, profile
from shared.reference.calculation import LATE_FILING
from shared.reference.leaf import CHECKS


def run(*arguments: str) -> Result:
    return CliRunner().invoke(casepath, ["deadline", *arguments])


def counted(jurisdiction: str, rule: str, start: str, *more: str) -> Result:
    return run("--jurisdiction", jurisdiction, "--rule", rule, "--from", start, *more)


def test_it_tells_the_date_the_rule_its_source_and_each_day_skipped_with_its_reason() -> None:
    said = counted("NL", "NL.OBJECTION", "2026-03-06")

    assert said.exit_code == 0
    assert "2026-04-07" in said.output
    for reason in ("Good Friday", "Saturday", "Easter Sunday", "Easter Monday"):
        assert reason in said.output
    for named in ("NL.OBJECTION", "limitation", "2001-04-01", "Algemene termijnenwet", "likely", CHECKS["lawyer"]):
        assert named in said.output
    assert LATE_FILING in said.output


def test_the_other_reading_stands_beside_the_safe_one() -> None:
    said = counted("NL", "NL.REFLECTION_MAX", "2026-01-31")

    assert said.output.index("2026-04-30") < said.output.index("2026-05-01")
    assert "90 days" in said.output
    assert "3 months" in said.output


def test_hours_are_told_in_local_time_and_in_utc() -> None:
    assert "2026-03-30 13:00 EEST (2026-03-30T10:00Z)" in counted("RO", "RO.VOUCHER", "2026-03-27T10:00Z").output


def test_a_length_that_is_not_known_gives_no_date_and_says_so() -> None:
    said = counted("RO", "RO.CIVIL", "2015")

    assert said.exit_code == 0
    assert "2015-01-01" in said.output, "from when it was counted"
    assert DOUBTS["length_unknown"] in " ".join(said.output.split())
    assert json.loads(counted("RO", "RO.CIVIL", "2015", "--json").stdout)["due_on"] is None


def test_every_way_to_count_the_doubt_and_who_should_check_are_shown() -> None:
    said = counted("GB-EAW", "GB.RECONSIDER", "2025-12-19", "--received", "2026-01-02").output

    assert "2026-01-18" in said
    assert "2026-02-01" in said
    assert DOUBTS["counted_from_receipt"] in said
    assert "likely" in said
    assert CHECKS["lawyer"] in said


def test_a_date_long_past_is_called_past() -> None:
    past = json.loads(counted("GB-EAW", "GB.CICA", "2003-06-01", "--json").stdout)["past"]
    assert past["says"] in " ".join(counted("GB-EAW", "GB.CICA", "2003-06-01").output.split())
    assert json.loads(counted("GB-EAW", "GB.CICA", "2190-06-01", "--json").stdout)["past"] is None


def test_a_period_that_no_clock_of_a_case_counts_says_so() -> None:
    said = counted("RO", "PRIV.BREACH", "2026-03-27T10:00Z").output

    assert "2026-03-30 13:00 EEST" in said
    assert json.loads(counted("RO", "PRIV.BREACH", "2026-03-27T10:00Z", "--json").output)["clock_of_a_case"] is False


def test_as_json_it_is_what_the_service_answers_too() -> None:
    told = json.loads(counted("GB-SCT", "GB.RG", "2026-04-01", "--json").stdout)

    assert (told["due_on"], told["rule"], told["certainty"]) == ("2026-04-09", "GB.RG", "likely")
    assert [each["reason"] for each in told["skipped"]] == ["Good Friday", "Saturday", "Sunday"]


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_the_rules_of_a_jurisdiction_are_listed_with_their_versions(jurisdiction: str) -> None:
    table = run("--list", "--jurisdiction", jurisdiction)
    listed = json.loads(run("--list", "--jurisdiction", jurisdiction, "--json").stdout)

    assert table.exit_code == 0
    assert {each["rule"] for each in listed} == {*profile(jurisdiction).clocks, *profile(jurisdiction).other_periods}
    assert all(each["source"] and each["certainty"] and each["jurisdiction"] == jurisdiction for each in listed)
    assert all(code in table.output for code in profile(jurisdiction).clocks)


def test_without_a_jurisdiction_the_rules_of_all_are_listed() -> None:
    listed = json.loads(run("--list", "--json").stdout)

    assert {each["jurisdiction"] for each in listed} == set(JURISDICTIONS)


@pytest.mark.parametrize(
    ("arguments", "helps"),
    [
        ((), "--jurisdiction.*--rule.*--from"),
        (("--jurisdiction", "NL", "--from", "2026"), "--rule"),
        (("--jurisdiction", "NL", "--rule", "NL.OBJECTON", "--from", "2026"), r"PRIV\.RIGHTS"),
        (("--jurisdiction", "NL", "--rule", "NL.OBJECTION", "--from", "2026-03-09T10:00"), "UTC"),
        (("--jurisdiction", "NL", "--rule", "NL.OBJECTION", "--from", "2026-02-30"), "2026-02-30"),
        (("--jurisdiction", "FR", "--rule", "NL.OBJECTION", "--from", "2026"), "GB-EAW"),
    ],
)
def test_what_can_not_be_counted_says_why_and_what_to_do(arguments: tuple[str, ...], helps: str) -> None:
    said = run(*arguments)

    assert said.exit_code == 2
    assert re.search(helps, " ".join(said.output.split()))
