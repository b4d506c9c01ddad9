# Sourced: sets python to a python3 that has PyTorch, or to nothing. Debian's package serves Debian's own python3 only.
# shellcheck shell=sh disable=SC2034
python=""
for candidate in python3 /usr/bin/python3; do
    if [ -z "$python" ] && "$candidate" -c 'import torch' 2>/dev/null; then
        python=$candidate
    fi
done
