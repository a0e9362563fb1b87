"""Proceedings in a matter: the person's role, each defendant with their own charges, stage and disposal."""
