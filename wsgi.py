"""The web application for gunicorn, and the app that `flask` commands find."""

import os
import sys

from app.factory import create_app
from app.config import SettingsError, read_settings

try:
    app = create_app(read_settings(os.environ))
except SettingsError as fault:
    sys.exit(f"Dragoman cannot start: {fault}")
