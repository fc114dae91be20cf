"""Questions to typed intents: `reading` is the front door."""
