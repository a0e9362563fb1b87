"""Contact requests through the public pages and the real servers: which data remains after withdrawal and expiry.

Each request has a marker in every text field. The search covers logs, metrics, a backup of every database, and the
files of both servers: PostgreSQL's with its write-ahead log, and RabbitMQ's with all queues.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID, uuid4

import psycopg
import pytest
import requests

from deploy.cli.keys import public_secret_file
from deploy.cli.stores import key_database
from shared.access.agencies import id_of
from tests.kit.public_process import Pages, public_pages
from tests.kit.waiting import wait_until
from tests.security.sweeping import dump, rest, swept
from tests.security.town import SERVICES, Town

pytestmark = [pytest.mark.integration, pytest.mark.security, pytest.mark.slow]

TIMEOUT = 30
WORDS = ("contact", "story", "code_word", "near")
VISITOR = {"X-Forwarded-For": "198.51.100.23"}
#: Tables that keep the id of an erased request, so that it never gets a key again.
KEPT = {"erased_subjects", "tombstones"}
#: Tables that also keep the id after a caseworker took the request: who took and read it, and its withdrawal (for a
#: week).
TAKEN = {"audit_log", "contact_requests", "idempotency_keys", "timers"}


@dataclass
class Sent:
    """A request that a visitor sent, and its stored content."""

    town: Town
    pages: Pages
    marker: str
    code: str = ""
    id: str = ""
    sealed: str = ""

    def __post_init__(self) -> None:
        """Send the request with the marker in every text field."""
        before = set(self._rows())
        shown = self._post("/vi/contact", go="send", jurisdiction="NL", way="phone", **self._words())
        found = re.search(r'class="code"><bdi dir="ltr">([0-9A-Z-]+)<', shown)
        assert found is not None, shown
        self.code = found[1]
        [self.id] = set(self._rows()) - before
        self.sealed = self._rows()[self.id].hex()

    def withdraw(self) -> None:
        self._post("/vi/code", go="erase", code=self.code)

    def expire(self) -> None:
        """Let the request expire in its current state."""
        with psycopg.connect(self.town.site.owner_url("intake")) as connection:
            connection.execute("update timers set due_at = now() where owner = %s", [self.id])

    def take(self) -> str:
        """Take the request as a caseworker of the agency; return the contact data that the caseworker reads."""
        worker = self.town.site.register(str(uuid4()), "caseworker")
        with psycopg.connect(self.town.site.owner_url("intake")) as connection:
            connection.execute("update staff set agency = %s where id = %s", [id_of("NL.COMENSHA"), UUID(worker)])
        token, path = self.town.site.targets.token(["caseworker"], worker, 3600), f"/v1/contact-requests/{self.id}"
        etag = self.town.ask("intake", "GET", path, None, token).headers["ETag"]
        taken = self.town.ask("intake", "POST", f"{path}/take", None, token, **{"If-Match": etag})
        assert taken.ok, taken.text
        return self.town.ask("intake", "GET", f"{path}/contact", None, token).text

    def wait_for_erasure(self) -> None:
        """Wait until the content and the key are deleted."""
        wait_until(lambda: self._rows().get(self.id) is None, "what the person wrote is deleted", 30)
        wait_until(lambda: not self._has_key(), "the key is destroyed", 30)

    def places(self) -> set[str]:
        """Return the places with the marker, and the databases whose backup has the sealed content."""
        rest(self.town)
        holding = [name for each in SERVICES for name in (each, key_database(each)) if self._is_in_backup(name)]
        written = {"log of web-public"} if self.marker in self.pages.written() else set()
        return swept(self.town, self.marker) | {f"sealed in {name}" for name in holding} | written

    def _is_in_backup(self, name: str) -> bool:
        return self.sealed.encode() in dump(self.town, name)

    def _words(self) -> dict[str, str]:
        return {"if_another_answers": "say_agreed_story", **{name: f"{self.marker} {name}" for name in WORDS}}

    def _post(self, path: str, **form: str) -> str:
        answer = requests.post(f"{self.pages.address}{path}", data=form, headers=VISITOR, timeout=TIMEOUT)
        assert answer.ok, answer.text
        return answer.text

    def tables(self) -> set[str]:
        """Return the tables in which a row names the request."""
        found = set()
        for name in (each for service in SERVICES for each in (service, key_database(service))):
            with psycopg.connect(self.town.site.database_url(name)) as connection:
                query = "select tablename from pg_tables where schemaname = 'public'"
                for (table,) in connection.execute(query).fetchall():
                    naming = f'select exists (select from "{table}" t where t::text like %s)'  # noqa: S608 - a name from the catalogue
                    if connection.execute(naming, [f"%{self.id}%"]).fetchone() == (True,):
                        found.add(table)
        return found

    def _rows(self) -> dict[str, bytes]:
        query = "select id::text, request from contact_requests where request is not null"
        with psycopg.connect(self.town.site.database_url("intake")) as connection:
            return dict(connection.execute(query).fetchall())

    def _has_key(self) -> bool:
        query = "select exists (select from case_keys where subject = %s)"
        with psycopg.connect(self.town.site.database_url(key_database("intake"))) as connection:
            return connection.execute(query, [self.id]).fetchone() == (True,)


@pytest.fixture(scope="module")
def pages(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    secret = public_secret_file(town.site.installation.keys).read_text(encoding="utf-8").strip()
    address = town.site.installation.address("intake")
    with public_pages(tmp_path_factory.mktemp("public"), address, secret) as running:
        yield running


@pytest.mark.hazard("H-PUBLIC-1", control="erased-on-withdrawal")
@pytest.mark.parametrize("is_taken", [False, True], ids=["waiting", "taken"])
def test_a_withdrawn_request_leaves_nothing_in_stores_broker_logs_and_backups(
    town: Town, pages: Pages, *, is_taken: bool
) -> None:
    sent = Sent(town, pages, f"QzxvWithdrawn{is_taken}")
    if is_taken:
        assert sent.marker in sent.take()
    assert sent.places() == {"sealed in intake"}, "the backup has the content, which only the key opens"
    sent.withdraw()
    sent.wait_for_erasure()
    assert sent.places() == set()
    assert sent.tables() - KEPT == (TAKEN if is_taken else set())


@pytest.mark.hazard("H-PUBLIC-1", control="erased-on-withdrawal")
def test_an_expired_request_leaves_nothing_in_stores_broker_logs_and_backups(town: Town, pages: Pages) -> None:
    sent = Sent(town, pages, "QzxvExpired")
    sent.expire()
    sent.wait_for_erasure()
    assert sent.places() == set()
    assert sent.tables() - KEPT == set()
