"""`kora console`: a small web page on this machine to look at a cluster's health and to decide about plans.

A front door: `sessions` and `door` say who comes in, `desk` is what a person can see and do (it reads through
operations, approves through `kora.tools.approving` and applies through the invoker), `endpoints` and `live` put that
into JSON, `static/` is the page (no build step). Looking is not recorded in the audit log; deciding is.
"""
