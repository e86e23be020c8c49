#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# model-version.sh FILE...: a digest of the code that turns traces into indices, so that no index outlives it.
set -eu

digest=$(cat -- "$@" | sha256sum)
printf '#define WW_MODEL_VERSION "%s"\n' "${digest%% *}"
