"""The sample that draws forms, run as an integrator would: it knows no codes and reads everything over HTTP."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from uuid import uuid4

import pytest

from deploy.cli import servers
from deploy.cli.installation import CHECKOUT
from shared.reference import JURISDICTIONS, code_lists, codes, profile
from shared.reference.words import words_of_code, words_of_list
from tests.kit.private_servers import VirtualHosts
from tests.kit.serving import Site, opened

pytestmark = [pytest.mark.integration, pytest.mark.slow]

SCRIPT = CHECKOUT / "docs" / "guides" / "agencies" / "draw_form.py"


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory, postgres: servers.PostgresServer, virtual_hosts: VirtualHosts
) -> Iterator[Site]:
    with opened(tmp_path_factory.mktemp("forms"), postgres, virtual_hosts.take(), f"forms{uuid4().hex[:8]}") as found:
        found.start("intake")
        found.wait_ready("intake")
        yield found


def drawn(site: Site, *asked: str, token: str | None = None) -> str:
    environment = {name: value for name, value in os.environ.items() if name != "TOKEN"}
    environment |= {} if token is None else {"TOKEN": token}
    command = [sys.executable, str(SCRIPT), site.installation.address("intake"), *asked]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def options(form: str, name: str) -> list[str]:
    return [unescape(value) for value in re.findall(rf'name="{re.escape(name)}" value="([^"]*)"', form)]


def test_a_form_for_every_list_and_profile_is_drawn_in_the_requested_language(site: Site) -> None:
    form = drawn(site, "--language", "ro", token=site.targets.token(["caseworker"], str(uuid4())))
    assert '<html lang="ro">' in form
    assert "<strong>" in form
    for name, found in code_lists().items():
        assert options(form, name) == list(found.taken)
        assert words_of_list(name, "ro") in unescape(form)
    for code in JURISDICTIONS:
        assert words_of_code("jurisdiction", code, "ro").label in unescape(form)
        for stage in profile(code).stages:
            assert words_of_code("identification_stage", stage, "ro").label in unescape(form)


def test_the_public_draws_a_form_of_what_is_public_in_words_that_were_read(site: Site) -> None:
    form = drawn(site, "--language", "nl")
    assert '<html lang="en">' in form
    assert options(form, "exploitation_type") == list(codes("exploitation_type").taken)
    assert options(form, "if_another_answers") == []


def test_a_form_about_a_child_names_what_was_done_as_exploitation(site: Site) -> None:
    form = drawn(site, "--list", "sex_exploitation_type", "--jurisdiction", "NL", "--child")
    assert str(words_of_code("sex_exploitation_type", "Prostitution", "en").for_child) in form
    labels = re.findall(r"> ([^<]+)</label>", form)
    assert not [label for label in labels if "prostitution" in label.lower() or "pornography" in label.lower()]
