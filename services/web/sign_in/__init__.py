"""The addresses of signing in, signing out and locking."""
