"""How the person can be reached safely, the contacts that were tried, and alerts about dangers."""
