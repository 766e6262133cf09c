"""The commands of `python -m tidings`, one module a subject. They use the rooms as the doors do."""
