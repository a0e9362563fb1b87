"""Recurring queries of loops are batched, and answered from memory until this process commits."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import text

from shared.store import together
from shared.store.database import Database
from shared.store.together import SHARED_SECONDS, AskedTogether


class Answering:
    """A fake database that records its queries. The queries in `yes` find a row."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[str] = []
        self.yes: set[str] = set()
        self.seconds = 100.0
        monkeypatch.setattr(together.time, "monotonic", lambda: self.seconds)
        self.together = AskedTogether(self.ask)

    def ask(self, statement: str) -> Mapping[Any, Any]:
        self.asked.append(statement)
        questions = [each.rpartition(" as ") for each in statement.removeprefix("select ").split(", ")]
        return {name: question.removeprefix("exists (")[:-1] in self.yes for question, _, name in questions}


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Answering:
    return Answering(monkeypatch)


def test_all_are_answered_by_one_statement_while_it_is_fresh(answering: Answering) -> None:
    erasures, rebuilds = answering.together.add("select from a"), answering.together.add("select from b")
    answering.yes = {"select from b"}
    assert [erasures(), rebuilds(), erasures()] == [False, True, False]
    assert len(answering.asked) == 1
    answering.yes = {"select from a"}
    answering.seconds += SHARED_SECONDS + 0.01
    assert [erasures(), rebuilds()] == [True, False]
    assert len(answering.asked) == 2


def test_one_that_comes_later_or_twice_is_asked_along(answering: Answering) -> None:
    first = answering.together.add("select from a")
    assert not first()
    answering.yes = {"select from b"}
    second, again = answering.together.add("select from b"), answering.together.add("select from b")
    assert [second(), again()] == [True, True]
    assert len(answering.asked) == 2
    assert answering.asked[1].count("exists") == 2


def test_what_was_read_before_a_commit_of_this_process_answers_nobody_after_it(answering: Answering) -> None:
    is_any = answering.together.add("select from a")
    assert not is_any()
    answering.yes = {"select from a"}
    answering.together.forget()
    assert is_any()


def test_what_was_on_its_way_when_this_process_committed_is_not_kept(answering: Answering) -> None:
    is_any = answering.together.add("select from a")
    ask = answering.ask

    def overtaken(statement: str) -> Mapping[Any, Any]:
        answer = ask(statement)
        answering.yes = {"select from a"}
        answering.together.forget()
        return answer

    answering.together._ask = overtaken
    assert not is_any()
    answering.together._ask = ask
    assert is_any()


@pytest.mark.integration
def test_a_database_answers_and_forgets_with_each_transaction(database: Database) -> None:
    is_any = database.whether_any("select from timers where name = 'fictitious'")
    others = database.whether_any("select from event_log_head")
    assert [is_any(), others()] == [False, True]
    with database.transaction() as session:
        session.execute(
            text("insert into timers (owner, name, due_at) values (gen_random_uuid(), 'fictitious', now())")
        )
    assert is_any()
    with database.transaction() as session:
        session.execute(text("delete from timers where name = 'fictitious'"))
    assert not is_any()
