"""Groups that invite people: their lists, the invitations on them, and the answers. None of it is a membership."""
