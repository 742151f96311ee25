"""The shed: the outside world behind small interfaces: file store, mail, PDF, payments."""
