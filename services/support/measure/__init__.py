"""Questionnaires that the person chose to fill in; what they come to stays here, and is no diagnosis."""
