"""Training: a sign-in as one of several fictitious people, by a click. It cannot run in production.

    people    who they are, and what each role does
    provider  the OpenID Connect provider, on loopback only, with keys that exist while it runs

`deploy/cli/training.py` registers these people and plays cases of theirs.

The image does not contain this package. Services in production refuse a provider that is declared for training.
"""
