"""Questionnaires that the person chose to fill in. Results never leave support and are not a diagnosis."""
