"""Language models behind one port: `settings` says which endpoint, `chat` asks it, `port` is what the rest knows.

Everything in Kora works without a model. Where one is configured it reads free text into typed values and words
explanations; it never decides and never acts.
"""
