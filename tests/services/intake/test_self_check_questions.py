from services.intake.self_check.rules import INDICATORS_BY_QUESTION
from shared.reference import codes

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
