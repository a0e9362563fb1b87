"""A production installation goes from nothing to its first case in minutes, with the commands of one page only.

The page is docs/guides/operate/identity.md.

The test runs the page's own commands. It fills in the placeholders, uses its own ports, and signs in with an automated
browser instead of a person.
"""

import re
import sys
import time
from pathlib import Path

import pytest

from deploy.cli.installation import CHECKOUT
from tests.kit import glewlwyd
from tests.kit.identity_page import OFFICER, WORKER, blocks, filled, signed_in, type_in
from tests.kit.installation import empty, started

LACKING = glewlwyd.lacking()
pytestmark = [
    pytest.mark.e2e,
    pytest.mark.integration,
    pytest.mark.slow,
    pytest.mark.skipif(LACKING is not None, reason=str(LACKING)),
]
#: docs/guides/operate/secrets.md: no restart is needed, and everything continues to work.
SIGNED_ANEW = ["./casepath rotate signing-keys --json", "./casepath status --wait 60"]
#: From the first command of the page to the first case.
LONGEST_SECONDS = 180


def test_the_page_says_what_to_fill_in_and_what_to_type() -> None:
    assert len(blocks()) >= 6
    assert [block.strip() for block in blocks()].count("./casepath up") == 1


@pytest.mark.promise("SECRET-9")
def test_the_first_case_is_opened_by_who_signed_in_from_the_page_alone(tmp_path: Path) -> None:
    with glewlwyd.running(tmp_path) as provider, empty() as installation:
        passwords = {name: provider.add_person(name) for name in (OFFICER, WORKER)}
        filled_in = {"ISSUER": provider.issuer, "AUTHORITY": str(provider.authority)}
        ports = installation.ports["intake"], provider.login_port
        typed = [signed_in(filled(block, filled_in, *ports), passwords) for block in blocks()]
        up = [block.strip() for block in typed].index("./casepath up")
        shell = {
            **installation.variables,
            "CASEPATH_BACKUP_HOURS": "0",  # the page makes no backup, and `status` would report that
            "BROWSER": f"{sys.executable} {CHECKOUT / 'tests' / 'kit' / 'browser.py'} %s",
            "CASEPATH_TEST_AUTHORITY": str(provider.authority),
        }
        began = time.monotonic()
        type_in(shell, typed[:up])
        production = type(installation)(
            *(installation.checkout, installation.home, installation.ports),
            {**installation.variables, "CASEPATH_ENVIRONMENT": "production"},
        )
        with started(production):
            lines = [typed[0], "export CASEPATH_ENVIRONMENT=production", *typed[up + 1 :]]
            said = type_in(shell, lines)
            assert re.search(r'"id": ?"[0-9a-f-]{36}"', said), said
            seconds = time.monotonic() - began
            assert seconds < LONGEST_SECONDS, f"{seconds:.0f} s"
            said = type_in(shell, [*lines[:2], *SIGNED_ANEW])
            assert re.search(r'"changed": \[\s*"intake"', said), said
            keys = [file.read_text(encoding="utf-8") for file in installation.keys.iterdir() if file.is_file()]
            assert not [each for each in keys if "casepath:staff" in each], "no key here speaks for people"
