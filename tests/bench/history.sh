#!/bin/sh
# SPDX-License-Identifier: ISC
# What a day of history of 5 to 300 stores costs op-scrape itself.
exec python3 "$(dirname "$0")/history.py"
