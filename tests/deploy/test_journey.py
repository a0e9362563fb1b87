"""Journeys before they run: rows of the CTDC's columns, the plans for them, and the descriptions of their paths."""

import datetime as dt
import gzip
import itertools
import re
from collections.abc import Callable
from pathlib import Path
from random import Random as seeded  # noqa: N813 - reads as what it does

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from deploy.cli.__main__ import casepath
from deploy.cli.api import Targets
from deploy.cli.errors import CommandRefused
from deploy.cli.journey.batch import Batch, Outcome, journeys_of
from deploy.cli.journey.ctdc import Rejects, rows_of
from deploy.cli.journey.desk import Desk
from deploy.cli.journey.person import COLUMNS, MEANS, invented, person_of
from deploy.cli.journey.planning import WAYS, PlannedJourney, decide_journey, ways_of
from deploy.cli.journey.unfolding import Unfolding, line_of
from shared.reference import JURISDICTIONS, codes, profile
from shared.reference.periods import earliest

TODAY = dt.date(2026, 5, 20)
HEADING = ",".join(COLUMNS)
GOOD = ",".join(["0"] * len(COLUMNS))


def row(**changed: int) -> dict[str, int]:
    return {**dict.fromkeys(COLUMNS, 0), **{name.replace("_", " "): value for name, value in changed.items()}}


def rows() -> st.SearchStrategy[dict[str, int]]:
    return st.fixed_dictionaries({name: st.integers(0, highest) for name, highest in COLUMNS.items()})


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., tuple[int, list[str]]]:
    def reading(content: bytes, name: str = "rows.csv") -> tuple[int, list[str]]:
        """Return the number of rows that were read, and the lines of the rejects file."""
        path, out = tmp_path / name, tmp_path / f"{name}.rejects.csv"
        path.write_bytes(content)
        with Rejects(out) as rejects:
            count = len(list(rows_of(path, rejects)))
        return count, out.read_text().splitlines() if out.exists() else []

    return reading


# From a row to a person


@pytest.mark.parametrize(("band", "age"), [(0, "unknown"), (1, "child"), (2, "child"), (3, "adult"), (9, "adult")])
def test_the_age_band_says_child_or_adult_and_nothing_where_it_is_unknown(band: int, age: str) -> None:
    assert person_of(row(Age_Band=band), seeded(1), TODAY).age == age


def test_each_group_of_means_becomes_the_standard_s_means_and_the_ilo_s_indicators() -> None:
    person = person_of(row(Means_Debt_Bondage_Earnings=1, Means_Withhold_Docs=1), seeded(1), TODAY)
    assert person.means == ("DebtBondage", "TakesEarnings", "WithholdsDocuments")
    assert person.indicators == ("debt_bondage", "withholding_of_wages", "retention_of_identity_documents")


def test_only_forced_labour_has_a_sector_and_an_end_of_work() -> None:
    labour = person_of(row(isForcedLabour=1), seeded(1), TODAY)
    assert labour.exploitation == ("ForcedLabour",)
    assert labour.sectors
    assert labour.work_ended
    other = person_of(row(isSexualExploit=1), seeded(1), TODAY)
    assert (other.exploitation, other.sectors, other.work_ended) == (("SexualExploitation",), (), None)


def test_a_row_that_reports_nothing_is_still_a_person() -> None:
    person = person_of(row(), seeded(1), TODAY)
    assert person.exploitation == ("Other",)
    assert person.means
    assert person.indicators


@pytest.mark.parametrize(("duration", "least", "most"), [(1, 0, 365), (2, 390, 740), (3, 750, 1500)])
def test_the_duration_sets_how_long_ago_it_began(duration: int, least: int, most: int) -> None:
    for seed in range(60):
        person = person_of(row(Trafficking_Duration=duration, isForcedLabour=1), seeded(seed), TODAY)
        if len(person.earliest_incident) == len("2026-05-20"):
            lasted = earliest(str(person.work_ended)) - earliest(person.earliest_incident)
            assert least <= lasted.days <= most


