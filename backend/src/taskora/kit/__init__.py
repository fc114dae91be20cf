"""Small foundations without a domain word: clock, ids, errors, pages, redaction. Imports nothing of ours."""
