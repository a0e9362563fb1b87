"""How Casepath is deployed: the operator's command, the containers' files and the generated documents."""
