"""Training: a sign-in as one of several fictitious people, by a click. It cannot run in production.

    people    who they are, and what each role does
    provider  the OpenID Connect provider, on loopback only, with keys that exist while it runs
    stories   the people in the register of staff, and cases that are still open

The image does not contain this package. Services in production refuse a provider that is declared for training.
"""
