"""Parts of the runner on a real cluster: namespaces and snapshots, scenes, judges of prompts and of faults."""
