"""Each part of `make bench` runs to its end, and a failing part does not prevent the others."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NoReturn

import pytest

from deploy.cli.installation import CHECKOUT
from tests.benchmarks import __main__ as bench
from tests.benchmarks.measurement import Measurement


@pytest.mark.integration
@pytest.mark.slow
@pytest.mark.parametrize("part", bench.PARTS)
def test_a_part_runs_to_its_end_with_next_to_nothing_to_measure(part: str, tmp_path: Path) -> None:
    kept = tmp_path / "bench.json"
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks", "--tiny", "--only", part, "--keep", str(kept)],
        cwd=CHECKOUT,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4_000:]
    assert json.loads(kept.read_text(encoding="utf-8"))["measurements"]


def test_results_of_each_benchmark_are_stored_at_once_and_a_failure_stops_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, seen = tmp_path / "bench.json", list[list[str]]()

    def names() -> list[str]:
        return [each["name"] for each in json.loads(kept.read_text(encoding="utf-8"))["measurements"]]

    def fails(_asked: Any) -> NoReturn:
        seen.append(names())
        raise LookupError

    def measures(name: str) -> Any:
        return lambda _asked: ([Measurement(name, 1, "ms")], {})

    monkeypatch.setattr(bench, "PARTS", {"first": measures("one"), "second": fails, "third": measures("three")})
    monkeypatch.setattr(sys, "argv", ["benchmarks", "--keep", str(kept)])
    with pytest.raises(SystemExit) as ended:
        bench.main()
    assert ended.value.code not in (None, 0)
    assert seen == [["one"]]
    assert names() == ["one", "three"]
    assert json.loads(kept.read_text(encoding="utf-8"))["failed"] == ["second"]
