"""Assessments: record and correct (`making`), read (`reading`), and share parts (`sharing`)."""
