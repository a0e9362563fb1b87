"""Awards: what was awarded, who pays it, and what was paid. Only the state leaves the service, never an amount."""
