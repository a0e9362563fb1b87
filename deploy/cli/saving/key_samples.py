"""Decrypt samples of a service's data: `python -m deploy.cli.saving.key_samples SERVICE`, with its settings.

It is a separate process, as for migrations, because the models of services cannot be imported together. With Docker it
runs in the container of the service, because only that has the key ring.
"""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict

from shared.runtime.variables import from_files


def _main(service: str, variables: Mapping[str, str]) -> None:
    from services.registry import parts_of  # here, so that the command itself needs no SQLAlchemy to start
    from shared.encryption import FileRing
    from shared.encryption.samples import look
    from shared.store.database import engine_for, metadata

    own = from_files(variables)
    prefix = f"CASEPATH_{service.upper()}"
    data, keys = (engine_for(own[f"{prefix}_{kind}DATABASE_URL"], pool_size=2) for kind in ("", "KEYS_"))
    ring = FileRing(own[f"{prefix}_KEY_RING"])
    tables = [own_tables for own_tables in parts_of(service)[0].migrations.metadata if own_tables is not metadata]
    sys.stdout.write(json.dumps(asdict(look(data, keys, ring, service, tables))) + "\n")


if __name__ == "__main__":
    _main(sys.argv[1], os.environ)
