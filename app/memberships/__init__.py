"""The members' own room: whoever joins a plan, for themselves or for their family, and looks after what they have."""
