"""How events reach an agency, and how its reports arrive: webhooks, queues, notifiers."""