@given(rows(), st.integers(0, 10_000))
def test_every_row_gives_codes_of_the_lists_and_dates_in_their_order(found: dict[str, int], seed: int) -> None:
    person = person_of(found, seeded(seed), TODAY)
    for values, name in (
        ([person.age], "age"),
        (person.exploitation, "exploitation_type"),
        (person.means, "means_of_control"),
        (person.indicators, "ilo_forced_labour_indicator"),
        (person.sectors, "labour_industry"),
        ([person.recruiter], "recruiter_relation"),
    ):
        assert set(values) <= set(codes(name))
        assert len(set(values)) == len(values)
    assert earliest(person.earliest_incident) < TODAY
    if person.work_ended:
        assert earliest(person.earliest_incident) <= earliest(person.work_ended) < TODAY


def test_an_invented_row_is_a_row_of_the_file() -> None:
    for seed in range(50):
        found = invented(seeded(seed))
        assert found.keys() == COLUMNS.keys()
        assert all(0 <= found[name] <= highest for name, highest in COLUMNS.items())


def test_the_means_name_columns_of_the_file() -> None:
    assert MEANS.keys() <= COLUMNS.keys()


# A file and its unreadable parts


def test_rows_are_read_plain_compressed_with_a_byte_order_mark_and_with_any_line_end(
    read: Callable[..., tuple[int, list[str]]],
) -> None:
    plain = f"{HEADING}\n{GOOD}\n\n{GOOD}".encode()
    assert read(plain) == (2, [])
    assert read(gzip.compress(plain), "rows.csv.gz") == (2, [])
    assert read(b"\xef\xbb\xbf" + plain.replace(b"\n", b"\r\n")) == (2, [])


@pytest.mark.parametrize(
    ("line", "named"),
    [
        (b"1,2", r"\b2\b.*\b19\b"),
        (GOOD.replace("0", "12", 1).encode(), r"Age Band.*\b0\b.*\b9\b"),
        (GOOD.replace("0", "-1", 1).encode(), r"Age Band.*\b0\b.*\b9\b"),
        (GOOD.replace("0", "", 1).encode(), r"Age Band.*\b0\b.*\b9\b"),
        (GOOD.replace("0", "²", 1).encode(), r"Age Band.*\b0\b.*\b9\b"),
        (b"\xff" + GOOD.encode(), "UTF-8"),
        (b'"' + GOOD.encode(), "."),
        (b"7" * 20_000, "10000"),
    ],
)
def test_a_row_that_can_not_be_read_goes_to_the_rejects_and_the_rest_is_played(
    read: Callable[..., tuple[int, list[str]]], line: bytes, named: str
) -> None:
    content = b"\n".join([HEADING.encode(), GOOD.encode(), line, GOOD.encode()])
    count, (heading, rejected) = read(content)
    assert (count, heading) == (2, "line,reason")
    assert re.match(f"3,.*{named}", rejected)


def test_the_rejects_never_repeat_what_a_row_holds(read: Callable[..., tuple[int, list[str]]]) -> None:
    _, rejects = read(f"{HEADING}\nMaria Exemplu{GOOD}\n".encode())
    assert len(rejects) == 2
    assert "Maria" not in "".join(rejects)


def test_a_compressed_file_that_breaks_off_gives_the_rows_before(read: Callable[..., tuple[int, list[str]]]) -> None:
    lines = [",".join(str(value) for value in invented(seeded(seed)).values()) for seed in range(5000)]
    whole = gzip.compress("\n".join([HEADING, *lines]).encode())
    count, rejects = read(whole[: len(whole) // 2], "rows.csv.gz")
    assert 0 < count < 5000
    assert len(rejects) == len(("the heading", "where it breaks off"))


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("rows.csv", b"name,age\n1,2\n", "19"),
        ("rows.csv", b"", "19"),
        ("rows.csv.gz", b"no gzip at all", r"rows\.csv\.gz"),
        ("rows.csv", b"\x7fELF\r\x00\x01\x02", r"rows\.csv"),
    ],
)
def test_a_file_of_another_kind_is_refused_as_a_whole(
    read: Callable[..., tuple[int, list[str]]], name: str, content: bytes, told: str
) -> None:
    with pytest.raises(CommandRefused, match=told) as refused:
        read(content, name)
    assert refused.value.exit_code == 2


def test_a_file_that_is_not_there_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with Rejects(tmp_path / "out.csv") as rejects, pytest.raises(CommandRefused, match=r"none\.csv"):
        list(rows_of(tmp_path / "none.csv", rejects))


# A plan for a journey from a profile


