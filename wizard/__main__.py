"""`python3 -m wizard`: prepares what the program needs, then runs the command line.

Any Python can read this file, so that an old one names the version that is needed instead of a syntax error.
"""

import sys

if sys.version_info < (3, 8):  # noqa: UP036
    sys.stderr.write("Python 3.8 or newer is needed; this is Python %d.%d.\n" % sys.version_info[:2])  # noqa: UP031
    sys.exit(2)

if sys.argv[1:] == ["read-files"]:  # the process that reads files, see wizard/engine/source/readers.py
    from wizard.engine.files import reader_process

    sys.exit(reader_process.serve())

from wizard.start import bootstrap

bootstrap.prepare("wizard", sys.argv[1:], window=bootstrap.asks_for_window(sys.argv[1:]))

from wizard.cli.arguments import main  # noqa: E402

sys.exit(main())
