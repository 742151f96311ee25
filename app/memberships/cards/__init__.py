"""How a membership stands: what every part of this room says about one."""
