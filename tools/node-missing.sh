#!/bin/sh
# Runs after npm ci when the Node that came with it does not start, so Node cannot say this itself.
cat >&2 <<'TEXT'

The Node in node_modules does not start; the line above says why. On Linux it needs the library libatomic, which small
images leave out: apt-get install libatomic1 (Debian, Ubuntu) or dnf install libatomic (Fedora), then npm ci again.

TEXT
exit 1
