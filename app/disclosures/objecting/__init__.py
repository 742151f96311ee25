"""Filing an objection: anybody may, with or without a name, during the objection days of a published case."""
