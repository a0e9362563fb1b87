"""Training sign-in as one of several fictitious people, with one click. It cannot run in production.

    people    the fictitious people, and the tasks of each role
    provider  the OpenID Connect provider, on loopback only, with keys that exist while it runs

`deploy/cli/training.py` registers these people and plays their cases.

The image of a release does not contain this package. The training image, which `deploy/training.yml` builds, does.
Services in production refuse a provider that is declared for training.
"""
