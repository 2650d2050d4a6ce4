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

set -l all ingest list show incidents ack note diagnose resolve hold unhold events stats diff status mute mutes unmute adopt forget prune create migrate export import
set -l none "not __fish_seen_subcommand_from $all"

complete -c op-ticket -f
complete -c op-ticket -l db -r -F -d 'The database'
complete -c op-ticket -l db-timeout -x -a '20s 1m' -d 'How long it may take'
complete -c op-ticket -s h -l help -d 'Show the usage'
complete -c op-ticket -s V -l version -d 'Show the version'
complete -c op-ticket -n $none -a ingest -d 'Read cycles of verdicts'
complete -c op-ticket -n $none -a list -d 'Tickets, the worst first'
complete -c op-ticket -n $none -a show -d 'Show tickets or an incident'
complete -c op-ticket -n $none -a incidents -d 'Tickets that began together'
complete -c op-ticket -n $none -a note -d 'Write something down'
complete -c op-ticket -n $none -a stats -d 'By invariant: tickets, flapping, time to resolve'
complete -c op-ticket -n $none -a diff -d 'What differs between the tickets of two databases'
complete -c op-ticket -n $none -a ack -d 'Acknowledge open tickets'
complete -c op-ticket -n $none -a diagnose -d 'Store a diagnosis in Markdown'
complete -c op-ticket -n $none -a resolve -d 'Resolve tickets by hand'
complete -c op-ticket -n $none -a hold -d 'Keep tickets from being resolved by evidence'
complete -c op-ticket -n $none -a unhold -d 'No longer'
complete -c op-ticket -n $none -a events -d 'The ledger'
complete -c op-ticket -n $none -a status -d 'Whether every cluster is still being checked'
complete -c op-ticket -n $none -a mute -d 'Mute tickets of planned work'
complete -c op-ticket -n $none -a mutes -d 'List mutes'
complete -c op-ticket -n $none -a unmute -d 'End a mute now'
complete -c op-ticket -n $none -a adopt -d 'Accept the new id of a cluster'
complete -c op-ticket -n $none -a forget -d 'End a cluster or an invariant that no longer exists'
complete -c op-ticket -n $none -a prune -d 'Delete resolved tickets'
complete -c op-ticket -n $none -a create -d 'Make the tables of a new database'
complete -c op-ticket -n $none -a migrate -d 'Bring a database to this version'
complete -c op-ticket -n $none -a export -d 'Write all that the database holds'
complete -c op-ticket -n $none -a import -d 'Read what export wrote into an empty database'

function __op_ticket_in
    __fish_seen_subcommand_from $argv
end

