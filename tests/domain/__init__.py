"""The rules of the cellar, as laws."""
