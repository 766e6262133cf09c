"""The benchmark: Tidings and what people would pick instead, on the same work, run by `scripts/bench`.

No code of Tidings may import from here. Read docs/performance.md for what is measured and why so.
"""
