"""Safe contact: how the person can be reached, contact attempts, and alerts about dangers."""
