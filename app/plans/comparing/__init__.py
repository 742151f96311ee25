"""Where a visitor lays up to four plans side by side and reads in words what differs."""
