"""Accounts that a person gave of what happened: counted, so that nobody is asked twice without a reason."""
