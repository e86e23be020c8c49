#compdef trace-record trace-report trace-view trace-export
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Zsh completion of trace-record, trace-report, trace-view and trace-export. Options come from the commands' own --help and
# names from their --list, so they are always those of the version that is installed. What follows an option is told by the
# word that --help has for it.

# A line for each option: -s, --name, WORD (of what takes a value) and its description, with tabs between.
_whywait_options() {
	$1 --help 2>/dev/null | sed --quiet --regexp-extended \
		's/^  ((-.), )?(--[a-z][a-z-]*)(=([^ ]+))?( +(.*))?$/\2\t\3\t\5\t\7/p'
}

_whywait_names() {
	local -a names=(${(f)"$($1 --list 2>/dev/null | sed --quiet "s/^$2 //p")"})

	compadd -- $names
}

_whywait_formats() {
	local -a formats=(${(f)"$($1 --list 2>/dev/null | cut --delimiter=' ' --fields=1)"})

	compadd -- $formats
}

_whywait_assertions() {
	local -a findings=(${(f)"$($1 --list 2>/dev/null | sed --quiet 's/^finding //p')"})

	compadd -- ${${findings/#/count(finding == \"}/%/\") == 0}
}

# The action of _arguments for the WORD of an option; behind a blank it is called as it is.
_whywait_action() {
	case $2 in
	FORMAT) print -r -- " _whywait_formats $1" ;;
	KEYS) print -r -- "_sequence -s , _whywait_names $1 key" ;;
	COND) print -r -- '(runnable>50ms blocked>1s lock-wait>100ms rss>2G threads>10000 throttled>20ms)' ;;
	USER) print -r -- _users ;;
	PID) print -r -- _pids ;;
	DIR) print -r -- '_files -/' ;;
	FILE*) print -r -- _files ;;
	*[A-Z]*) print -r -- ' ' ;;
	*'|'*) print -r -- "(${2//|/ })" ;;
	esac
}

_whywait_view_or_trace() {
	_alternative "views:view: _whywait_names $1 view" 'traces:trace:_files -/'
}

_whywait() {
	local command=$words[1] fields text
	local -a specs

	for fields in ${(f)"$(_whywait_options $command)"}; do
		local -a field=("${(@ps:\t:)fields}")
		text="[${${field[4]//\[/\\[}//\]/\\]}]"
		[[ -n $field[3] ]] && text+=":${${field[3]}//:/\\:}:$(_whywait_action $command $field[3])"
		specs+=("*$field[2]${field[3]:+=}$text")
		[[ -n $field[1] ]] && specs+=("*$field[1]${field[3]:++}$text")
	done
	case ${command:t} in
	trace-record) specs+=('*::command:_normal') ;;
	trace-report)
		if [[ $words[(i)assert] -eq $((CURRENT - 1)) ]]; then
			_whywait_assertions $command
			return
		fi
		specs+=("1:view or trace: _whywait_view_or_trace $command" '*:trace:_files -/')
		;;
	*) specs+=('*:trace:_files -/') ;;
	esac
	_arguments -S $specs
}

_whywait "$@"
