"""Absences: a person can't be reached, is missing, or left by choice. Once found, they are asked if they are safe."""
