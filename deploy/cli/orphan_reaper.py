"""Ends the children of an `up` that was killed, where the kernel can't do it (macOS).

`python -m deploy.cli.orphan_reaper FILE` reads from a pipe that only `up` holds. When that ends, `up` is gone, and
what its record still names is ended.
"""

import subprocess
import sys
from pathlib import Path

from deploy.cli.installation import Installation
from deploy.cli.processes import setpriv
from deploy.cli.running import end_strays


def start_where_needed(installation: Installation) -> "subprocess.Popen[bytes] | None":
    """Start the reaper, unless the kernel ends the children with us."""
    if setpriv() is not None:
        return None
    return subprocess.Popen(
        [sys.executable, "-m", "deploy.cli.orphan_reaper", str(installation.running_file)],
        stdin=subprocess.PIPE,
        cwd=installation.checkout,
        start_new_session=True,
    )


if __name__ == "__main__":
    sys.stdin.buffer.read()
    end_strays(Path(sys.argv[1]))
