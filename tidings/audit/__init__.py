"""The audit log: who did what to whom, from where and when. Entries are never changed; old ones go.

No HTTP, no account's table and no secret may come in here: names and ids are passed in. Called by the
doors, the command line and the composition root.
"""
