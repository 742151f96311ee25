"""The cellar: the rules of mutual aid. Standard library only; no clock, no session, no request."""
