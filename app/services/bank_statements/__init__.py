"""Statements of custody accounts: read, compared with our books line by line, and the rest explained by two people."""
