"""Proceedings in a matter: the person's role, and the charges, stage and disposal of each defendant."""
