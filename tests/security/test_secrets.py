"""Command lines contain no secrets, nor do environments where secrets can be passed in files."""

import json
from collections.abc import Iterator
from urllib.parse import urlsplit

import psutil
import pytest

from deploy.cli.stores import key_database
from tests.kit.private_servers import own_address
from tests.security.town import SERVICES, Town

pytestmark = [pytest.mark.security, pytest.mark.integration]


def secrets_of(town: Town) -> Iterator[str]:
    """Yield the passwords of every store, and the private part of every key."""
    yield str(urlsplit(town.site.amqp_uri).password)
    for service in SERVICES:
        yield str(urlsplit(own_address(town.site.amqp_uri, service)).password)
        for name in (service, key_database(service)):
            for url in (town.site.database_url(name), town.site.owner_url(name)):
                yield str(urlsplit(url).password)
    for each in town.site.installation.keys.glob("*.json"):
        text = each.read_text(encoding="utf-8")
        yield from (value for value in _values(json.loads(text)) if len(value) >= 40 and value != text)


def _values(document: object, name: str = "") -> Iterator[str]:
    if isinstance(document, dict):
        for key, inner in document.items():
            yield from _values(inner, key)
    elif isinstance(document, list):
        for inner in document:
            yield from _values(inner, name)
    elif isinstance(document, str) and name not in ("kid", "x"):
        yield document


@pytest.mark.promise("SEC-106")
def test_no_secret_stands_in_a_command_line(town: Town) -> None:
    lines = [" ".join(each.info["cmdline"] or ()) for each in psutil.process_iter(["cmdline"])]
    assert any("-m services intake" in line for line in lines)
    assert [secret for secret in secrets_of(town) if any(secret in line for line in lines)] == []


@pytest.mark.promise("SEC-107")
def test_no_secret_stands_in_the_environment_of_a_service(town: Town) -> None:
    for service in SERVICES:
        told = psutil.Process(town.site._running[service].pid).environ()
        assert f"CASEPATH_{service.upper()}_DATABASE_URL_FILE" in told
        text = "\n".join(told.values())
        assert [secret for secret in secrets_of(town) if secret in text] == []


def test_there_are_secrets_to_look_for(town: Town) -> None:
    assert len(set(secrets_of(town))) > 10
