"""The demonstration's play money: whoever plays says what the next payment does."""
