"""The page's own benchmark: what it weighs, when it is seen, how it scrolls, and what Lighthouse says."""
