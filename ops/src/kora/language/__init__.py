"""Plain English to typed intents; pure."""
