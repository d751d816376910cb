"""`python -m veneer`: the command line."""

import sys

from veneer.cli import main

sys.exit(main())
