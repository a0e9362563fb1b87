"""Run the desk: `python -m services.web`."""

import sys

from services.web.serving import main

if __name__ == "__main__":
    sys.exit(main())
