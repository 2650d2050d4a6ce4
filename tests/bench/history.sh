#!/bin/sh
# SPDX-License-Identifier: ISC
# What a day of history costs op-scrape itself, at 5 to 300 stores.
exec python3 "$(dirname "$0")/history.py"
