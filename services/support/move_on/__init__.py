"""Moving on: what goes on with whom, how the person is asked after, and how they come back without telling it again."""
