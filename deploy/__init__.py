"""Running Casepath: the operator's command and everything that carries the services into the world."""
