"""Routes for signing in, signing out and locking."""
