"""Other people's tools beside ours: whether they are there, what they propose, what they found.

Nothing that they say is carried out from here. Commands are judged by the gate, reports are read as a second opinion,
advice is quoted.
"""
