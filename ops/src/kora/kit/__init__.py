"""Clock, ids, canonical JSON, redaction and the error tree: no domain word in here, imports nothing of ours."""
