# SPDX-License-Identifier: GPL-2.0-or-later
#
# Bash completion of trace-record, trace-report, trace-view and trace-export. Options come from the commands' own --help and
# names from their --list, so they are always those of the version that is installed. What follows an option is told by the
# word that --help has for it.

# A line for each option: "--name WORD", without WORD where it takes none; the short one too.
_whywait_options() {
	"$1" --help 2>/dev/null |
		sed --quiet --regexp-extended \
			-e 'h; s/^  (-.), --[a-z-]*(=([^ ]+))?( .*)?$/\1 \3/p' \
			-e 'g; s/^  (-., )?(--[a-z][a-z-]*)(=([^ ]+))?( .*)?$/\2 \4/p'
}

_whywait_names() {
	"$1" --list 2>/dev/null | sed --quiet "s/^$2 //p"
}

# What can stand for WORD, one a line; fails where the option takes no value.
_whywait_values() {
	case $2 in
	'') return 1 ;;
	FORMAT) "$1" --list 2>/dev/null | cut --delimiter=' ' --fields=1 ;;
	KEYS) _whywait_names "$1" key ;;
	COND) printf '%s\n' 'runnable>50ms' 'blocked>1s' 'lock-wait>100ms' 'rss>2G' 'threads>10000' 'throttled>20ms' ;;
	USER) compgen -u ;;
	PID) (cd /proc && printf '%s\n' [0-9]*) ;;
	DIR | FILE*) compgen -f -- "$3" ;;
	*[A-Z]*) ;;
	*'|'*) tr '|' '\n' <<<"$2" ;;
	esac
	return 0
}

# Each is a word of its own for the shell that reads it.
_whywait_assertions() {
	local quote=\'

	[[ $2 == \'* || $2 == [a-z]* ]] && quote=
	_whywait_names "$1" finding | sed "s/.*/${quote}count(finding == \"&\") == 0${quote}/"
}

_whywait_arguments() {
	case ${1##*/} in
	trace-record) compgen -c -- "$2" ;;
	trace-report)
		_whywait_names "$1" view
		compgen -d -- "$2"
		;;
	*) compgen -d -- "$2" ;;
	esac
}

_whywait() {
	local command=$1 word=$2 previous=$3 words meaning

	if [[ ${command##*/}:$previous == trace-report:assert ]]; then
		compopt +o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(_whywait_assertions "$command" "$word" | grep --fixed-strings -- "$word")
		return
	fi
	meaning=$(_whywait_options "$command" | sed --quiet "s/^$previous //p")
	if [[ $previous != -* ]] || ! words=$(_whywait_values "$command" "$meaning" "$word"); then
		if [[ $word == -* ]]; then
			words=$(_whywait_options "$command" | sed "s/ .*//; /^--/!d")
		else
			words=$(_whywait_arguments "$command" "$word")
		fi
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}

complete -o filenames -F _whywait trace-record trace-report trace-view trace-export
