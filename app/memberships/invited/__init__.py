"""Invitations: somebody whose group has invited them reads by whom and to what, and answers in person."""
