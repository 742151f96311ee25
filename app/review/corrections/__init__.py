"""Corrections of people at the desk: the documents are opened, and the correction accepted or refused."""
