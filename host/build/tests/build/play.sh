#!/bin/sh
# Plays the tool it is linked as, by the text of NAME.script beside the link. A test that wrote an
# executable itself could find it busy: another test's child may still hold it open for writing.
PATH=/usr/bin:/bin
tools=$(dirname "$0")
echo "$(basename "$0") in $PWD: $*" >> "$tools/log"
. "$0.script"
