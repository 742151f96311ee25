"""A plan lived through by chance: the application against members who are charged one by one."""
