"""The rule tables as data to be checked: what each row must carry, and which test proves it."""
