"""`python -m tidings`: the command line.

No command may come in here, only the way to them. Exit 0: done, 1: refused with a sentence, 2: wrong usage.
"""

import sys

from tidings.command.parser import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
