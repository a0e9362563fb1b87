"""People who sign in with a provider of their operators' (OpenID Connect), and how services know whom they speak to.

    declared    the providers that the operators declare, and what each one's tokens look like
    fetching    a provider's keys, fetched from the provider or from the one process that may leave
    keys        the keys that are known, and the loop that keeps them fresh beside the requests
    key_fetcher the one process that fetches them for services that can't leave their network
    checking    whether a token counts, and whose sign-in it is
    register    which member of staff a sign-in belongs to, and what they may

No request waits for a provider, and no private key of people lies beside the services. The package itself imports
nothing: `declared` and `fetching` load without a database.
"""
