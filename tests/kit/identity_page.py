"""The commands of docs/guides/operate/identity.md, from an empty installation to a first case."""

import os
import re
import subprocess
from pathlib import Path

from deploy.cli.installation import CHECKOUT

PAGE = CHECKOUT / "docs" / "guides" / "operate" / "identity.md"
OFFICER, WORKER = "fictitious-officer", "fictitious-worker"


def blocks(page: Path = PAGE) -> list[str]:
    """Return the commands that a page instructs the reader to run, block by block."""
    return re.findall(r"(?ms)^```sh\n(.*?)^```$", page.read_text(encoding="utf-8"))


def filled(block: str, values: dict[str, str], port: int, login_port: int) -> str:
    """Return a block of the page with its placeholders, the port of this installation, and that of a sign-in filled in.

    Two simultaneous sign-ins need two ports: a browser must be redirected to the command that opened it.
    """
    for name, value in values.items():
        block = re.sub(rf"(?m)^{name}=.*$", f"{name}={value}", block)
    block = re.sub(r"casepath login(?! --token)", f"casepath login --port {login_port}", block)
    return block.replace("127.0.0.1:8101", f"127.0.0.1:{port}")


def signed_in(block: str, passwords: dict[str, str]) -> str:
    """Return a block with the user who signs in at the browser from then on, as its comment states."""
    for who, name in (("officer", OFFICER), ("caseworker", WORKER)):
        block = block.replace(f"# As the {who}:\n", f"export CASEPATH_TEST_SIGN_IN={name}:{passwords[name]}\n")
    return block


def type_in(shell: dict[str, str], typed: list[str]) -> str:
    """Run commands in one shell that exits at the first failure; returns their output."""
    script = "set -euo pipefail\n" + "\n".join(typed)
    done = subprocess.run(
        ["bash", "-c", script], cwd=CHECKOUT, env={**os.environ, **shell}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
