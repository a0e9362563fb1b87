"""Chromium at the desk of a running installation."""

import importlib
import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from deploy.cli import desk as cli_desk
from deploy.cli.api import Api, Targets
from deploy.cli.environment import answers
from deploy.cli.installation import Installation
from deploy.cli.training import play_open_cases
from deploy.training.people import PEOPLE
from tests.kit.public_process import PublicProcess, public_process
from tests.kit.tab import WIDE, Tab
from tests.kit.waiting import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def chromium() -> "Iterator[Browser]":
    if "CI" not in os.environ:
        pytest.importorskip("playwright.sync_api", reason="make browser installs Playwright")
    playwright = importlib.import_module("playwright.sync_api")
    program = shutil.which("chromium-headless-shell")
    assert program is not None, "run .ci/install-browser"
    with playwright.sync_playwright() as started:
        # Without the sandbox, which root cannot use; every page here is ours.
        browser = started.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def keeping_chromium(chromium: "Browser") -> "Iterator[Browser]":
    """Start a Chromium with the back/forward cache."""
    browser = chromium.browser_type.launch(
        executable_path=shutil.which("chromium-headless-shell"),
        args=["--no-sandbox", "--disable-dev-shm-usage"],
        ignore_default_args=["--disable-back-forward-cache"],
    )
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PublicProcess]:
    """Run the public pages with a stand-in for intake."""
    with public_process(tmp_path_factory.mktemp("public")) as running:
        yield running


@pytest.fixture(scope="module")
def desk(running_installation: Installation, installation: Targets) -> str:
    """Return the address of the desk, with an open case of the training staff."""
    address = cli_desk.address(running_installation)
    wait_until(lambda: answers(f"{address}/health/ready"), "the desk is ready", 120)
    last = Api(installation, roles=[PEOPLE[-1].role], subject=PEOPLE[-1].id)
    wait_until(lambda: bool(last.get("intake", "/v1/me").json()["registered"]), "the last person is registered", 120)
    play_open_cases(installation, ["NL"])
    return address


@pytest.fixture(params=["light", "dark"])
def tab(
    request: pytest.FixtureRequest, chromium: "Browser", desk: str, running_installation: Installation
) -> Iterator[Tab]:
    context = chromium.new_context(viewport=WIDE, color_scheme=request.param)  # type: ignore[arg-type]  # the library's
    provider = f"http://127.0.0.1:{running_installation.ports['training_sign_in']}"
    yield Tab(context.new_page(), desk, (desk, provider))
    context.close()
