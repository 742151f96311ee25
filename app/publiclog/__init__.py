"""The public log: here stands whoever wants to check that nothing that was published was changed or left out."""
