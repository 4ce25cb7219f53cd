"""The payment provider on a developer's machine: the real SDK talks to it over HTTP, and no keys are needed.

It is a stand-in with a memory: it keeps what it is asked to make, lets people pay on pages of its own, has a clock that
can be put forward, and posts signed webhooks. `provider` is the part that knows one provider; the rest is the same for
each. It runs on a developer's machine and in tests, never in a deployment: see `guard`.
"""
