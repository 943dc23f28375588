"""How gunicorn serves the desk. The settings are the desk's own; see docs/settings.md."""

import os
import sys
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from app.config import SettingsError, read_settings
from app.privacy.keys import check_canary

settings = read_settings(os.environ)
bind = f"{settings.host}:{settings.port}"
workers = settings.web_processes
threads = 4
timeout = 60
graceful_timeout = 3
accesslog = None
errorlog = "-"
loglevel = "warning"
control_socket_disable = True

BOOT_ERROR = 3  # gunicorn's own: the server ends instead of starting the process again


def post_worker_init(worker: Any) -> None:
    """A web process must not serve under keys that are not its database's."""
    with worker.wsgi.app_context():
        try:
            check_canary()
        except SettingsError as fault:
            worker.log.error("Dragoman cannot start: %s", fault)
            sys.exit(BOOT_ERROR)
        except SQLAlchemyError:
            worker.log.error("Dragoman cannot start: the database does not answer, or lacks tables")
            sys.exit(BOOT_ERROR)
