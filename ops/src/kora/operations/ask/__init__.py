"""Requests in plain language against a live cluster: names are bound, questions answered, changes made into one plan."""
