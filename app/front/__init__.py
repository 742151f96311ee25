"""The front door: what this house does, what it is not, and how it treats whoever comes in."""
