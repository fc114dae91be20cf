"""People: sign-up, sign-in, browser sessions, tokens for programs, and who is calling (`caller`)."""
