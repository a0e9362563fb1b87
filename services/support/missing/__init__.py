"""Somebody can not be reached, is missing, or left by choice; asked first, once found, whether they are safe."""
