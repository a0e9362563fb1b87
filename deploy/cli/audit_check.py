"""Verify an audit log: recompute its chain, and compare its checkpoints and those stored elsewhere."""

import base64
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from deploy.cli.replies import AuditLink, CheckpointReport
from shared.access import tokens
from shared.audit import hash_chain

#: The row that a restore leaves behind all that its backup held.
RESTORED = "installation.restored"
_SIGNED = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+")


@dataclass
class Checked:
    """The result of checking one service's audit log. `faults` is empty if the log is intact.

    `withheld`: rows about people who excluded the caller. Their hashes are checked here, and another officer checks the
    rows. `restores`: each restore of a backup, with time and actor. `restored`: the position of each such row.
    """

    rows: int = 0
    withheld: int = 0
    signed: int = 0
    unchained: int = 0
    compared: int = 0
    faults: list[str] = field(default_factory=list)
    restores: list[str] = field(default_factory=list)
    restored: list[tuple[int, str]] = field(default_factory=list)

    def replaced(self, checkpoint: "Checkpoint") -> bool:
        """Return whether a checkpoint is of a log that was replaced by a backup from before it was signed."""
        # Checkpoints name whole seconds.
        signed_by = checkpoint.at + timedelta(seconds=1)
        return any(checkpoint.place >= place and signed_by <= datetime.fromisoformat(at) for place, at in self.restored)


@dataclass(frozen=True)
class Checkpoint:
    """A signed statement of how far a service's chain had come; 0.1.0 gave it no number and no predecessor."""

    signed: str
    service: str
    place: int
    hash: str
    number: int | None
    previous: str | None
    at: datetime

    def __str__(self) -> str:
        name = "a checkpoint" if self.number is None else f"checkpoint {self.number}"
        return f"{name} at link {self.place}, signed {self.at:%Y-%m-%d %H:%M} UTC"


@dataclass(frozen=True)
class Collected:
    """The checkpoints of a service that were found outside it; and the lines with one that it did not sign."""

    checkpoints: list[Checkpoint] = field(default_factory=list)
    strange_lines: list[int] = field(default_factory=list)


def follow(links: Iterable[AuditLink], checked: Checked) -> Iterator[tuple[int, str]]:
    """Recompute a service's chain. Each link is checked against the stored hash before it: a fault names one link."""
    place, before = 0, hash_chain.BEGINNING
    for link in links:
        checked.rows += 1
        if link["place"] != place + 1:
            checked.faults.append(f"links {place + 1} to {link['place'] - 1} of the chain were removed")
        place = link["place"]
        if link.get("excluded"):
            checked.withheld += 1
        elif link["row"] is None:
            checked.faults.append(f"row {link['number']} was removed")
        elif hash_chain.link(before, _typed(link["row"])).hex() != link["hash"]:
            checked.faults.append(f"row {link['number']} (or its link {place}) was changed")
        elif link["row"]["action"] == RESTORED:
            _note_restore(checked, place, link["row"])
        before = bytes.fromhex(link["hash"])
        yield place, link["hash"]


def _note_restore(checked: Checked, place: int, row: Mapping[str, object]) -> None:
    checked.restored.append((place, str(row["at"])))
    checked.restores.append(
        f"restored from a backup on {row['at']} by {row['actor']} (link {place}, row {row['number']}): what was after "
        "the backup is gone. If you do not know of this restore, ask the operator"
    )


def _typed(row: Mapping[str, object]) -> Mapping[str, object]:
    return {**row, "at": datetime.fromisoformat(str(row["at"]))}


def check_signed(
    report: CheckpointReport, service: str, checked: Checked, hashes: Mapping[int, str], key_set: str
) -> None:
    """Check a service's own checkpoints: their signatures, their order, and the links that they sign."""
    checked.unchained = report["unchained"]
    checked.faults += [f"row {number} was slipped in" for number in report["slipped_in"]]
    numbered, before = 0, None
    for position, signed in enumerate(report["checkpoints"], start=1):
        checked.signed += 1
        try:
            checkpoint = read_checkpoint(signed, service, key_set)
        except tokens.TokenRefused:
            checked.faults.append(f"checkpoint {position} is not signed by {service}")
            numbered, before = numbered + 1, signed
            continue
        if hashes.get(checkpoint.place) != checkpoint.hash:
            checked.faults.append(f"the chain is not the one that was signed at link {checkpoint.place}")
        numbered += 1
        if checkpoint.number is not None and checkpoint.number > numbered:
            checked.faults.append(f"{checkpoint.number - numbered} checkpoints before {checkpoint} were removed")
            numbered = checkpoint.number
        elif checkpoint.number is not None and checkpoint.previous != (before and hash_chain.digest(before)):
            checked.faults.append(f"the checkpoint before {checkpoint} was replaced")
        before = signed


