#!/bin/sh
# SPDX-License-Identifier: ISC
# What a scrape of 3 to 1,000 stores costs, compared with a scraper that sends one query after the other.
exec python3 "$(dirname "$0")/op-scrape.py"
