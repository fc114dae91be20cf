"""Pure decisions: the gate on commands, and what policy allows. No I/O."""
