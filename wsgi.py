"""What a web server loads: `gunicorn wsgi:app`, or `flask run`."""

from app.factory import create_app

app = create_app()
