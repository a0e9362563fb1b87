"""Protections of the person during a matter: leave to stay, legal aid and non-punishment."""
