# SPDX-License-Identifier: ISC
# The command line of a stage: what follows --, or the last '|'.
function __op_loop_command
    set -l words (commandline -opc)
    set -l from (contains -i -- -- $words); or return
    set -l words $words[(math $from + 1)..]
    for i in (seq (count $words))[-1..1]
        if test "$words[$i]" = '|'
            set words $words[(math $i + 1)..]
            break
        end
    end
    complete -C (string join ' ' -- (string escape -- $words) (commandline -ct))
end

complete -c op-loop -s i -l interval -x -a '10s 30s 1m 5m' -d 'From one start to the next'
complete -c op-loop -s t -l timeout -x -a '10s 30s 1m 5m' -d 'End a cycle that runs longer'
complete -c op-loop -s k -l grace -x -a '5s 10s 30s' -d 'From SIGTERM to SIGKILL'
complete -c op-loop -s n -l count -x -d 'Exit after so many cycles'
complete -c op-loop -s 1 -l once -d 'One cycle, and its status'
complete -c op-loop -l jitter -x -a 'auto 0 5s 30s' -d 'Start later cycles by a random part of it'
complete -c op-loop -l log-time -d 'Begin each line of the log with the time'
complete -c op-loop -l max-failures -x -d 'Give up after so many in a row'
complete -c op-loop -l lock -r -F -d 'One instance'
complete -c op-loop -l after -x -d 'Run after each cycle'
complete -c op-loop -l notify-fd -x -d 'Readiness, for s6'
complete -c op-loop -s q -l quiet -d 'Report failures only'
complete -c op-loop -s v -l verbose -d 'Report how each stage ended'
complete -c op-loop -s h -l help -d 'Print the usage'
complete -c op-loop -s V -l version -d 'Print the version'
complete -c op-loop -x -n 'contains -- -- (commandline -opc)' -a '(__op_loop_command)'
complete -c op-loop -x -n 'not contains -- -- (commandline -opc)' -a '(__fish_complete_subcommand)'
