"""Execute the production guide in Docker: `python -m tests.kit.production_from_page` (`make production-in-docker`).

The commands are those of docs/guides/operate/production.md. The test fills in the values that the page asks for: a
provider (glewlwyd), a certificate, places for backups, and a receiver of alarms. The caseworker opens the first case at
the desk over TLS, with a browser that runs no scripts. An alarm must arrive when a service stops, and clear afterwards.
"""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from deploy.cli.installation import CHECKOUT
from tests.kit import certificates, glewlwyd
from tests.kit.desk_over_https import ADDRESS, CLIENT, HOST, SCOPE, Browser, intake_port, run
from tests.kit.identity_page import OFFICER, WORKER, blocks, filled, signed_in, type_in
from tests.kit.reader import Reader
from tests.kit.receivers import Receiver, receiving
from tests.kit.waiting import wait_until

PAGE: Final = CHECKOUT / "docs" / "guides" / "operate" / "production.md"
#: The title of the page promises an hour, which includes the build of the image.
LONGEST_SECONDS: Final = 3600
#: Time for a rule's own minute, the intervals of Prometheus and Alertmanager, and a slow machine.
ALARM_SECONDS: Final = 300.0
LOG_OF_BACKUPS: Final = "/var/log/casepath-backup.log"
#: The line of the page that cron runs every night.
_TIMER = re.compile(r"(?ms)^```cron\n(?:\S+ +){5}(.*?)\n```$")
_VARIABLE = re.compile(r"(?m)^([A-Z]+)=")


@dataclass
class Terminal:
    """A terminal into which the blocks of the page are typed in order; it keeps the variables."""

    folder: Path
    shell: dict[str, str]
    values: dict[str, str]
    passwords: dict[str, str]
    login_port: int
    began: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began

    def say(self, sentence: str) -> None:
        """Print a step that succeeded, with the seconds since the first command."""
        sys.stdout.write(f"{self.seconds:6.0f} s  {sentence}\n")
        sys.stdout.flush()

    def type(self, block: str) -> str:
        """Type a block of the page; return its output."""
        intake = intake_port() if "127.0.0.1:8101" in block else 0
        typed = signed_in(filled(block, self.values, intake, self.login_port), self.passwords)
        kept = shlex.quote(str(self.folder / "variables"))
        names = " ".join(sorted({name for each in blocks(PAGE) for name in _VARIABLE.findall(each)}))
        keep = f'for name in {names}; do if [ -n "${{!name+x}}" ]; then declare -p "$name"; fi; done >{kept}'
        return type_in(self.shell, [f"if [ -e {kept} ]; then . {kept}; fi", typed, keep])


def main() -> int:
    """Execute the page, and follow its instructions for the desk."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    inspected = ["docker", "network", "inspect", "bridge", "--format", "{{(index .IPAM.Config 0).Gateway}}"]
    gateway = run(*inspected)
    with (
        tempfile.TemporaryDirectory() as name,
        glewlwyd.running(_made(Path(name) / "provider"), gateway, SCOPE) as provider,
        receiving(host=gateway) as on_duty,
    ):
        folder = Path(name)
        provider.add_desk(CLIENT, ADDRESS)
        passwords = {person: provider.add_person(person) for person in (OFFICER, WORKER)}
        authority, values = _filled_in(folder, provider, on_duty)
        shell = {
            "BROWSER": f"{sys.executable} {CHECKOUT / 'tests' / 'kit' / 'browser.py'} %s",
            "CASEPATH_TEST_AUTHORITY": str(provider.authority),
        }
        terminal = Terminal(folder, shell, values, passwords, provider.login_port)
        follow(terminal, on_duty, Browser(authority, provider, passwords[WORKER]))
        assert terminal.seconds < LONGEST_SECONDS, f"{terminal.seconds:.0f} s"
        terminal.say("the first case is open at the desk, and an alarm arrived and cleared")
    return 0


def follow(terminal: Terminal, on_duty: Receiver, desk: Browser) -> None:
    """Execute every block of the page in order, and follow the page's instructions between them."""
    for block in blocks(PAGE):
        if block.startswith("./casepath status"):
            terminal.say(f"case {open_first_case(desk)} is open at the desk")
        terminal.type(block)
        terminal.say(next(line for line in block.splitlines() if not line.startswith("#")))
        if block.startswith("./casepath backup\n"):
            run_timer(terminal)
            terminal.say("the line of cron makes a backup, too")
        if "compose stop legal" in block:
            wait_until(lambda: _arrived(on_duty, "firing"), "the alarm arrives", ALARM_SECONDS)
            terminal.say("CasepathServiceDown arrived")
    wait_until(lambda: _arrived(on_duty, "resolved"), "the alarm clears", 2 * ALARM_SECONDS)
    terminal.say("CasepathServiceDown cleared")


