"""The checks of `verify`: log heads and epochs, samples of keys, audit chains, and whether all events are applied."""

import functools
import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypedDict

from deploy.cli.api import Api, find_key_set
from deploy.cli.audit import check_log
from deploy.cli.compose import must
from deploy.cli.environment import service_environment
from deploy.cli.errors import CommandRefused, reason_in
from deploy.cli.exchange import wait_until_drained
from deploy.cli.findings import FAIL, OK, WARN, Finding
from deploy.cli.installation import SERVICES, Installation
from deploy.cli.saving.cut import Stand
from deploy.cli.saving.reach import runs_in_docker
from deploy.cli.stores import Stores

_EPOCHS = "Casepath-Epochs"
SOME = 10


class Sampled(TypedDict):
    """The result of decrypting samples, as `key_samples` prints it."""

    keys: int
    keys_unopened: int
    opened: int
    unopened: int
    without_key: int
    of_erased: int
    places: list[str]


@dataclass(frozen=True)
class Verifying:
    """A check of a running installation. `stands`: the log position of each service in a backup."""

    api: Api
    installation: Installation
    stores: Stores
    stands: Mapping[str, Stand]
    restored: Iterable[str] = ()
    seconds: float = 60.0

    def findings(self, show: Callable[[str], None]) -> list[Finding]:
        """Return what was found: all of it, also behind a failure."""
        findings = self._exchange()
        # A separate process tries each service's keys. It takes seconds to start, so all start together.
        with ThreadPoolExecutor(len(SERVICES)) as beside:
            sampled = {name: beside.submit(self._sampled, name) for name in SERVICES}
            for name in SERVICES:
                keys = functools.partial(self._keys, sampled[name])
                for what, look in (("log", self._log), ("keys", keys), ("audit", self._audit)):
                    show(f"{name}: {what}")
                    try:
                        findings.append(look(name))
                    except CommandRefused as error:
                        findings.append(Finding(f"{what} of {name}", FAIL, error.what, error.next_step))
        return findings

    def _exchange(self) -> list[Finding]:
        exchange = wait_until_drained(self.api, self.seconds)
        if exchange.is_drained and not exchange.away:
            notes = [Finding("exchange", WARN, sentence) for sentence in exchange.worth_knowing]
            return [Finding("exchange", OK, "settled: nothing is waiting, held or parked"), *notes]
        why = [*exchange.away.values(), *exchange.stuck, *exchange.waiting]
        return [Finding("exchange", FAIL, "; ".join(why[:SOME]), "./casepath status --wait 60; ./casepath parked")]

    def _log(self, name: str) -> Finding:
        reply = self.api.get(name, "/v1/events", after=0, limit=1)
        head = int(self.api.get(name, "/v1/exchange").json()["head"])
        lives = [life.split("@") for life in reply.headers.get(_EPOCHS, "").replace(",", " ").split()]
        stand = self.stands.get(name)
        check = f"log of {name}"
        if stand is None:
            return Finding(check, OK, f"head {head}, epoch {len(lives)}")
        if head < stand["head"]:
            return Finding(check, FAIL, f"head {head}, and the backup had {stand['head']}", "restore it again")
        present = {epoch for epoch, _ in lives}
        if not {life["epoch"] for life in stand["epochs"]} <= present:
            return Finding(check, FAIL, "it has not the epochs of the backup: it is another log", "restore it again")
        newer = [after for epoch, after in lives if epoch not in {life["epoch"] for life in stand["epochs"]}]
        if name in set(self.restored) and not newer:
            fix = f"./casepath log new-epoch {name}"
            return Finding(check, FAIL, "no epoch began with the restore, so that followers do not notice it", fix)
        return Finding(check, OK, f"head {head} (backup {stand['head']}), epoch {len(lives)}")

    def _keys(self, tried: "Future[Sampled]", name: str) -> Finding:
        sampled = tried.result()
        check, counted = f"keys of {name}", f"{sampled['keys']:,} keys, {sampled['opened']:,} values opened"
        fix = "docs/guides/operate/keys.md: put back the ring, or restore a newer backup of the keys"
        if sampled["keys_unopened"]:
            return Finding(check, FAIL, f"{sampled['keys_unopened']:,} keys do not open under the ring; {counted}", fix)
        lost = sampled["unopened"] + sampled["without_key"]
        if lost:
            places = ", ".join(sampled["places"])
            return Finding(check, FAIL, f"{lost:,} values do not open ({places}): their keys are lost; {counted}", fix)
        if sampled["of_erased"]:
            return Finding(
                check, WARN, f"{sampled['of_erased']:,} values of erased cases wait to be deleted; {counted}"
            )
        return Finding(check, OK, counted)

    def _sampled(self, name: str) -> Sampled:
        module = "deploy.cli.saving.key_samples"
        if runs_in_docker(self.installation):
            entry = ("--entrypoint", f"python -m {module}")
            output = must(self.installation, "run", "--rm", "--no-deps", "-T", *entry, name, name)
        else:
            done = subprocess.run(
                [sys.executable, "-m", module, name],
                env=dict(service_environment(self.installation, self.stores, name)),
                cwd=self.installation.checkout,
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                raise CommandRefused(f"the keys of {name} could not be tried", next_step=reason_in(done.stderr))
            output = done.stdout
        try:
            sampled: Sampled = json.loads(output.strip().splitlines()[-1])
        except (ValueError, IndexError):
            raise CommandRefused(
                f"the keys of {name} could not be tried",
                next_step=f"docker compose run --rm --no-deps --entrypoint 'python -m {module}' {name} {name}",
            ) from None
        return sampled

    def _audit(self, name: str) -> Finding:
        checked = check_log(self.api, name, find_key_set())
        check = f"audit of {name}"
        if checked.faults:
            return Finding(check, FAIL, "; ".join(checked.faults[:SOME]), "./casepath audit verify")
        restores = f"; {len(checked.restored)} restores" if checked.restored else ""
        return Finding(check, OK, f"{checked.rows:,} rows as they were written{restores}")
