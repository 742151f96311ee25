"""The porch: what every room needs to speak with a browser, and nothing of what any room does."""
