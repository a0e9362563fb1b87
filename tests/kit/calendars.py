"""An adviser's calendar, as a calendar program subscribes to it and reads it."""

import re
from typing import Final

from tests.kit.client import Client

#: A content line of RFC 5545, section 3.1, without quoted values, which we never write.
LINE: Final = re.compile(r"(?P<name>[A-Z0-9-]+)(?P<parameters>(?:;[A-Z-]+=[A-Z-]+)*):(?P<value>[^\x00-\x1f]*)")


def read(text: str) -> tuple[dict[str, str], list[dict[str, str]]]:
    """Parse a calendar by the grammar of RFC 5545; return its own properties, and its events."""
    assert text.endswith("\r\n")
    about: dict[str, str] = {}
    events: list[dict[str, str]] = []
    within: list[str] = []
    for line in text.removesuffix("\r\n").split("\r\n"):
        assert len(line.encode()) <= 75, "a line is folded after 75 octets"
        matched = LINE.fullmatch(line)
        assert matched is not None, line
        name, value = matched["name"], matched["value"]
        if name == "BEGIN":
            within.append(value)
            if value == "VEVENT":
                events.append({})
        elif name == "END":
            assert within.pop() == value
        else:
            said = events[-1] if within[-1] == "VEVENT" else about
            assert name not in said, f"{name} is there once"
            said[name] = value
    assert within == []
    assert {"VERSION", "PRODID"} <= about.keys()
    return about, events


def subscribed(adviser: Client, **more: object) -> str:
    made = adviser.told("POST", "/v1/calendar-feeds", {**more}, 201)
    return str(made["address"])
