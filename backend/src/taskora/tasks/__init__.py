"""Tasks and what orders them: steps, tags, projects, saved filters, recurrence, undo.

`service` is the door for every front (REST, chat, MCP, import): it takes the caller and never trusts an id. `endpoints`
speaks HTTP, `repository` speaks SQL, `journal` remembers every change so that `undo` can take it back.
"""
