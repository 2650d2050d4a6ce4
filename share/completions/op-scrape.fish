# SPDX-License-Identifier: ISC
function __op_scrape_subjects
    set -l share (dirname (command -s op-scrape))/../share
    for dir in (string split : -- "$OP_SUBJECTS") "$OP_SHARE/subjects" $share/op/subjects $share/subjects
        for schema in "$dir"/*/schema.sql
            basename (dirname $schema)
        end
    end | sort -u
end

complete -c op-scrape -f
complete -c op-scrape -s s -l subject -x -a '(__op_scrape_subjects)' -d 'What to observe'
complete -c op-scrape -l pd -x -a 'none metrics' -d 'Members of PD, or none, or metrics'
complete -c op-scrape -l prometheus -x -d 'Prometheus, or none'
complete -c op-scrape -l cluster -x -d 'Name of the cluster'
complete -c op-scrape -l timeout -x -a '2s 5s 10s 30s' -d 'For everything together'
complete -c op-scrape -l match -x -d 'Label matchers for every query'
complete -c op-scrape -l window -x -a '1m 2m 5m' -d 'Over which rates are taken'
complete -c op-scrape -l from -x -a '1h 1d 7d' -d 'Cycles of the past since then'
complete -c op-scrape -l to -x -d 'Until then'
complete -c op-scrape -l step -x -a '30s 1m 5m' -d 'From one cycle to the next'
complete -c op-scrape -l scrape-interval -x -a '5s 15s 30s 1m' -d 'How often Prometheus scraped'
complete -c op-scrape -l instance -x -d 'STORE=INSTANCE: its name in Prometheus'
complete -c op-scrape -l instance-label -x -a 'instance pod' -d 'Label that names instances'
complete -c op-scrape -l cacert -r -F -d 'Trust these authorities'
complete -c op-scrape -l cert -r -F -d 'Client certificate for PD'
complete -c op-scrape -l key -r -F -d 'Its key'
complete -c op-scrape -l prometheus-cacert -r -F -d 'Authorities of Prometheus alone'
complete -c op-scrape -l prometheus-cert -r -F -d 'Client certificate for Prometheus'
complete -c op-scrape -l prometheus-key -r -F -d 'Its key'
complete -c op-scrape -l header-file -r -F -d 'Headers for Prometheus'
complete -c op-scrape -l pd-header-file -r -F -d 'Headers for PD'
complete -c op-scrape -l tls-server-name -x -d 'Name in the certificate of Prometheus'
complete -c op-scrape -l pd-tls-server-name -x -d 'Name in the certificate of PD'
complete -c op-scrape -l proxy -x -d 'Proxy for Prometheus'
complete -c op-scrape -l pd-proxy -x -d 'Proxy for PD'
complete -c op-scrape -l parallel -x -a '4 8 16 32' -d 'Queries at once'
complete -c op-scrape -l token-file -r -F -d 'Bearer token for Prometheus'
complete -c op-scrape -l basic-file -r -F -d 'USER:PASSWORD for Prometheus'
complete -c op-scrape -l list -d 'Show the columns that Prometheus fills'
complete -c op-scrape -s h -l help -d 'Show the usage'
complete -c op-scrape -s V -l version -d 'Show the version'
