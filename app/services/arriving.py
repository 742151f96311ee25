"""Uploaded files go into an encrypted spool while they arrive, before anybody knows what they are."""

from __future__ import annotations

from typing import IO

from flask import Request, current_app

from app.services.spool import EncryptedSpool


def encrypting_uploads(request_class: type[Request]) -> type[Request]:
    """The same request class, but whatever file is uploaded goes into an `EncryptedSpool`.

    Werkzeug would write files above 500 kB to the temporary folder as they came.
    """

    def _get_file_stream(self: Request, *_args: object, **_named: object) -> IO[bytes]:  # noqa: ARG001
        return EncryptedSpool(most_bytes=current_app.config["UPLOAD_FILE_BYTES"])

    return type(request_class.__name__, (request_class,), {"_get_file_stream": _get_file_stream})
