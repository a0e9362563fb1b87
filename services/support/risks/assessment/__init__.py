"""Assessments of needs and risks, made with the person. Scores are sealed."""
