#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# model-version.sh ROOT OUTPUT DEPFILE: a digest of all code that turns traces into indices, so that no index outlives it.
set -eu

root=$1 output=$2 depfile=$3
files=$(find "$root"/analysis/*.[ch] "$root"/analysis/read "$root"/analysis/replay "$root"/analysis/store "$root"/analysis/index \
	"$root"/base/wire.h -type f | LC_ALL=C sort)
# shellcheck disable=SC2086 # no path of the tree has a blank in it; one of the root would
digest=$(IFS='
'; set -f; cat -- $files | sha256sum)
printf '#define WW_MODEL_VERSION "%s"\n' "${digest%% *}" >"$output"
printf '%s:' "$output" >"$depfile"
printf '%s\n' "$files" | sed 's/ /\\ /g; s/^/ /; s/$/ \\/' >>"$depfile"
