"""Assessments of needs and risks, made with the person; their scores are sealed."""
