"""Awards, and the remedies of a case's jurisdiction with their conflicts.

Of an award: what was awarded, who pays it, and what was paid. Only the state leaves the service, never an amount. Of a
remedy: what was done about it, and which other remedies stand in its way.
"""
