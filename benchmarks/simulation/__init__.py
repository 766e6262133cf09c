"""A simulation of very many browsers: who tries when, who waits where, and how busy the workers are.

No server and no clock: time is a number. Run with `python -m benchmarks.simulation`; the rules are those of
the code, the costs those measured on a real server (both in policy.py).
"""
