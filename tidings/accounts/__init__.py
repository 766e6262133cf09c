"""Accounts: who you are. People, their sessions, the tokens that open sockets, and the keys of programs.

No HTTP, no socket and no setting may come in here: values are passed in. Called by the doors, the command
line and the composition root.
"""
