# SPDX-License-Identifier: GPL-2.0-or-later
#
# Bash completion of trace-record, trace-report, trace-view and trace-export. Options come from the commands' own --help, so
# they are always those of the version that is installed.

_whywait_options() {
	"$1" --help 2>/dev/null | grep --only-matching --extended-regexp -- '--[a-z][a-z-]*' | sort --unique
}

_whywait_views() {
	"$1" --help 2>/dev/null | sed --quiet '/^Views:/,/^$/s/^  \([a-z]*\) .*/\1/p'
}

_whywait_formats() {
	"$1" --list 2>/dev/null | cut --delimiter=' ' --fields=1
}

# What can follow the option before the cursor, one a line; fails where it is no option that takes a value.
_whywait_values() {
	local command=$1 option=$2

	case ${command##*/}:$option in
	trace-export:--to | trace-export:-t) _whywait_formats "$command" ;;
	*:--stacks) printf '%s\n' none user all ;;
	*:--by) printf '%s\n' reason object site cause owner thread process ;;
	*:--syscalls) printf '%s\n' blocked all ;;
	*:--snapshot-when) printf '%s\n' 'runnable>50ms' 'blocked>1s' 'lock-wait>100ms' 'rss>2G' 'threads>10000' 'throttled>20ms' ;;
	*:-u | *:--user) compgen -u ;;
	*:-p | *:--pid) (cd /proc && printf '%s\n' [0-9]*) ;;
	*:-o | *:--output | *:--screenshot | *:--junit) compgen -f -- "$3" ;;
	*:-d | *:--duration | *:--delay | *:--lock-threshold | *:--alloc-threshold | *:--ring | *:--snapshot-max | *:--tag | \
		*:--from | *:--id | *:--to | *:--to-time | *:--at | *:--min | *:--top | *:--thread | *:--process | *:--size) ;;
	*) return 1 ;;
	esac
}

_whywait_arguments() {
	case ${1##*/} in
	trace-record) compgen -c -- "$2" ;;
	trace-report)
		_whywait_views "$1"
		compgen -d -- "$2"
		;;
	*) compgen -d -- "$2" ;;
	esac
}

_whywait() {
	local command=$1 word=$2 previous=$3 words

	if ! words=$(_whywait_values "$command" "$previous" "$word"); then
		if [[ $word == -* ]]; then
			words=$(_whywait_options "$command")
		else
			words=$(_whywait_arguments "$command" "$word")
		fi
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}

complete -o filenames -F _whywait trace-record trace-report trace-view trace-export
