"""`python -m veneer.sandbox`: start the sandbox and print its address."""

import sys

from .command import main

sys.exit(main())
