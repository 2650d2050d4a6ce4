# SPDX-License-Identifier: ISC
function __op_check_invariants
    op-check --list 2>/dev/null | string replace -rf '^\{"kind":"invariant","name":"([a-z0-9_]+)".*' '$1'
end

function __op_check_params
    for line in (op-check --list 2>/dev/null)
        set -l name (string replace -rf '^\{"kind":"invariant","name":"([a-z0-9_]+)".*' '$1' -- $line)
        set -l params (string replace -rf '.*"params":\{([^}]*)\}.*' '$1' -- $line)
        test -n "$name"; or continue
        for param in (string match -ra '"[a-z0-9_]+":' -- $params | string trim -c '":') severity grace flap
            echo $name.$param=
        end
    end
end

function __op_check_subjects
    set -l share (dirname (command -s op-check))/../share
    for dir in (string split : -- "$OP_SUBJECTS") "$OP_SHARE/subjects" $share/op/subjects $share/subjects
        for schema in "$dir"/*/schema.sql
            basename (dirname $schema)
        end
    end | sort -u
end

complete -c op-check -f
complete -c op-check -s s -x -a '(__op_check_subjects)' -d 'Subject'
complete -c op-check -l set -x -a '(__op_check_params)' -d 'Set a parameter'
complete -c op-check -l only -x -a '(__op_check_invariants)' -d 'This invariant and no other'
complete -c op-check -l skip -x -a '(__op_check_invariants)' -d 'Not this invariant'
complete -c op-check -s e -d 'Exit 1 if there was a violation'
complete -c op-check -l require -x -a 'all (__op_check_invariants)' -d 'Exit 1 unless this invariant is known to hold'
complete -c op-check -l explain -x -a '(__op_check_invariants)' -d 'Write what a verdict read, and why it is what it is'
complete -c op-check -n '__fish_seen_subcommand_from test' -l all -d 'An invariant without cases is a failure'
complete -c op-check -l list -d 'List the invariants'
complete -c op-check -s n -d 'Check the files, evaluate nothing'
complete -c op-check -s h -d 'Show the usage'
complete -c op-check -s V -d 'Show versions and which parts of the lockdown work here'
complete -c op-check -n __fish_is_first_arg -a test -d 'Run the cases beside invariants'
complete -c op-check -n '__fish_seen_subcommand_from test' -a '(__fish_complete_directories)'
