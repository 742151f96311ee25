"""Joining and looking after memberships, through HTTP."""
