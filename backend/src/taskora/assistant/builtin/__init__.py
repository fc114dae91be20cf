"""The built-in assistant: understands requests by rules, needs no key, answers the same words the same way.

text → clauses (`clauses.understand`, pure) → intents (`intents`) → tasks meant (`resolve`) → tool calls and replies
(`engine`). Vocabulary and patterns are tables; there is no list of sentences anywhere.
"""
