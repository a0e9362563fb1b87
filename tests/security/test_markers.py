"""The planted-marker sweep: words in every field that takes words, then a look at everywhere they might have gone.

The fields are those of the OpenAPI documents, so that a new one is planted by itself. What is searched: logs, metrics,
feeds, audit, a dump of every database, PostgreSQL's files with its write-ahead log, and RabbitMQ's.
"""

import psycopg
import pytest

from tests.security.sweeping import files, holds, read, rest, swept
from tests.security.town import SERVICES, Person, Town

pytestmark = [pytest.mark.security, pytest.mark.integration]
MARKER = "QzxvMarker"
#: Operations that surely take words: without any, the sweep would find nothing because there was nothing.
KEPT = {"intake PUT /v1/cases/{case}/person", "legal POST /v1/cases/{case}/notes"}


@pytest.fixture(scope="module")
def planted(town: Town) -> tuple[Person, dict[str, int]]:
    """Somebody who put a marker into every field that takes words."""
    person, count = Person(town), 0

    def marker(_name: str) -> str:
        nonlocal count
        count += 1
        return f"{MARKER}{count:04}"

    person.open_case()
    answered = person.fill(marker) | person.fill_endings(marker)
    # A later event of the same services has arrived: what came before it has too.
    Person(town).open_case()
    return person, answered


def test_the_words_got_in_and_are_read_by_whom_they_are_for(town: Town, planted: tuple[Person, dict[str, int]]) -> None:
    person, answered = planted
    taking = {str(each) for each in town.operations if each.body and each.about_case and each.takes_words()}
    assert taking >= KEPT
    assert {name: answered[name] for name in taking if answered[name] >= 300} == {}
    read = town.ask("intake", "GET", f"/v1/cases/{person.case}/person", None, person.token)
    assert MARKER in read.text


def test_no_word_is_found_where_it_is_not_sealed(town: Town, planted: tuple[Person, dict[str, int]]) -> None:
    rest(town)
    assert swept(town, MARKER) == set()


def test_feeds_and_audit_hold_no_word(town: Town, planted: tuple[Person, dict[str, int]]) -> None:
    person, _answered = planted
    for service in SERVICES:
        audit = town.ask(service, "GET", f"/v1/audit?subject={person.case}", None, person.token)
        assert audit.ok
        assert MARKER not in audit.text


def test_the_sweep_finds_a_marker_that_is_not_sealed(town: Town, planted: tuple[Person, dict[str, int]]) -> None:
    """Planted unsealed: in a table, and in a log; each is found in each of the places where it then is."""
    loose = "QzxvLoose"
    url = town.site.owner_url("legal")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create table loose (words text, bytes bytea)")
        connection.execute("insert into loose values (%s, %s)", [loose, loose.encode()])
        rest(town)
        with town.site._log("intake", "stdout").open("ab") as log:
            log.write(loose.encode())
        found = swept(town, loose)
        connection.execute("drop table loose")
    assert {"dump of legal", "write-ahead log", "log of intake"} <= found
    assert any(each.startswith("files of") for each in found)


def test_the_look_into_the_broker_finds_what_a_queue_holds(town: Town) -> None:
    from kombu import Connection

    loose = "QzxvQueued"
    with Connection(town.site.amqp_uri) as connection, connection.SimpleQueue("loose") as queue:
        queue.put(loose, serializer="json", delivery_mode=2)
        queue.get(timeout=10)  # it is there: written, and kept until it is acknowledged
        found = [each for each in files(town.rabbitmq.directory) if holds(read(each), loose)]
        queue.clear()
    assert found
