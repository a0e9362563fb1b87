"""Safety plans: what the person does when it gets dangerous, and who may be told what."""
