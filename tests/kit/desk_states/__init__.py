"""The states of the desk's pages: which requests lead to each, and the page that a browser gets."""
