"""The desk of custody statements: what the bank says of each account, against the books, to the last fen."""