def plans(jurisdiction: str, way: str, count: int = 40) -> list[PlannedJourney]:
    found = profile(jurisdiction)
    return [
        decide_journey(seed, found, way, person_of(invented(seeded(seed)), seeded(seed), TODAY), seeded(seed))  # type: ignore[arg-type]
        for seed in range(count)
    ]


def test_where_nobody_decides_no_decision_can_be_negative() -> None:
    assert ways_of(profile("NL")) == ("accepted", "declined")
    assert ways_of(profile("GB-EAW")) == WAYS
    assert ways_of(profile("RO")) == WAYS


@pytest.mark.parametrize(
    ("jurisdiction", "stages"),
    [
        ("GB-EAW", ["referred", "reasonable_grounds", "conclusive_grounds"]),
        ("NL", ["signal", "reflection_offered", "reflection_accepted", "report_made", "comensha_registered"]),
        ("RO", ["notified", "potential", "presumed", "referred_to_voucher", "identified"]),
    ],
)
def test_the_accepted_way_walks_the_profile_s_stages(jurisdiction: str, stages: list[str]) -> None:
    for plan in plans(jurisdiction, "accepted"):
        assert [taken.stage.code for taken in plan.stages] == stages
        assert {taken.outcome for taken in plan.stages} <= {None, "positive"}
        assert plan.reconsidered is None


def test_a_negative_decision_is_looked_at_again_where_the_profile_knows_how() -> None:
    for plan in plans("GB-EAW", "negative"):
        assert [(taken.stage.code, taken.outcome) for taken in plan.stages] == [
            ("referred", None),
            ("reasonable_grounds", "negative"),
            ("reconsideration", "positive"),
            ("conclusive_grounds", "positive"),
        ]
        assert plan.reconsidered == "reasonable_grounds"
        assert "reconsideration.requested" in plan.expected()["legal"]


def test_a_negative_decision_without_a_second_look_does_not_end_the_path() -> None:
    for plan in plans("RO", "negative"):
        assert [(t.stage.code, t.outcome) for t in plan.stages if t.outcome] == [
            ("presumed", "negative"),
            ("identified", "positive"),
        ]
        assert plan.reconsidered is None


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_who_declines_the_mechanism_gets_advice_counselling_and_a_claim_all_the_same(jurisdiction: str) -> None:
    for plan in plans(jurisdiction, "declined"):
        assert (plan.entry, plan.stages, plan.asks_consent, plan.advice) == ("decline", (), False, "given")
        expected = plan.expected()
        assert {"advice.recorded", "compensation.paid"} <= expected["legal"]
        assert {"counselling.started", "plan.agreed"} <= expected["support"]
        assert not any(name.startswith("identification") for name in expected["intake"])


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
@pytest.mark.parametrize("way", WAYS)
def test_every_plan_keeps_to_its_profile(jurisdiction: str, way: str) -> None:
    found = profile(jurisdiction)
    if way not in ways_of(found):
        way = "accepted"
    for plan in plans(jurisdiction, way):
        recorded: set[str] = set()
        for taken in plan.stages:
            assert set(taken.stage.requires) <= recorded
            assert taken.authority is None or taken.authority in taken.stage.authorities
            assert (taken.outcome is None) == (not taken.stage.outcomes)
            recorded.add(taken.stage.code)
        assert plan.remedy in found.remedies
        assert plan.source in codes("referral_source")
        assert plan.channel in codes("contact_channel")
        assert plan.language in codes("language")
        assert set(plan.urgent_needs) <= set(codes("service_type"))
        assert set(plan.domains) <= set(codes("need_domain"))
        assert set(plan.goals) <= set(codes("plan_type"))
        assert plan.modality in codes("counselling_modality")


def test_consent_names_the_body_whose_step_needs_it_and_is_not_asked_of_a_child() -> None:
    for jurisdiction in JURISDICTIONS:
        for plan in plans(jurisdiction, "accepted"):
            assert plan.asks_consent == (plan.person.age != "child")
            assert plan.consent_agency in [taken.authority for taken in plan.stages if taken.stage.needs_consent]


def test_every_way_of_every_jurisdiction_occurs_in_a_batch() -> None:
    batch = itertools.islice(journeys_of(None, list(JURISDICTIONS), TODAY, seed=1), 3 * len(JURISDICTIONS))
    found = {(plan.profile.code, plan.way) for plan in batch}
    assert found == {(code, way) for code in JURISDICTIONS for way in ways_of(profile(code))}


