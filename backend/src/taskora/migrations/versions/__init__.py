"""The revisions, oldest first; never change one that was released."""
