"""Run the desk: `python -m services.web`."""

import sys

# structlog loads rich, if there is one, to draw tracebacks in colour. The desk writes plain ones, and saves 3 MB.
sys.modules["rich"] = None  # type: ignore[assignment]  # None is how Python is told that a module is missing

from services.web.serving import main  # noqa: E402 - after the line above

if __name__ == "__main__":
    sys.exit(main())
