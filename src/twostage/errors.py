"""The one kind of error that a user can mend."""


class InputError(ValueError):
    """Bad parameter or bad data; the message is one line: what, its value, what would be valid."""
