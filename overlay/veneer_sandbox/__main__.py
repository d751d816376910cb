"""`python -m veneer_sandbox`: start the sandbox and print its address."""

import sys

try:
    from .command import main

    sys.exit(main())
except KeyboardInterrupt:
    print("veneer sandbox: interrupted", file=sys.stderr)
    sys.exit(130)
