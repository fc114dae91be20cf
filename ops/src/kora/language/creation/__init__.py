"""How a request for something new is read, a file a theme: containers, networking, storage, permissions, policies."""
