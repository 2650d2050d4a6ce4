# SPDX-License-Identifier: ISC
function __op_report_zones
    echo UTC
    for zone in /usr/share/zoneinfo/[A-Z]*/[A-Z]*
        string replace /usr/share/zoneinfo/ '' -- $zone
    end
end

complete -c op-report -f
complete -c op-report -l title -x -d 'The title of the page'
complete -c op-report -l tz -x -a '(__op_report_zones)' -d 'Show times in this zone'
complete -c op-report -l refresh -x -a '30s 1m 5m' -d 'Let the browser load the page again'
complete -c op-report -s h -l help -d 'Show the usage'
complete -c op-report -s V -l version -d 'Show versions and which parts of the lockdown work here'
