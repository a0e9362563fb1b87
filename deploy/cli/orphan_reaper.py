"""Stop the children of a killed `up` where the kernel cannot do it (macOS).

`python -m deploy.cli.orphan_reaper FILE` reads from a pipe that only `up` has open. When the pipe closes, `up` has
ended, and the processes in its record are stopped.
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
