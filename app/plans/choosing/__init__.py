"""Where a visitor finds the plans that fit: by age, event, waiting, price and words, in an order they choose."""
