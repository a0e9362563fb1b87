"""Moving on: support that continues, check-ins, and a way back without telling the story again."""
