"""What a web server loads: `gunicorn wsgi:app`, or `flask run`."""

import sys

from app.config import NotConfigured
from app.factory import create_app
from app.web.mode import ModesDiffer

try:
    app = create_app()
except (NotConfigured, ModesDiffer) as refusal:
    sys.exit(str(refusal))  # a sentence for the operator, not a traceback
