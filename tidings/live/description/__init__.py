"""The protocol described from its own models: TypeScript types, an AsyncAPI document and a page to read.

Nothing here runs while the server does. `python -m tidings.live.description` writes; a test compares.
"""
