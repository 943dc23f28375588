"""How gunicorn serves the desk. The settings are the desk's own; see docs/settings.md."""

import os

from app.config import read_settings

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
