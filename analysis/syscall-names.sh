#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Prints SYSCALL(number, "name") for every system call of x86-64, from the kernel's own header. Usage: syscall-names.sh CC
echo '#include <asm/unistd_64.h>' | "$@" -E -dM - |
	awk '$1 == "#define" && $2 ~ /^__NR_/ && $3 ~ /^[0-9]+$/ { printf "SYSCALL(%s, \"%s\")\n", $3, substr($2, 6) }' |
	sort -t'(' -k2n
