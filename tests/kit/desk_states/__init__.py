"""The states of the desk's pages: the requests that lead to each, and the resulting page."""
