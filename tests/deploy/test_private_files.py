"""Private files of an installation are complete or absent, even with concurrent writers."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from deploy.cli.installation import write_private


def test_several_threads_can_write_the_same_private_file(tmp_path: Path) -> None:
    file, texts = tmp_path / "secret", [str(number) * 1000 for number in range(8)]
    with ThreadPoolExecutor(8) as threads:
        for _ in range(50):
            list(threads.map(lambda text: write_private(file, text), texts))
            assert file.read_text(encoding="utf-8") in texts
    assert stat.S_IMODE(file.stat().st_mode) == stat.S_IRUSR | stat.S_IWUSR
    assert list(tmp_path.iterdir()) == [file]
