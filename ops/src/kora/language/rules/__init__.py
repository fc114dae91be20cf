"""A rule in plain English to a `domain.rules.Rule`: `reading` is the front door."""
