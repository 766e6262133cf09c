"""The reference: pages of docs/reference written from the code, so that they cannot lag behind it.

No fact may be written down here that the code knows itself. Called by scripts/reference and by its test.
"""
