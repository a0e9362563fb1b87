import json
import os
import stat
import subprocess
import sys
from dataclasses import asdict, replace

import pytest

from deploy.cli import running
from deploy.cli.errors import AlreadyRunning
from deploy.cli.installation import Installation
from deploy.cli.processes import identify


def test_a_second_up_is_told_what_runs_where(installation: Installation) -> None:
    with running.the_only_up(installation):
        running.write(installation, [], "training")
        with pytest.raises(AlreadyRunning) as refused, running.the_only_up(installation):
            pytest.fail("two at once")  # pragma: no cover
    assert str(os.getpid()) in refused.value.what
    assert installation.address("legal") in refused.value.why
    assert "./casepath down" in refused.value.next_step


def test_nothing_of_the_lock_is_left_and_the_next_up_gets_it(installation: Installation) -> None:
    for _ in range(2):
        with running.the_only_up(installation):
            assert running.holder(installation) == os.getpid()
        assert not installation.lock_file.exists()
        assert running.holder(installation) is None


def test_an_old_lock_file_holds_nothing(installation: Installation) -> None:
    installation.make_home()
    installation.lock_file.write_text("1\n", encoding="ascii")
    assert running.holder(installation) is None
    with running.the_only_up(installation):
        assert running.holder(installation) == os.getpid()


def test_what_a_killed_run_left_is_ended_and_only_that(installation: Installation) -> None:
    installation.make_home()
    wait = [sys.executable, "-c", "import signal; signal.pause()"]
    with subprocess.Popen(wait) as stray, subprocess.Popen(wait) as stranger:
        recorded = [identify("intake", stray.pid), replace(identify("legal", stranger.pid), started="before")]
        installation.running_file.write_text(json.dumps({"processes": [asdict(each) for each in recorded]}))
        assert running.end_strays(installation.running_file) == ["intake"]
        assert stray.wait() < 0
        assert stranger.poll() is None
        stranger.kill()
    assert not installation.running_file.exists()


@pytest.mark.parametrize("content", ["", "[]", "{", "null"])
def test_a_record_that_can_not_be_read_is_no_record(installation: Installation, content: str) -> None:
    installation.make_home()
    installation.running_file.write_text(content, encoding="utf-8")
    assert running.end_strays(installation.running_file) == []


def test_the_record_is_for_our_eyes_only(installation: Installation) -> None:
    installation.make_home()
    running.write(installation, [identify("intake", os.getpid())], "training")
    assert stat.S_IMODE(installation.running_file.stat().st_mode) == 0o600
    assert running.read(installation.running_file)["services"]["intake"] == installation.address("intake")


def test_no_folder_is_emptied_that_is_not_ours(installation: Installation) -> None:
    installation.keys.mkdir(parents=True)
    installation.empty_home()
    assert installation.keys.exists()
    installation.make_home()
    installation.home.joinpath("somebody's.txt").touch()
    installation.home.joinpath("key-archive", "legal").mkdir(parents=True)
    installation.empty_home()
    assert [each.name for each in installation.home.iterdir()] == ["somebody's.txt"]