def open_first_case(desk: Browser) -> str:
    """Sign in at the desk and open a case by its form; return the id of the case."""
    desk.signs_in()
    desk.session.verify = desk.authority
    reader = Reader(ADDRESS, desk.session)
    reader.open("/")
    reader.follow("Record or decide")
    reader.follow("Open a contact")
    opened = reader.press(
        "Open the contact", jurisdiction="NL", source="self", channel="chat", language="bg", anonymous="no"
    )
    found = re.fullmatch(r"/cases/([0-9a-f-]{36})\?done=1", opened.url.removeprefix(ADDRESS))
    assert found, f"{opened.url}: {opened.status_code} {opened.text}"
    desk.opens(f"/cases/{found[1]}")
    return found[1]


def run_timer(terminal: Terminal) -> None:
    """Run the page's cron line, with little more than the environment that cron provides."""
    found = _TIMER.search(PAGE.read_text(encoding="utf-8"))
    assert found, "the page has a line for cron"
    log = terminal.folder / "backup.log"
    line = found[1].replace("/srv/casepath", shlex.quote(str(CHECKOUT))).replace(LOG_OF_BACKUPS, shlex.quote(str(log)))
    # The project and the ports of this test are in its environment; an operator has them in .env.
    passed_on = {name: value for name, value in os.environ.items() if name.startswith(("CASEPATH_", "COMPOSE_"))}
    environment = {name: os.environ[name] for name in ("PATH", "HOME")} | passed_on
    done = subprocess.run(["sh", "-c", line], env=environment, check=False)
    assert done.returncode == 0, log.read_text(encoding="utf-8")


def _filled_in(folder: Path, provider: glewlwyd.Glewlwyd, on_duty: Receiver) -> tuple[Path, dict[str, str]]:
    """Return the authority of the proxy's certificate, and the values of the variables that the page asks for."""
    authority, certificate = certificates.made(_made(folder / "desk"), "127.0.0.1", HOST)
    text = certificate.read_text(encoding="ascii")
    begins = text.index("-----BEGIN PRIVATE KEY")
    parts = {"CHAIN": text[:begins], "KEY": text[begins:]}
    files = {name: folder / "desk" / f"{name.lower()}.pem" for name in parts}
    for name, file in files.items():
        file.write_text(parts[name], encoding="ascii")
    values = {
        "ISSUER": provider.issuer,
        "AUTHORITY": provider.authority,
        # glewlwyd writes all scopes into the audience of an access token.
        "AUDIENCE": SCOPE,
        "SCOPE": SCOPE,
        "DESK": ADDRESS,
        **files,
        "RECIPIENT": _recipient(_made(folder / "gnupg")),
        "DATA": _made(folder / "data"),
        "KEYS": _made(folder / "keys"),
        "PAGER": on_duty.url,
        "SETTINGS": _made(folder / "settings"),
    }
    return authority, {name: shlex.quote(str(value)) for name, value in values.items()}


def _recipient(home: Path) -> Path:
    """Make a key for backups; return the file with its public part."""
    gpg = ["gpg", "--homedir", str(home), "--batch", "--quiet", "--passphrase", ""]
    run(*gpg, "--quick-generate-key", "Fictitious operator", "default", "default", "never")
    public = home / "recipient.gpg"
    run(*gpg, "--output", str(public), "--export")
    run("gpgconf", "--homedir", str(home), "--kill", "all")
    return public


def _made(folder: Path) -> Path:
    folder.mkdir(mode=0o700)
    return folder


def _arrived(on_duty: Receiver, status: str) -> bool:
    alerts = [alert for sent in on_duty.sent for alert in json.loads(sent.body)["alerts"]]
    known = {(each["labels"]["alertname"], each["labels"].get("service"), each["status"]) for each in alerts}
    return ("CasepathServiceDown", "legal", status) in known


if __name__ == "__main__":
    sys.exit(main())
