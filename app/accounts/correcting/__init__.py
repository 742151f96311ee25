"""Whoever finds something wrong in what is kept of a person asks for a correction here."""
