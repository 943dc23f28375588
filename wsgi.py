"""The web application for gunicorn, and the app that `flask` commands find."""

import os
import sys

from app.config import SettingsError, read_settings
from app.factory import create_app

try:
    app = create_app(read_settings(os.environ))
except SettingsError as fault:
    sys.exit(f"Dragoman cannot start: {fault}")
