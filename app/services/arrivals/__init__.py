"""Arrivals: files that come in pieces, go on where they stopped, and are checked like any other when they are whole."""
