"""A case: how to contact the person safely, the path, deadlines, next steps, the team."""
