"""The HTTP doors: one module per door, and what all doors share.

No business rule and nothing of a live connection's inside may come in here. Called by the composition root.
"""
