"""The statement counter counts each statement once, recognises writes, and names the line."""

import pytest
from sqlalchemy import column, insert, table, text

from shared.store.database import Database
from tests.kit.databases import as_owner
from tests.kit.statements import listing, statements

pytestmark = pytest.mark.integration

NUMBERS = table("numbers", column("number"))


@pytest.fixture
def numbers(database: Database) -> Database:
    with as_owner(database) as owner:
        owner.execute("create table numbers (number int)")
    return database


def test_each_statement_counts_once_and_names_the_line_that_made_it(numbers: Database) -> None:
    with statements() as sent, numbers.transaction() as session:
        session.execute(insert(NUMBERS), [{"number": number} for number in range(3)])
        session.execute(text("with all_numbers as (select * from numbers) select count(*) from all_numbers"))
        session.execute(text("select 1"))
    assert [statement.verb for statement in sent] == ["INSERT", "WITH", "SELECT"]
    assert [statement.reads for statement in sent] == [False, True, True]
    this_test = "test_each_statement_counts_once_and_names_the_line_that_made_it"
    assert all(
        statement.made_by.startswith("tests/kit/test_statements.py:") and statement.made_by.endswith(this_test)
        for statement in sent
    ), listing(sent)
    assert len({statement.made_by for statement in sent}) == 3
    assert {statement.database for statement in sent} == {numbers.engine.url.database}


def test_what_comes_before_or_after_the_block_is_not_counted(numbers: Database) -> None:
    with numbers.transaction() as session:
        session.execute(text("select 1"))
        with statements() as sent:
            session.execute(text("select 2"))
        session.execute(text("select 3"))
    assert [statement.text for statement in sent] == ["select 2"]


def test_a_statement_that_fails_was_sent_too(numbers: Database) -> None:
    with statements() as sent, pytest.raises(Exception, match="nowhere"), numbers.transaction() as session:
        session.execute(text("select * from nowhere"))
    assert listing(sent).endswith("select * from nowhere")
