#!/bin/sh
# SPDX-License-Identifier: ISC
# What a scrape costs at 3 to 1,000 stores, and against a scraper that asks one thing after the other.
exec python3 "$(dirname "$0")/op-scrape.py"
