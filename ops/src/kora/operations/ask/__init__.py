"""Requests in plain language against a live cluster: names are bound, questions answered, changes become one plan."""
