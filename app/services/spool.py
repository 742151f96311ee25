"""Where an uploaded file waits while it arrives: encrypted, so that no plaintext of it is ever on a disk."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, Any, BinaryIO, Final, NamedTuple

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

CHUNK_BYTES: Final = 64 * 1024
"""How much of a document is encrypted, or held in memory, at a time."""
_KEY_BYTES: Final = 32
_TAG_BYTES: Final = 16
_NONCE_BYTES: Final = 12


class HandedOver(NamedTuple):
    """What another process of ours needs to go on with a spool: the open file, and its key."""

    file: int
    key: bytes


class EncryptedSpool(io.RawIOBase, BinaryIO):
    """A temporary file that is written once and then read at will, encrypted under a key that never leaves memory.

    Holds two chunks of 64 KiB in memory and nothing else of the content. A file larger than `most_bytes` is counted to
    its end but no longer kept (`is_too_large`), so that one of its kind does not stop what arrives after it.
    """

    def __init__(self, *, most_bytes: int | None = None, key: bytes | None = None) -> None:
        super().__init__()
        self.most_bytes = most_bytes
        self.size = 0
        """How many bytes arrived, kept or not."""
        self._key = key or os.urandom(_KEY_BYTES)
        self._cipher = AESGCM(self._key)
        self._file: IO[bytes] | None = None
        self._pending = bytearray()
        self._chunks = 0
        self._is_sealed = False
        self._position = 0
        self.is_broken = False
        """Whether the disk had no room for it: what arrives is then counted to its end, and not kept."""
        self._held: tuple[int, bytes] = (-1, b"")

    @property
    def is_too_large(self) -> bool:
        """Whether more arrived than may be kept."""
        return self.most_bytes is not None and self.size > self.most_bytes

    @classmethod
    def holding(cls, source: IO[bytes], *, most_bytes: int | None = None) -> EncryptedSpool:
        """`source` itself when it is such a spool, otherwise a spool with what is left in it."""
        if isinstance(source, EncryptedSpool):
            if most_bytes is not None:
                source.most_bytes = most_bytes
            source.seek(0)
            return source
        spool = cls(most_bytes=most_bytes)
        while piece := source.read(CHUNK_BYTES):
            spool.write(piece)
        spool.seek(0)
        return spool

    @classmethod
    def taken_over(cls, file: int, key: bytes, *, size: int | None = None) -> EncryptedSpool:
        """The spool another process began: `size` bytes to be read, or nothing yet and to be written."""
        spool = cls(key=key)
        spool._file = open(file, "r+b", buffering=0)  # noqa: SIM115 -- closed with the spool
        spool.size, spool._is_sealed = size or 0, size is not None
        return spool

    def handed_over(self) -> HandedOver:
        """The open file and its key, for another process; an empty file when nothing was written yet.

        OSError when there is no room for one.
        """
        if self.size:
            self._seal()
        if self._file is None:
            self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 -- closed with the spool
        return HandedOver(self._file.fileno(), self._key)

    def written_elsewhere(self, size: int, *, is_broken: bool) -> None:
        """Whoever took it over has written so many bytes; from now on it is read."""
        self.size, self.is_broken, self._is_sealed, self._position = size, is_broken, True, 0

    def write(self, data: Any) -> int:
        """Take more at the end. ValueError once it has been read from: what was checked stays what it was."""
        if self._is_sealed:
            raise ValueError("this spool is written once")
        piece = memoryview(data).cast("B")
        self.size += len(piece)
        if self.is_too_large or self.is_broken:
            self._pending.clear()
            return len(piece)
        self._pending += piece
        while len(self._pending) >= CHUNK_BYTES and not self.is_broken:
            self._keep(bytes(self._pending[:CHUNK_BYTES]))
            del self._pending[:CHUNK_BYTES]
        return len(piece)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move the place of reading; the first call ends the writing."""
        self._seal()
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self.size}[whence]
        if base + offset < 0:
            raise ValueError("there is nothing before the beginning")
        self._position = base + offset
        return self._position

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Fill the buffer, less only at the end: whoever decodes images takes a short answer for a broken file."""
        self._seal()
        view = memoryview(buffer).cast("B")
        filled = 0
        while filled < len(view) and self._position < self.size and not self.is_too_large and not self.is_broken:
            number, start = divmod(self._position, CHUNK_BYTES)
            piece = self._chunk(number)[start : start + len(view) - filled]
            view[filled : filled + len(piece)] = piece
            filled += len(piece)
            self._position += len(piece)
        return filled

    def chunks(self) -> Iterator[bytes]:
        """Everything from the beginning, 64 KiB at a time."""
        self.seek(0)
        while piece := self.read(CHUNK_BYTES):
            yield piece

    def tell(self) -> int:
        """The place of reading, or the end while it is written."""
        return self._position if self._is_sealed else self.size

    def readable(self) -> bool:
        """Yes."""
        return True

    def writable(self) -> bool:
        """Until it is first read from."""
        return not self._is_sealed

    def seekable(self) -> bool:
        """Yes."""
        return True

    def close(self) -> None:
        """Forget everything: the file goes, and the key with this object."""
        if self._file is not None:
            self._file.close()
        self._pending.clear()
        self._held = (-1, b"")
        super().close()

    def _seal(self) -> None:
        if not self._is_sealed:
            if self._pending and not self.is_too_large and not self.is_broken:
                self._keep(bytes(self._pending))
            self._pending.clear()
            self._is_sealed = True

    def _keep(self, piece: bytes) -> None:
        """Append one chunk; its number is the nonce, and each number is used once under this key."""
        sealed = self._cipher.encrypt(self._chunks.to_bytes(_NONCE_BYTES, "big"), piece, None)
        try:
            if self._file is None:
                self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 -- closed with the spool
            self.is_broken = self._file.write(sealed) != len(sealed)
        except OSError:
            self.is_broken = True
        self._chunks += 1

    def _chunk(self, number: int) -> bytes:
        if self._held[0] != number and self._file is not None:
            width = CHUNK_BYTES + _TAG_BYTES
            sealed = os.pread(self._file.fileno(), width, number * width)
            self._held = (number, self._cipher.decrypt(number.to_bytes(_NONCE_BYTES, "big"), sealed, None))
        return self._held[1]
