"""The parties of a matter, by sealed names, and conflicts of interest between one matter and others."""
