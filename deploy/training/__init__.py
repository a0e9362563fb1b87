"""Training sign-in as one of several fictitious people, with one click. It cannot run in production.

    people    the fictitious people, and the tasks of each role
    provider  the OpenID Connect provider, on loopback only, with keys that exist while it runs
    cases     for containers: register these people, and play their cases at the first start

`deploy/cli/training.py` has the register and the cases of both `./casepath up` and Docker.

The image of a release does not contain this package. The training image, which `deploy/training.yml` builds, does.
Services in production refuse a provider that is declared for training.
"""
