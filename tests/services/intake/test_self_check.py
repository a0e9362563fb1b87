import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.facts.detection.actions.self_checks import code_key
from services.intake.facts.detection.rules import (
    ALWAYS,
    LASTS_DAYS,
    RANDOM_BYTES,
    SAYS,
    fingerprint,
    information,
    on_return,
    read_code,
    return_code,
    still_leads_back,
)
from shared.access.tokens import new_key, service_issuer, successor
from shared.casework.refusals import FactRefused
from shared.reference import codes

RANDOM = st.binary(min_size=RANDOM_BYTES, max_size=RANDOM_BYTES)
INDICATORS = codes("ilo_forced_labour_indicator").parts[0].values
ANSWERS = st.dictionaries(st.sampled_from(INDICATORS), st.sampled_from(codes("self_check_answer").values))


@given(ANSWERS)
def test_whatever_is_answered_a_person_gets_information_and_no_verdict(answers: dict[str, str]) -> None:
    found = information(answers)

    assert set(found.topics) <= set(codes("information_topic"))
    assert len(set(found.topics)) == len(found.topics)
    assert set(ALWAYS) <= set(found.topics)
    assert found.says == SAYS
    assert not found.urgent or found.topics[0] == "immediate_help"


@pytest.mark.parametrize("indicator", INDICATORS)
def test_each_indicator_leads_to_information_also_for_the_answer_not_sure(indicator: str) -> None:
    assert len(information({indicator: "yes"}).topics) > len(ALWAYS)
    assert information({indicator: "yes"}) == information({indicator: "not_sure"})
    assert information({indicator: "no"}) == information({indicator: "passed_over"}) == information({})


@given(st.lists(st.sampled_from(sorted(codes("information_topic").values))))
def test_who_comes_back_is_shown_what_they_ask_about_now_and_nothing_else(topics: list[str]) -> None:
    shown = on_return(topics)
    assert set(shown.topics) == {*topics, *ALWAYS}
    assert not shown.urgent, "that it was urgent would tell of an earlier answer"


@given(RANDOM)
def test_a_code_is_read_as_it_was_written_however_it_is_typed(random: bytes) -> None:
    code = return_code(random)
    plain = code.replace("-", "")

    assert len(plain) == 16
    assert all(read_code(typed) == plain for typed in (code, plain, code.lower(), f"  {code.replace('-', ' ')}\n"))
    assert read_code(plain.replace("1", "l")) == plain


@given(RANDOM, RANDOM)
def test_other_bytes_make_another_code(one: bytes, other: bytes) -> None:
    assert (return_code(one) == return_code(other)) == (one == other)


@given(RANDOM, st.integers(0, 15), st.data())
def test_a_slip_of_one_letter_or_of_two_side_by_side_is_noticed(random: bytes, place: int, data: st.DataObject) -> None:
    letters = list(return_code(random).replace("-", ""))
    wrong = list(letters)
    wrong[place] = data.draw(
        st.sampled_from([each for each in "23456789ABCDEFGHJKMNPQRSTVWXYZ" if each != letters[place]])
    )
    swapped = list(letters)
    after = (place + 1) % 15
    swapped[place % 15], swapped[after] = letters[after], letters[place % 15]

    with pytest.raises(FactRefused):
        read_code("".join(wrong))
    if place % 15 < 14 and swapped != letters:
        with pytest.raises(FactRefused):
            read_code("".join(swapped))


@pytest.mark.parametrize("text", ["", "ABC", "0000-0000-0000-0000", "ÄBCD-EFGH-JKMN-PQRS", "A" * 500])
def test_what_is_no_code_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(FactRefused) as refused:
        read_code(text)

    assert not text or text not in str(refused.value)


def test_a_code_is_kept_as_a_fingerprint_that_only_its_key_makes() -> None:
    code = return_code(bytes(RANDOM_BYTES)).replace("-", "")

    assert fingerprint(code, b"key") == fingerprint(read_code(code.lower()), b"key")
    assert fingerprint(code, b"key") != fingerprint(code, b"other key")
    assert code not in fingerprint(code, b"key")


def test_a_successor_of_the_signing_key_makes_the_same_fingerprints() -> None:
    key = new_key(service_issuer("intake"))

    assert code_key(json.dumps(successor(key))) == code_key(json.dumps(key))
    assert code_key(json.dumps(new_key(service_issuer("intake")))) != code_key(json.dumps(key))


def test_a_code_leads_back_for_its_days() -> None:
    issued = date(2026, 3, 2)

    assert still_leads_back(issued, issued + timedelta(days=LASTS_DAYS))
    assert not still_leads_back(issued, issued + timedelta(days=LASTS_DAYS + 1))


def test_a_code_of_too_few_random_bytes_is_our_own_mistake() -> None:
    with pytest.raises(ValueError, match=str(RANDOM_BYTES)):
        return_code(b"123")
