"""Safety plans: what the person does in danger, and who may know what."""
