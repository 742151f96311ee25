"""The treasury, through HTTP."""