def read_checkpoint(signed: str, service: str, key_set: str) -> Checkpoint:
    """Read a checkpoint. Raises `TokenRefused` unless the service signed it."""
    issuer = tokens.service_issuer(service)
    statement = tokens.read_signed(signed, key_set, kind=hash_chain.STATEMENT, issuer=issuer)
    if statement["service"] != service:
        raise tokens.TokenRefused("of_another_service")
    return Checkpoint(
        signed,
        service,
        statement["place"],
        statement["hash"],
        statement.get("number"),
        statement.get("previous"),
        datetime.fromtimestamp(statement["at"], UTC),
    )


def collect(lines: Iterable[str], services: Iterable[str], key_set: str) -> dict[str, Collected]:
    """Find the checkpoints of these services in lines of any format (a log, JSON, or checkpoints only)."""
    collected = {name: Collected() for name in services}
    for number, line in enumerate(lines, start=1):
        for signed in _SIGNED.findall(line):
            service = _speaker(signed)
            if service not in collected:
                continue
            own = collected[service]
            try:
                checkpoint = read_checkpoint(signed, service, key_set)
            except tokens.TokenRefused:
                own.strange_lines.append(number)
                continue
            if checkpoint not in own.checkpoints:
                own.checkpoints.append(checkpoint)
    return collected


def _speaker(signed: str) -> str:
    """Return the service that a checkpoint names; empty if the text is not a checkpoint."""
    header, payload, _ = signed.split(".")
    try:
        kind = json.loads(_decoded(header)).get("typ")
        return str(json.loads(_decoded(payload)).get("service")) if kind == hash_chain.STATEMENT else ""
    except (ValueError, AttributeError):
        return ""


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def compare(collected: Collected, report: CheckpointReport, checked: Checked, hashes: Mapping[int, str]) -> None:
    """Compare a service's chain with checkpoints from another machine. Each difference becomes a fault."""
    checked.compared = len(collected.checkpoints)
    checked.faults += [f"line {number} has a checkpoint that it did not sign" for number in collected.strange_lines]
    if not collected.checkpoints:
        checked.faults.append("no checkpoint of it was collected, so that nothing was compared")
    by_place = sorted(collected.checkpoints, key=lambda checkpoint: (checkpoint.place, checkpoint.number or 0))
    here = set(report["checkpoints"])
    replaced = [mark for mark in by_place if mark.signed not in here and checked.replaced(mark)]
    if replaced:
        checked.restores.append(f"{len(replaced)} checkpoints up to {replaced[-1]} are of the log that was replaced")
    present = [checkpoint for checkpoint in by_place if checkpoint not in replaced]
    checked.faults += _differences(present, report, hashes)
    checked.faults += _forks(present)


def _differences(by_place: list[Checkpoint], report: CheckpointReport, hashes: Mapping[int, str]) -> Iterator[str]:
    here, agreed, end = set(report["checkpoints"]), 0, max(hashes, default=0)
    for checkpoint in by_place:
        if checkpoint.place > end:
            yield (
                f"{checkpoint.place - end} links are missing: the chain ends at link {end}, and there was {checkpoint} "
                "(rows were cut off, or a backup from before was restored)"
            )
            return
        if hashes.get(checkpoint.place) != checkpoint.hash:
            yield (
                f"links {agreed + 1} to {checkpoint.place} are not those of {checkpoint} "
                "(rows were rewritten, or a backup from before was restored and others have followed)"
            )
            return
        if checkpoint.signed not in here:
            yield f"{checkpoint} was taken away or replaced"
        agreed = checkpoint.place


def _forks(by_place: list[Checkpoint]) -> Iterator[str]:
    first: dict[int, Checkpoint] = {}
    for checkpoint in by_place:
        if checkpoint.number is None:
            continue
        other = first.setdefault(checkpoint.number, checkpoint)
        if other is not checkpoint:
            yield f"a fork: {other}, and {checkpoint}"
