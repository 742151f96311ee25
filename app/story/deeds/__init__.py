"""The deeds of the story, by who does them, each told through the action that the web would call."""
