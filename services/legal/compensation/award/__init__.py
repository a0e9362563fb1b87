"""Awards, and the remedies of a case's jurisdiction with their conflicts.

An award has an amount, a payer and payments. Only its state leaves the service, never an amount. A remedy is shown with
its claims and awards in the case, and with the remedies that conflict with it.
"""