def test_the_sample_of_three_already_shows_three_ways() -> None:
    sample = itertools.islice(journeys_of(None, list(JURISDICTIONS), TODAY, seed=1), 3)
    assert {plan.way for plan in sample} == set(WAYS)


def test_the_same_seed_tells_the_same_stories_and_another_seed_others() -> None:
    first, again, other = (
        list(itertools.islice(journeys_of(None, ["RO"], TODAY, seed=seed), 20)) for seed in (7, 7, 8)
    )
    assert first == again
    assert first != other


def test_a_file_s_rows_are_played_each_once_and_the_file_ends_the_batch() -> None:
    found = list(journeys_of([row(Age_Band=1), row(Age_Band=5)], ["NL"], TODAY, seed=1))
    assert [plan.person.age for plan in found] == ["child", "adult"]


# Results and their descriptions


def outcome(number: int, *missing: str) -> Outcome:
    return Outcome(
        number=number,
        jurisdiction="NL",
        way="accepted",
        reach="closed",
        outreach_session=None,
        case="c",
        missing=list(missing),
        seconds=1.5,
        events=20,
    )


def test_a_batch_is_complete_only_if_something_was_played_and_all_of_it_arrived() -> None:
    assert not Batch(1).all_complete
    assert Batch(1, [outcome(1), outcome(2)]).all_complete
    assert not Batch(1, [outcome(1), outcome(2, "support has no plan")]).all_complete


def test_the_document_of_a_batch_says_that_it_is_fictitious_and_counts() -> None:
    document = Batch(4, [outcome(2, "support has no plan"), outcome(1)], 3.0).document()
    assert document["fictitious"] is True
    assert (document["complete"], document["of"], document["events"], document["seed"]) == (1, 2, 40, 4)
    assert [each["number"] for each in document["journeys"]] == [1, 2]
    assert [each["complete"] for each in document["journeys"]] == [True, False]


def event(name: str, cause: str | None = None, **data: str) -> dict[str, object]:
    return {
        "id": name,
        "type": f"org.casepath.legal.{name}.v1",
        "source": "/casepath/legal",
        "time": "2026-05-20T10:11:12.345678Z",
        "causationid": cause,
        "correlationid": "one request",
        "data": data,
    }


def test_a_line_of_the_path_has_time_service_event_and_codes_below_its_cause() -> None:
    line = line_of(event("clock.started", "detection", code="GB.CICA", due_on="2028-01-01"), 2).plain
    assert line.startswith("10:11:12.345  legal")
    assert line.endswith("  └ clock.started  GB.CICA  2028-01-01")


def test_an_event_stands_below_its_cause_even_if_the_cause_is_read_after_it() -> None:
    lines: list[str] = []
    path = Unfolding(Desk(Targets({}, {})), "case", lambda line: lines.append(line.plain))
    path.take([event("clock.started", "detection.recorded")])
    assert lines == []
    path.take([event("detection.recorded")])
    assert "detection.recorded" in lines[0]
    assert "└ clock.started" in lines[1]
    assert lines[1].endswith("← detection.recorded")


def test_what_one_request_sets_off_stands_below_its_first_event() -> None:
    lines: list[str] = []
    path = Unfolding(Desk(Targets({}, {})), "case", lambda line: lines.append(line.plain))
    path.take([event("contact.opened"), event("team.member_added")])
    assert "└" not in lines[0]
    assert "└ team.member_added" in lines[1]


def test_an_event_whose_cause_never_comes_is_told_at_the_last_look() -> None:
    lines: list[str] = []
    path = Unfolding(Desk(Targets({}, {})), "case", lambda line: lines.append(line.plain))
    path.take([event("clock.started", "gone")])
    assert lines == []
    path.take([], last=True)
    assert len(lines) == 1


def test_an_event_of_a_newer_release_is_shown_without_a_place() -> None:
    assert "moon.landed" in line_of(event("moon.landed"), 0).plain


def test_an_unknown_jurisdiction_is_refused_before_anything_is_asked_for() -> None:
    said = CliRunner().invoke(casepath, ["journey", "--jurisdiction", "FR"])
    assert said.exit_code == 2
    assert "GB-EAW" in said.output
