# SPDX-License-Identifier: ISC
# The command line of a stage: what stands behind --, or behind the last '|'.
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
complete -c op-loop -s t -l timeout -x -a '10s 30s 1m 5m' -d 'A cycle is ended past it'
complete -c op-loop -s k -l grace -x -a '5s 10s 30s' -d 'From SIGTERM to SIGKILL'
complete -c op-loop -s n -l count -x -d 'End after so many cycles'
complete -c op-loop -s 1 -l once -d 'One cycle, and its status'
complete -c op-loop -l jitter -x -a '5s 30s' -d 'Begin at a random point within it'
complete -c op-loop -l max-failures -x -d 'Give up after so many in a row'
complete -c op-loop -l lock -r -F -d 'One instance'
complete -c op-loop -l after -x -d 'Run after each cycle'
complete -c op-loop -l notify-fd -x -d 'Readiness, for s6'
complete -c op-loop -s q -l quiet -d 'Say failures alone'
complete -c op-loop -s v -l verbose -d 'Say how each stage ended'
complete -c op-loop -s h -l help -d 'Show the usage'
complete -c op-loop -s V -l version -d 'Show the version'
complete -c op-loop -x -n 'contains -- -- (commandline -opc)' -a '(__op_loop_command)'
complete -c op-loop -x -n 'not contains -- -- (commandline -opc)' -a '(__fish_complete_subcommand)'
