"""Ending a membership because something was not declared, and answering whoever contests it."""
