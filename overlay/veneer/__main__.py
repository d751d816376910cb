"""`python -m veneer`: the command line."""

import sys

from veneer_cli import main

sys.exit(main())