complete -c op-ticket -n '__op_ticket_in ingest' -l dry-run -d 'Print what would change'
complete -c op-ticket -n '__op_ticket_in ingest' -l events -d 'Print what has changed'
complete -c op-ticket -n '__op_ticket_in ingest' -l gone-after -x -a '10m 30m 1h' -d 'When what is no longer listed is gone'
complete -c op-ticket -n '__op_ticket_in ingest' -l lease -x -d 'Be one of several monitors: name and duration'
complete -c op-ticket -n '__op_ticket_in list' -s s -l status -x -a 'open acknowledged diagnosed resolved' -d 'Status'
complete -c op-ticket -n '__op_ticket_in ingest' -s q -l quiet -d 'No line at the end of a cycle'
complete -c op-ticket -n '__op_ticket_in ingest' -l log-time -d 'A time before each line'
complete -c op-ticket -n '__op_ticket_in list' -l severity -x -a 'info warning critical' -d 'Severity'
complete -c op-ticket -n '__op_ticket_in list incidents' -l open -d 'All that are not resolved'
complete -c op-ticket -n '__op_ticket_in events' -l event -x -a 'created acknowledged diagnosed noted held unheld escalated resolved muted unmuted evidence_lost evidence_back' -d 'Only this kind'
complete -c op-ticket -n '__op_ticket_in list incidents events' -l muted -d 'Of planned work'
complete -c op-ticket -n '__op_ticket_in list' -l unknown -d 'Whose verdict is unknown'
complete -c op-ticket -n '__op_ticket_in list' -l pending -d 'Violations within their grace'
complete -c op-ticket -n '__op_ticket_in list' -l sort -x -a 'severity age id first_seen_at last_seen_at resolved_at cluster invariant_name store_id' -d 'Order'
complete -c op-ticket -n '__op_ticket_in diff' -l counts -d 'Also those seen a different number of times'
complete -c op-ticket -n '__op_ticket_in diff' -F
complete -c op-ticket -n '__op_ticket_in stats' -l sort -x -a 'tickets flapped mttr unknown' -d 'Order'
complete -c op-ticket -n '__op_ticket_in list' -s w -l watch -d 'Redraw in place'
complete -c op-ticket -n '__op_ticket_in list' -l events -d 'A stream with the ledger'
complete -c op-ticket -n '__op_ticket_in list incidents events stats mute' -s S -l store -x -a '(__op_ticket_values store_id)' -d 'Whose store matches'
complete -c op-ticket -n '__op_ticket_in list incidents events stats mute forget' -l invariant -x -a '(__op_ticket_values invariant_name)' -d 'Whose invariant matches'
complete -c op-ticket -n '__op_ticket_in list incidents events stats' -l since -x -a '2h 1d 1w 02:00 today yesterday' -d 'Not before'
complete -c op-ticket -n '__op_ticket_in list incidents events stats' -l until -x -a '2h 1d 1w 02:00 today yesterday' -d 'Not after'
complete -c op-ticket -n '__op_ticket_in list incidents events stats' -s q -l quiet -d 'Do not explain an empty answer'
complete -c op-ticket -n '__op_ticket_in list incidents events stats' -s n -l limit -x -d 'Print at most so many'
complete -c op-ticket -n '__op_ticket_in list show ack note diagnose resolve hold unhold' -l batch -x -a '(__op_ticket_values batch_key)' -d 'Of an incident'
complete -c op-ticket -n '__op_ticket_in list show ack note diagnose resolve hold unhold incidents events stats status mute adopt forget' -l cluster -x -a '(__op_ticket_values cluster)' -d 'Of a cluster'
complete -c op-ticket -n '__op_ticket_in list show ack note diagnose resolve hold unhold incidents events stats status adopt forget' -l subject -x -a '(__op_ticket_values subject)' -d 'Of a subject'
complete -c op-ticket -n '__op_ticket_in list show incidents events stats diff status mutes' -l json -d 'One array'
complete -c op-ticket -n '__op_ticket_in list show incidents events stats diff status mutes' -l ndjson -d 'An object a line'
complete -c op-ticket -n '__op_ticket_in list show incidents events stats diff status mutes' -l csv -d 'Comma-separated values'
complete -c op-ticket -n '__op_ticket_in list show incidents events stats diff status mutes' -l table -d 'For people'
complete -c op-ticket -n '__op_ticket_in list show incidents events stats diff status mutes' -l utc -d 'Print times in UTC'
complete -c op-ticket -n '__op_ticket_in list show incidents events stats diff status mutes' -l no-pager -d 'Do not use a pager'
complete -c op-ticket -n '__op_ticket_in ack note resolve hold unhold mute' -s m -l message -x -d 'Why'
complete -c op-ticket -n '__op_ticket_in ack note diagnose resolve hold unhold mute unmute adopt forget' -l as -x -d 'Who does it'
complete -c op-ticket -n '__op_ticket_in hold mute' -l for -x -a '30m 2h 8h 1d' -d 'For how long'
complete -c op-ticket -n '__op_ticket_in events' -l after -x -d 'Only what comes after an event'
complete -c op-ticket -n '__op_ticket_in events' -l cursor -d 'The end of the ledger, as --after takes it'
complete -c op-ticket -n '__op_ticket_in events' -s f -l follow -d 'Go on with what is to come'
complete -c op-ticket -n '__op_ticket_in status' -l max-age -x -a '90s 5m' -d 'What is old'
complete -c op-ticket -n '__op_ticket_in status' -l max-unknown -x -a '1h 1d' -d 'How long nothing may be known'
complete -c op-ticket -n '__op_ticket_in status' -l strict -d 'Nor may it never have been'
complete -c op-ticket -n '__op_ticket_in mute' -l from -x -a '22:00 tomorrow' -d 'From when'
complete -c op-ticket -n '__op_ticket_in mute' -l until -x -a '23:00 tomorrow' -d 'Until when'
complete -c op-ticket -n '__op_ticket_in mute' -l utc -d 'Print times in UTC'
complete -c op-ticket -n '__op_ticket_in mutes' -l all -d 'Those that have ended, too'
complete -c op-ticket -n '__op_ticket_in forget' -l yes -d 'Do not ask'
complete -c op-ticket -n '__op_ticket_in prune' -l older-than -x -a '30d 90d 365d' -d 'How long ago they were resolved'
complete -c op-ticket -n '__op_ticket_in show events note' -a '(__op_ticket_ids)'
complete -c op-ticket -n '__op_ticket_in ack' -a '(__op_ticket_ids -s open)'
complete -c op-ticket -n '__op_ticket_in resolve hold unhold' -a '(__op_ticket_ids --open)'
complete -c op-ticket -n '__op_ticket_in diagnose' -F -a '(__op_ticket_ids --open)'
