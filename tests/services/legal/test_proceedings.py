"""Proceedings have a separate state for each defendant, and no hearing date is lost."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.cli import servers
from services.legal.court.hearing import rules as hearing_rules
from services.legal.court.hearing.rules import Entry
from services.legal.court.proceeding import rules
from services.legal.court.proceeding.rules import Step
from shared.reference import codes
from tests.kit.client import Client
from tests.kit.harness import Harness, harness
from tests.kit.matters import listed, opened, put_right

SOMEBODY = UUID(int=1)
HEARING = {"kind": "trial", "held_on": "2026-06-08"}


@pytest.fixture
def legal(postgres: servers.PostgresServer) -> Iterator[Harness]:
    with harness("legal", postgres) as service:
        yield service


def begun(adviser: Client, file: str, role: str = "injured_party") -> str:
    made = adviser.told("POST", f"{file}/proceedings", {"kind": "criminal", "person_role": role}, 201)
    return f"{file}/proceedings/{made['id']}"


def shown(adviser: Client, file: str) -> dict[str, Any]:
    [proceeding] = adviser.told("GET", f"{file}/proceedings")["proceedings"]
    found: dict[str, Any] = proceeding
    return found


@pytest.mark.integration
def test_a_defendant_may_be_a_party_of_the_same_matter_alone(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    file, other = opened(adviser), opened(adviser)
    parties = [
        adviser.told(
            "POST", f"{each}/parties", {"role": "defendant", "names": [{"kind": "official", "name": "Fictitious"}]}, 201
        )["id"]
        for each in (file, other)
    ]
    proceeding = begun(adviser, file)
    adviser.told("POST", f"{proceeding}/defendants", {"party": parties[0], "charges": ["trafficking"]}, 201)
    refused = adviser.told("POST", f"{proceeding}/defendants", {"party": parties[1], "charges": ["trafficking"]}, 422)
    assert [error["rule"] for error in refused["errors"]] == ["of_this_matter"]


@pytest.mark.integration
def test_one_prosecution_with_four_defendants_ends_in_four_disposals(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    file = opened(adviser)
    proceeding = begun(adviser, file)
    ends = ["convicted", "convicted_lesser", "acquitted", "transferred_abroad"]
    charges = {"charges": ["trafficking", "violence"]}
    defendants = [adviser.told("POST", f"{proceeding}/defendants", charges, 201)["id"] for _ in ends]
    steps = f"{proceeding}/steps"
    adviser.told("POST", steps, {"stage": "reported", "happened_on": "2026-01-05"}, 201)
    for defendant in defendants:
        told = {"defendant": defendant, "stage": "charged", "happened_on": "2026-02-02"}
        adviser.told("POST", steps, told, 201)
    adviser.told("POST", steps, {"defendant": defendants[0], "stage": "trial", "happened_on": "2026-03-02"}, 201)
    now = shown(adviser, file)
    assert (now["least_advanced"], now["most_advanced"]) == ("charged", "trial"), "never one state for all"
    for defendant, end in zip(defendants, ends, strict=True):
        told = {"defendant": defendant, "stage": "final", "disposal": end, "happened_on": "2026-04-06"}
        adviser.told("POST", steps, told, 201)
    now = shown(adviser, file)
    assert [defendant["disposal"] for defendant in now["defendants"]] == ends
    assert (now["stage"], now["least_advanced"], now["most_advanced"]) == ("reported", "final", "final")


@pytest.mark.integration
def test_a_person_who_is_charged_is_warned_and_no_prosecution_can_be_looked_at_again(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    file = opened(adviser)
    injured, accused = begun(adviser, file), begun(adviser, file, "accused")
    assert listed(legal).keys() == {"no_deputy", "plea_warning"}
    assert adviser.ask("POST", f"{injured}/warning", {}).status_code == 409
    adviser.told("POST", f"{accused}/warning", {"warned_on": "2026-03-02"}, 201)
    assert listed(legal).keys() == {"no_deputy"}
    defendant = adviser.told("POST", f"{injured}/defendants", {"charges": ["trafficking"]}, 201)["id"]
    dropped = {"defendant": defendant, "disposal": "no_charge_evidence", "happened_on": "2026-03-02"}
    adviser.told("POST", f"{injured}/steps", dropped, 201)
    assert [(day, unclear) for day, unclear, _ in listed(legal)["no_charge_review"]] == [(None, True)]
    asked = {"defendant": defendant, "review": "asked", "happened_on": "2026-03-03"}
    adviser.told("POST", f"{injured}/steps", asked, 201)
    assert listed(legal).keys() == {"no_deputy"}


@pytest.mark.integration
@pytest.mark.parametrize("body", [{}, {"disposal": "acquitted"}, {"stage": "trial", "defendant": str(uuid4())}])
def test_a_step_that_says_nothing_or_of_nobody_is_refused(legal: Harness, body: Any) -> None:
    adviser = legal.member("legal_adviser")
    proceeding = begun(adviser, opened(adviser))
    assert adviser.ask("POST", f"{proceeding}/steps", body).status_code in (404, 422)


@pytest.mark.integration
def test_a_hearing_stands_on_its_day_alone_until_somebody_says_what_became_of_it(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    file = opened(adviser)
    today = date.today()  # noqa: DTZ011 - by the machine's clock, as the service has it
    first, second = (str(today + timedelta(days=days)) for days in (30, 60))
    made = adviser.told("POST", f"{file}/hearings", {"kind": "trial", "held_on": first}, 201)
    hearing = f"{file}/hearings/{made['id']}"
    assert [day for day, _, _ in listed(legal)["hearing"]] == [first]
    adviser.told("POST", f"{hearing}/move", {"held_on": second}, 201)
    assert [day for day, _, _ in listed(legal)["hearing"]] == [second]
    ready_by = str(today + timedelta(days=46))
    assert [day for day, _, _ in listed(legal)["hearing_unprepared"]] == [ready_by]
    assert adviser.ask("POST", f"{file}/closing", {"outcome": "won"}).status_code == 409
    assert adviser.ask("POST", f"{hearing}/end", {"state": "held"}).status_code == 422
    assert adviser.ask("POST", f"{hearing}/end", {"state": "moved"}).status_code == 422
    adviser.told("POST", f"{hearing}/end", {"state": "cancelled"}, 201)
    assert listed(legal).keys() == {"no_deputy"}
    assert adviser.ask("POST", f"{hearing}/move", {"held_on": first}).status_code == 409
    [shown_now] = adviser.told("GET", f"{file}/hearings")["hearings"]
    steps = [(step["state"], step["was_on"], step["held_on"]) for step in shown_now["steps"]]
    assert steps == [("moved", first, second), ("cancelled", second, second)]


@pytest.mark.integration
def test_a_hearing_is_ready_when_needs_are_arranged_and_each_measure_is_decided(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    file = opened(adviser)
    proceeding = begun(adviser, file).rpartition("/")[2]
    told = {"kind": "trial", "held_on": "2026-06-01", "proceeding": proceeding}
    hearing = f"{file}/hearings/{adviser.told('POST', f'{file}/hearings', told, 201)['id']}"
    assert adviser.ask("POST", f"{file}/hearings", {**told, "proceeding": str(uuid4())}).status_code == 422
    needs: dict[str, Any] = {"wanted": ["interpreter", "safe_arrival"], "mode": "remote", "statement": "read_out"}
    adviser.told("POST", f"{hearing}/preparation", {**needs, "arranged": ["interpreter"]}, 201)
    assert "hearing_unprepared" in listed(legal)
    adviser.told("POST", f"{hearing}/preparation", {**needs, "arranged": ["safe_arrival", "interpreter"]}, 201)
    assert "hearing_unprepared" not in listed(legal)
    measure = {"measure": "screen", "wish": "wanted"}
    for state, day in (("asked", "2026-03-02"), ("granted", "2026-03-09")):
        adviser.told("POST", f"{hearing}/measures", {**measure, "state": state, "happened_on": day}, 201)
        assert ("hearing_unprepared" in listed(legal)) is (state == "asked")
    [now] = adviser.told("GET", f"{file}/hearings")["hearings"]
    assert (now["is_ready"], now["mode"], len(now["measures"])) == (True, "remote", 2)
    late = {**needs, "arranged": [], "no_contact_until": "2026-05-01"}
    assert adviser.ask("POST", f"{hearing}/preparation", late).status_code == 422


def asked_of_support(legal: Harness) -> dict[str, str]:
    """Return the arrangements that support still has to make, by the published events: the kind, and the day."""
    open_: dict[str, tuple[str, str]] = {}
    for name, data in legal.announced():
        if name == "hearing_help.set":
            open_[data["help"]] = (data["arrangement"], data["needed_on"])
        elif name == "hearing_help.done":
            del open_[data["help"]]
    return dict(open_.values())


@pytest.mark.integration
def test_support_receives_what_to_arrange_for_a_hearing_until_it_is_done_or_over(
    legal: Harness,
) -> None:
    adviser = legal.member("legal_adviser")
    file = opened(adviser)
    needs = ["interpreter", "childcare", "supporter", "separate_entrance"]
    ahead = {"kind": "trial", "held_on": "2026-06-08", "wanted": needs}
    hearing = f"{file}/hearings/{adviser.told('POST', f'{file}/hearings', ahead, 201)['id']}"
    assert asked_of_support(legal) == {"childcare": "2026-06-08", "supporter": "2026-06-08"}
    adviser.told("POST", f"{hearing}/move", {"held_on": "2026-07-06"}, 201)
    assert asked_of_support(legal) == {"childcare": "2026-07-06", "supporter": "2026-07-06"}
    prepared = {"wanted": needs, "arranged": ["supporter"], "mode": "present", "statement": "none_wanted"}
    adviser.told("POST", f"{hearing}/preparation", prepared, 201)
    adviser.told("POST", f"{hearing}/preparation", prepared, 201)
    assert asked_of_support(legal) == {"childcare": "2026-07-06"}
    told = [data for name, data in legal.announced() if name.startswith("hearing_help.")]
    assert len(told) == 5, "what was told is not told again"
    assert not [data for data in told if set(data) - {"help", "arrangement", "needed_on"}]
    assert not {hearing.rpartition("/")[2], file.rpartition("/")[2]} & {data["help"] for data in told}
    adviser.told("POST", f"{hearing}/end", {"state": "cancelled"}, 201)
    assert asked_of_support(legal) == {}


@pytest.mark.integration
def test_the_language_of_an_interpreter_is_kept_to_the_dialect_where_one_is_needed(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    file = opened(adviser)
    hearing = f"{file}/hearings/{adviser.told('POST', f'{file}/hearings', HEARING, 201)['id']}"
    prepared = {"arranged": [], "mode": "present", "statement": "none_wanted", "interpreter_language": "acm"}
    refused = adviser.told("POST", f"{hearing}/preparation", {**prepared, "wanted": ["travel"]}, 422)
    assert [error["rule"] for error in refused["errors"]] == ["interpreter_is_wanted"]
    adviser.told("POST", f"{hearing}/preparation", {**prepared, "wanted": ["interpreter"]}, 201)
    [now] = adviser.told("GET", f"{file}/hearings")["hearings"]
    assert now["interpreter_language"] == "acm"


@pytest.mark.integration
def test_who_has_no_part_in_the_matter_finds_neither_proceedings_nor_hearings(legal: Harness) -> None:
    adviser, other = legal.member("legal_adviser"), legal.member("legal_adviser")
    file, nowhere = opened(adviser), f"matter-files/{uuid4()}"
    proceeding = begun(adviser, file)
    for path in ("proceedings", "hearings"):
        refused = [other.ask("GET", f"{each}/{path}") for each in (file, nowhere)]
        assert [each.status_code for each in refused] == [404, 404]
    steps = f"proceedings/{proceeding.rpartition('/')[2]}/steps"
    asked = [other.ask("POST", f"{each}/{steps}", {"stage": "trial"}) for each in (file, nowhere)]
    assert [each.status_code for each in asked] == [404, 404]


@pytest.mark.integration
def test_wrong_steps_and_defendants_are_corrected_and_their_states_follow(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    file = opened(adviser)
    proceeding = begun(adviser, file)
    first, second = (
        f"{proceeding}/defendants/"
        + adviser.told("POST", f"{proceeding}/defendants", {"charges": ["trafficking"]}, 201)["id"]
        for _ in range(2)
    )
    ended = {"stage": "final", "disposal": "no_charge_evidence", "happened_on": "2026-03-02"}
    steps = [
        f"{proceeding}/steps/"
        + adviser.told("POST", f"{proceeding}/steps", {**ended, "defendant": each.rpartition("/")[2]}, 201)["id"]
        for each in (first, second)
    ]
    assert len(listed(legal)["no_charge_review"]) == 2
    version, told = adviser.ask("GET", "").headers["ETag"], len(legal.announced())
    put_right(adviser, steps[0], reason="wrong_outcome", disposal="convicted")
    put_right(adviser, second, reason="not_so")
    assert "no_charge_review" not in listed(legal)
    names = {name for name, _ in legal.announced()[told:]}
    assert names == {"matter_task.done"}, "nobody else hears that something was put right"
    assert adviser.ask("GET", "").headers["ETag"] == version
    now = shown(adviser, file)
    assert [each["disposal"] for each in now["defendants"]] == ["convicted", "no_charge_evidence"]
    assert [each["taken_back_at"] is None for each in now["defendants"]] == [True, False]
    assert (now["steps"][0]["revision"], now["least_advanced"]) == (2, "final")
    corrections = adviser.told("GET", file)["corrections"]
    said = [(each["record_class"], each["reason"], each["was"]) for each in corrections]
    assert said == [
        ("proceeding_step", "wrong_outcome", {"disposal": "no_charge_evidence"}),
        ("defendant", "not_so", {}),
    ]
    of_the_gone = {**ended, "defendant": second.rpartition("/")[2]}
    assert adviser.ask("POST", f"{proceeding}/steps", of_the_gone).status_code == 409
    assert adviser.ask("POST", f"{steps[0]}/correction", {"reason": "wrong_date"}).status_code == 422


@pytest.mark.integration
def test_proceedings_that_never_were_warn_of_no_plea_and_take_no_step(legal: Harness) -> None:
    adviser, other = legal.member("legal_adviser"), legal.member("legal_adviser")
    file = opened(adviser)
    mistaken, accused = begun(adviser, file), begun(adviser, file, "accused")
    put_right(adviser, mistaken, reason="wrong_code", person_role="accused")
    assert len(listed(legal)["plea_warning"]) == 2
    put_right(adviser, mistaken, reason="wrong_code", warned_on="2026-03-02")
    put_right(adviser, accused, reason="recorded_twice")
    assert "plea_warning" not in listed(legal)
    assert adviser.ask("POST", f"{accused}/steps", {"stage": "trial"}).status_code == 409
    assert adviser.ask("POST", f"{accused}/correction", {"reason": "not_so"}).status_code == 409
    assert other.ask("POST", f"{mistaken}/correction", {"reason": "not_so"}).status_code == 404


@pytest.mark.integration
def test_a_hearing_that_was_recorded_wrongly_is_on_its_day_or_on_none(legal: Harness) -> None:
    adviser = legal.member("legal_adviser")
    file = opened(adviser)
    needs_nothing = {"kind": "trial", "held_on": "2026-03-02", "wanted": []}
    hearing = f"{file}/hearings/{adviser.told('POST', f'{file}/hearings', needs_nothing, 201)['id']}"
    adviser.told("POST", f"{hearing}/end", {"state": "held"}, 201)
    ahead = str(date.today() + timedelta(days=30))  # noqa: DTZ011 - by the machine's clock, as the service has it
    assert adviser.ask("POST", f"{hearing}/correction", {"reason": "wrong_date", "held_on": ahead}).status_code == 422
    put_right(adviser, hearing, reason="wrong_date", held_on=ahead, state="set")
    assert [day for day, _, _ in listed(legal)["hearing"]] == [ahead]
    asked = {"measure": "screen", "state": "asked", "wish": "wanted", "happened_on": "2026-03-02"}
    measure = f"{hearing}/measures/{adviser.told('POST', f'{hearing}/measures', asked, 201)['id']}"
    assert "hearing_unprepared" in listed(legal)
    put_right(adviser, measure, reason="not_so")
    assert "hearing_unprepared" not in listed(legal)
    put_right(adviser, hearing, reason="not_so")
    assert listed(legal).keys() == {"no_deputy"}
    assert adviser.ask("POST", f"{hearing}/move", {"held_on": ahead}).status_code == 409


DAYS = st.dates(date(2026, 1, 1), date(2026, 1, 9))
STEPS = st.lists(
    st.builds(
        Step,
        st.just(SOMEBODY),
        DAYS,
        stage=st.sampled_from([None, *codes("prosecution_stage")]),
        disposal=st.sampled_from([None, *codes("disposal")]),
        review=st.sampled_from([None, *codes("no_charge_review")]),
    ),
    max_size=8,
)


@given(STEPS, st.randoms(use_true_random=False))
def test_steps_in_any_order_come_to_the_same(steps: Sequence[Step], chance: Any) -> None:
    shuffled = list(steps)
    chance.shuffle(shuffled)
    assert rules.standing_of(shuffled) == rules.standing_of(steps)


@given(
    st.lists(
        st.builds(Entry, st.sampled_from(["screen", "breaks"]), st.sampled_from(sorted(codes("measure_state"))), DAYS)
    ),
    st.randoms(use_true_random=False),
)
def test_measures_in_any_order_come_to_the_same(entries: Sequence[Entry], chance: Any) -> None:
    shuffled = list(entries)
    chance.shuffle(shuffled)
    assert hearing_rules.states_of(shuffled) == hearing_rules.states_of(entries)


def test_each_stage_and_state_has_its_place_in_the_order() -> None:
    for stage in codes("prosecution_stage"):
        assert rules.advanced([stage, None]) == (stage, stage)
    for state in codes("measure_state"):
        assert hearing_rules.states_of([Entry("screen", state, date(2026, 1, 1))]) == {"screen": state}
