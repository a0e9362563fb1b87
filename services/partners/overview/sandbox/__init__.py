"""A sandbox: a test agency that receives events about fictitious people only, for developers of agencies."""
