"""The erasure of a person, from the request to the last holder's answer, and the legal holds that delay it."""
