"""Sign-in of staff with the operators' OpenID Connect providers.

    declared    the declared providers, and the format of each one's tokens
    fetching    fetches a provider's keys from the provider or through the key fetcher
    keys        the known keys, and the loop that refreshes them in the background
    key_fetcher the process that fetches keys for services without outbound network access
    checking    verifies a token, and returns its sign-in
    register    the member of staff of a sign-in, and their roles

No request waits for a provider, and no private key for staff is stored next to the services. The package itself imports
nothing: `declared` and `fetching` load without a database.
"""
