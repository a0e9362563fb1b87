"""The `casepath` command: one module per verb, one place (`__main__`) that knows their names."""

import warnings

# nameko loads eventlet, which says at each import that it is deprecated. How the project leaves it is decided (0112); a
# person who asks for the status learns nothing from it.
warnings.filterwarnings("ignore", message=r"(?s).*Eventlet is deprecated")
