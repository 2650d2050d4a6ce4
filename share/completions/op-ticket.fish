# SPDX-License-Identifier: ISC
# What tickets hold is text from outside: it is made plain and never expanded.
function __op_ticket_list
    set -l db
    set -l words (commandline -opc)
    for i in (seq (count $words))
        if test "$words[$i]" = --db; and set -q words[(math $i + 1)]
            set db --db $words[(math $i + 1)]
        end
    end
    op-ticket $db list --ndjson $argv 2>/dev/null | head -n 1000
end

function __op_ticket_ids
    for line in (__op_ticket_list $argv)
        set -l id (string match -rg '^\{"id":([0-9]+),' -- $line)
        set -l about (string match -rg '"violation_key":"((?:[^"\\\\]|\\\\.)*)"' -- $line)
        test -n "$id"; or continue
        printf '%s\t%s\n' $id (string replace -ra '[^ -~]|\\\\.' '?' -- "$about[1]")
    end
end

function __op_ticket_values
    for line in (__op_ticket_list)
        string match -rg '"'$argv[1]'":"([^"\\\\]+)"' -- $line
    end | sort -u
end

set -l all ingest list show ack diagnose resolve hold unhold events status prune
set -l none "not __fish_seen_subcommand_from $all"

complete -c op-ticket -f
complete -c op-ticket -l db -r -F -d 'The database'
complete -c op-ticket -s h -l help -d 'Show the usage'
complete -c op-ticket -s V -l version -d 'Show the version'
complete -c op-ticket -n $none -a ingest -d 'Read cycles of verdicts'
complete -c op-ticket -n $none -a list -d 'Tickets, the newest first'
complete -c op-ticket -n $none -a show -d 'One ticket, or an incident'
complete -c op-ticket -n $none -a ack -d 'Somebody is looking at it'
complete -c op-ticket -n $none -a diagnose -d 'Store what was found'
complete -c op-ticket -n $none -a resolve -d 'Close by hand'
complete -c op-ticket -n $none -a hold -d 'Keep from being resolved by evidence'
complete -c op-ticket -n $none -a unhold -d 'No longer'
complete -c op-ticket -n $none -a events -d 'The ledger'
complete -c op-ticket -n $none -a status -d 'Is every cluster still being checked?'
complete -c op-ticket -n $none -a prune -d 'Delete resolved tickets'

function __op_ticket_in
    __fish_seen_subcommand_from $argv
end

complete -c op-ticket -n '__op_ticket_in ingest' -l dry-run -d 'Print what would change'
complete -c op-ticket -n '__op_ticket_in ingest' -l events -d 'Print what has changed'
complete -c op-ticket -n '__op_ticket_in ingest' -l gone-after -x -a '10m 30m 1h' -d 'When what is no longer listed is gone'
complete -c op-ticket -n '__op_ticket_in list' -s s -l status -x -a 'open acknowledged diagnosed resolved' -d 'Status'
complete -c op-ticket -n '__op_ticket_in list' -l open -d 'All that are not resolved'
complete -c op-ticket -n '__op_ticket_in list' -l since -x -a '2h 1d 7d' -d 'Created since'
complete -c op-ticket -n '__op_ticket_in list show ack diagnose resolve hold unhold' -l batch -x -a '(__op_ticket_values batch_key)' -d 'Of an incident'
complete -c op-ticket -n '__op_ticket_in list show ack diagnose resolve hold unhold' -l cluster -x -a '(__op_ticket_values cluster)' -d 'Of a cluster'
complete -c op-ticket -n '__op_ticket_in list show ack diagnose resolve hold unhold' -l subject -x -a '(__op_ticket_values subject)' -d 'Of a subject'
complete -c op-ticket -n '__op_ticket_in list show events status' -l json -d 'One array'
complete -c op-ticket -n '__op_ticket_in list show events status' -l ndjson -d 'An object a line'
complete -c op-ticket -n '__op_ticket_in list show events status' -l table -d 'For people'
complete -c op-ticket -n '__op_ticket_in hold' -l for -x -a '30m 2h 8h 1d' -d 'For how long'
complete -c op-ticket -n '__op_ticket_in events' -l after -x -d 'Only what came behind an event'
complete -c op-ticket -n '__op_ticket_in events' -l follow -d 'Go on with what is to come'
complete -c op-ticket -n '__op_ticket_in status' -l max-age -x -a '90s 5m' -d 'What is old'
complete -c op-ticket -n '__op_ticket_in prune' -l older-than -x -a '30d 90d 365d' -d 'How long ago they were resolved'
complete -c op-ticket -n '__op_ticket_in show events' -a '(__op_ticket_ids)'
complete -c op-ticket -n '__op_ticket_in ack' -a '(__op_ticket_ids -s open)'
complete -c op-ticket -n '__op_ticket_in resolve hold unhold' -a '(__op_ticket_ids --open)'
complete -c op-ticket -n '__op_ticket_in diagnose' -F -a '(__op_ticket_ids --open)'
