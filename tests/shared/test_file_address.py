"""The file of an address changes: new connections use its current content, and no client is refused meanwhile."""

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from shared.exchange.broker.agency_queues import uri_of_agencies
from shared.store.file_address import FileAddress, address_now, connecting, is_login_refused

REFUSED = psycopg.OperationalError('connection failed: FATAL:  password authentication failed for user "intake"')


def test_whoever_connects_comes_with_what_the_file_holds_now(tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text("postgresql://intake:first@a/intake\n")
    address = FileAddress.of(file, "postgresql://intake:first@a/intake")
    assert address_now(address) == address == "postgresql://intake:first@a/intake"
    file.write_text("postgresql://intake:second@a/intake\n")
    assert address_now(address) == "postgresql://intake:second@a/intake"


def removed(file: Path) -> None:
    file.unlink()


def emptied(file: Path) -> None:
    file.write_bytes(b"")


def garbled(file: Path) -> None:
    file.write_bytes(b"\xff")


@pytest.mark.parametrize("spoil", [removed, emptied, garbled])
def test_while_its_file_can_not_be_read_an_address_stays_what_it_was_last(
    tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    file = tmp_path / "uri"
    file.write_text("amqp://partners:first@a/casepath")
    address = FileAddress.of(file, "amqp://partners:first@a/casepath")
    agencies = uri_of_agencies(address)
    file.write_text("amqp://partners:second@a/casepath")
    assert address_now(address) == "amqp://partners:second@a/casepath"
    spoil(file)
    assert address_now(address) == "amqp://partners:second@a/casepath"
    assert address_now(agencies) == "amqp://partners:second@a/agencies", "in another form too"
    file.write_text("amqp://partners:third@a/casepath")
    assert address_now(address) == "amqp://partners:third@a/casepath"


def test_another_form_of_an_address_follows_the_same_file(tmp_path: Path) -> None:
    file = tmp_path / "uri"
    file.write_text("amqp://partners:first@a/casepath")
    agencies = uri_of_agencies(FileAddress.of(file, "amqp://partners:first@a/casepath"))
    file.write_text("amqp://partners:second@a/casepath")
    assert address_now(agencies) == "amqp://partners:second@a/agencies"
    assert address_now(agencies.seen_as(str.upper)) == "AMQP://PARTNERS:SECOND@A/AGENCIES", "a form of that form too"
    assert uri_of_agencies("amqp://partners:first@a/casepath") == "amqp://partners:first@a/agencies"


@pytest.mark.promise("SECRET-5")
def test_who_is_refused_between_the_change_and_its_file_is_taken_at_the_next_try(tmp_path: Path) -> None:
    file = tmp_path / "url"
    file.write_text("first")
    tried: list[str] = []

    def connect(url: str) -> str:
        tried.append(url)
        if len(tried) == 2:
            file.write_text("second")
        if url != "second":
            raise REFUSED
        return "connected"

    assert connecting(FileAddress.of(file, "first"), connect, is_refusal=is_login_refused) == "connected"
    assert tried == ["first", "first", "second"]


@pytest.mark.parametrize("error", [psycopg.OperationalError("connection refused"), ValueError("something else")])
def test_what_is_no_refusal_is_raised_at_once(tmp_path: Path, error: Exception) -> None:
    file = tmp_path / "url"
    file.write_text("first")
    tried: list[str] = []

    def connect(url: str) -> str:
        tried.append(url)
        raise error

    with pytest.raises(type(error)):
        connecting(FileAddress.of(file, "first"), connect, is_refusal=is_login_refused)
    assert len(tried) == 1


def test_an_address_of_no_file_is_tried_once() -> None:
    tried: list[str] = []

    def connect(url: str) -> str:
        tried.append(url)
        raise REFUSED

    with pytest.raises(psycopg.OperationalError):
        connecting("postgresql://intake:first@a/intake", connect, is_refusal=is_login_refused)
    assert len(tried) == 1
