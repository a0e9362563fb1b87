"""What a story's agencies hear at the running door: each reads its feed with its own key, whenever something happened.

Everything is agreed on with each, and each asks for all of it, so that what it hears goes by what the person said
alone. What it was ever handed counts, also what it may no longer have.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

import requests

from deploy.cli.journey.desk import Desk
from shared.reference import codes, id_of_authority
from tests.stories import mapping
from tests.stories.entries import SECOND
from tests.stories.hearing import kinds_of, kinds_told_of
from tests.stories.playing import Player

#: One story of each jurisdiction.
LISTENED_TO: Final = frozenset(
    ("gb-letter-from-the-court", "nl-the-second-of-january", "ro-voucher-on-the-national-day")
)
_DOOR: Final = "partners"
_PAGE, _SECONDS = 200, 20
_AGREED: Final[Mapping[str, object]] = {
    "purposes": sorted(codes("consent_purpose")),
    "data_categories": sorted(codes("data_category")),
    "first_day": "2025-01-01",
    "last_day": "2027-12-31",
    "reference": "Fictitious binder 7",
}


@dataclass
class _Listener:
    """An agency with a key; `before`: how far its stream was when the story began."""

    id: str
    key: str
    before: int = 0
    heard: set[str] = field(default_factory=set)


class Door:
    """The agencies of a story that lead nothing, as the door knows them, and what each was told since it began."""

    def __init__(self, player: Player) -> None:
        """Register the agencies, agree with them, and have them subscribe, on the evening of the story's last day."""
        self._player, self._operator = player, player.operator
        self._set_clock(player.story.evening(player.story.as_of).isoformat())
        officers = Desk(player.targets, members={SECOND: str(uuid4())}, patience=_SECONDS)
        officers.member(SECOND)
        player.settle()
        self._officer = officers.api(SECOND)
        names = [name for name in player.story.expect["hears"] if name not in player.story.leads]
        self._listeners = {name: self._opened(name) for name in names}

    def close(self) -> None:
        """Have the door go by the real time again."""
        self._set_clock(None)

    def listen(self) -> None:
        """Have each agency read all that it was told since the story began, as it may have it now."""
        for listener in self._listeners.values():
            for document in self._documents(listener):
                listener.heard |= kinds_told_of(self._player.story, document)

    def wrong(self) -> dict[str, str]:
        """Return what an agency heard other than its table says, by the name of the check."""
        found = {}
        for name, listener in self._listeners.items():
            table, kinds = self._player.story.expect["hears"][name], kinds_of(self._player.story)
            missing = set(table["must"]) - listener.heard
            beyond = (listener.heard & kinds) - set(table["must"]) - set(table["may"])
            if missing or beyond:
                found[f"hears {name}"] = f"not heard: {sorted(missing)}; heard beyond its table: {sorted(beyond)}"
        return found

    def _set_clock(self, now: str | None) -> None:
        self._operator.put(_DOOR, "/v1/clock", {"now": now})

    def _opened(self, name: str) -> _Listener:
        named = mapping.agency(self._player.story.id, name)
        agency = str(id_of_authority(named)) if name in mapping.AUTHORITIES else self._registered(named)
        path = f"/v1/agencies/{agency}"
        agreed = {**_AGREED, "jurisdictions": [self._player.story.jurisdiction]}
        made = f"{path}/agreements/{self._operator.post(_DOOR, f'{path}/agreements', agreed).json()['id']}"
        etag = self._officer.get(_DOOR, made).headers["ETag"]
        self._officer.post(_DOOR, f"{made}/confirmation", if_match=etag)
        self._operator.request("PUT", _DOOR, f"{path}/subscription", body={}, headers={"If-Match": "*"})
        asked = {"purpose": "production", "scopes": ["reading"]}
        listener = _Listener(agency, self._operator.post(_DOOR, f"{path}/keys", asked).json()["key"])
        listener.before = int(self._feed(listener, 0).headers["Casepath-Head"])
        return listener

    def _registered(self, agency: str) -> str:
        country = self._player.story.jurisdiction.partition("-")[0]
        entry = {"id": agency, "name": "Fictitious", "type": "NGO", "country": country}
        self._operator.post(_DOOR, "/v1/agencies", entry)
        return agency

    def _documents(self, listener: _Listener) -> Iterator[dict[str, Any]]:
        after = listener.before
        while page := self._feed(listener, after).json():
            yield from page
            after = int(page[-1]["sequence"])

    def _feed(self, listener: _Listener, after: int) -> requests.Response:
        url = f"{self._player.targets.urls[_DOOR].rstrip('/')}/v1/feed?after={after}&limit={_PAGE}"
        reply = requests.get(url, headers={"Authorization": f"Bearer {listener.key}"}, timeout=_SECONDS)
        reply.raise_for_status()
        return reply
