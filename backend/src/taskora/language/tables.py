"""Word lists as readable text: the tables of the language are written as sentences of words, not as lists of
strings."""


def words(text: str) -> list[str]:
    """The words of a table, separated by white space."""
    return text.split()


def phrases(text: str) -> list[str]:
    """The phrases of a table, separated by bars; a phrase may hold spaces."""
    return text.split("|")
