"""The OpenID Connect code flow at the providers that the operators declare."""
