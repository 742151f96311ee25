"""Where a visitor asks what the plans would mean for somebody born on a day. Worked out on the page, kept nowhere."""
