import itertools

from hypothesis import given
from hypothesis import strategies as st

from services.intake.facts.detection.rules import INDICATORS_BY_QUESTION, by_indicator, information
from shared.reference import codes

QUESTIONS = codes("self_check_question").values

INDICATORS = codes("ilo_forced_labour_indicator").parts[0].values


def test_every_question_of_the_list_touches_known_indicators() -> None:
    assert tuple(INDICATORS_BY_QUESTION) == codes("self_check_question").values
    for question, touched in INDICATORS_BY_QUESTION.items():
        assert touched, question
        assert set(touched) <= set(INDICATORS), question
        assert len(set(touched)) == len(touched), question


def test_every_indicator_is_reached_by_a_question() -> None:
    reached = {indicator for touched in INDICATORS_BY_QUESTION.values() for indicator in touched}
    assert reached == set(INDICATORS)


ANSWERED = st.dictionaries(st.sampled_from(QUESTIONS), st.sampled_from(codes("self_check_answer").values))
#: From the strongest to the weakest.
ANSWERS = ("yes", "not_sure", "no", "passed_over")


@given(ANSWERED, st.sampled_from(QUESTIONS))
def test_a_stronger_answer_to_one_question_never_leads_to_less_information(
    answers: dict[str, str], question: str
) -> None:
    found = [set(information(by_indicator({**answers, question: answer})).topics) for answer in reversed(ANSWERS)]
    assert all(less <= more for less, more in itertools.pairwise(found))


@given(ANSWERED)
def test_an_indicator_has_the_strongest_answer_of_the_questions_that_touch_it(answers: dict[str, str]) -> None:
    for indicator, answer in by_indicator(answers).items():
        given_to_it = {
            answers.get(each, "passed_over") for each, of in INDICATORS_BY_QUESTION.items() if indicator in of
        }
        assert answer == min(given_to_it, key=ANSWERS.index)
