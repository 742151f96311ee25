"""Joining a plan, one thing a page; whoever stops on the way finds everything again."""
