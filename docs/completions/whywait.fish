# SPDX-License-Identifier: GPL-2.0-or-later
#
# Fish completion of trace-record, trace-report, trace-view and trace-export. Options come from the commands' own --help and
# names from their --list, so they are always those of the version that is installed. What follows an option is told by the
# word that --help has for it.

# A line for each option: -s, --name, WORD (of what takes a value) and its description, with tabs between.
function __whywait_options
    $argv[1] --help 2>/dev/null | sed --quiet --regexp-extended \
        's/^  ((-.), )?(--[a-z][a-z-]*)(=([^ ]+))?( +(.*))?$/\2\t\3\t\5\t\7/p'
end

function __whywait_names
    $argv[1] --list 2>/dev/null | string replace --filter --regex "^$argv[2] " ''
end

# What can stand for WORD, one a line; fails where the option takes no value.
function __whywait_values --argument-names command meaning word
    switch $meaning
        case ''
            return 1
        case FORMAT
            $command --list 2>/dev/null | string replace --regex '^(\S+)\s+\S+\s+' '$1\t'
        case KEYS
            set --local before (string match --regex '^.*,' -- $word; or echo)
            printf '%s\n' $before(__whywait_names $command key)
        case COND
            printf '%s\n' 'runnable>50ms' 'blocked>1s' 'lock-wait>100ms' 'rss>2G' 'threads>10000' 'throttled>20ms'
        case USER
            __fish_complete_users
        case PID
            __fish_complete_pids
        case DIR
            __fish_complete_directories $word
        case 'FILE*'
            __fish_complete_path $word
        case '*|*'
            string match --quiet --regex '[A-Z]' -- $meaning; or string split '|' -- $meaning
    end
    return 0
end

function __whywait_arguments --argument-names command word
    switch (path basename $command)
        case trace-record
            __fish_complete_subcommand
        case trace-report
            __whywait_names $command view
            __fish_complete_directories $word
        case '*'
            __fish_complete_directories $word
    end
end

function __whywait_complete
    set --local words (commandline --cut-at-cursor --tokenize --current-process)
    set --local command $words[1]
    set --local word (commandline --cut-at-cursor --current-token)
    set --local previous $words[-1]

    if string match --quiet --regex '(^|/)trace-report assert$' -- "$command $previous"
        string replace --regex '(.+)' 'count(finding == "$1") == 0' (__whywait_names $command finding)
        return
    end
    for line in (__whywait_options $command)
        set --local fields (string split \t -- $line)
        if contains -- "$previous" $fields[1..2]; and __whywait_values $command "$fields[3]" "$word"
            return
        end
        if string match --quiet -- "$fields[2]=*" "$word"
            printf "$fields[2]=%s\n" (__whywait_values $command "$fields[3]" (string replace -- "$fields[2]=" '' "$word"))
            return
        end
    end
    if string match --quiet -- '-*' "$word"
        __whywait_options $command | string replace --regex '^.*\t(--[a-z-]+)\t.*\t(.*)$' '$1\t$2'
    else
        __whywait_arguments $command "$word"
    end
end

for command in trace-record trace-report trace-view trace-export
    complete --command $command --erase
    complete --command $command --no-files --arguments '(__whywait_complete)'
end
