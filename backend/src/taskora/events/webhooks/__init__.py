"""Webhooks: events told to other programs, signed, retried, and never to an address inside our own network.

A webhook keeps a cursor into its owner's events (their ids are in commit order), so an event is written without a
thought of webhooks and still none is lost: `dispatch` turns what lies behind the cursor into delivery rows and tries
them, `delivery` is the loop around it, `sending` the guarded way out, `signing` the signature. The endpoints stand in
transfer, because they need the caller, who is above this layer.
"""
