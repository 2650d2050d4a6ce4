# SPDX-License-Identifier: ISC
# make, make deps, make check, make check SAN=address,undefined, make lint, make bench,
# make check-history, make check-evidence, make check-report, make check-pg, make picture, make fuzz, make demo, make install, make uninstall, make deb, make check-deb, make clean

VERSION  = 0.1.0
PREFIX   = /usr/local
BINDIR   = $(PREFIX)/bin
SHAREDIR = $(PREFIX)/share
CC       = cc
CFLAGS   = -O2 -g
PKGCONF  = pkg-config

# a build folder per sanitizer set
SAN   =
comma = ,
B     = build$(if $(SAN),-$(subst $(comma),-,$(SAN)))

WARN = -Wall -Wextra -Wpedantic -Wshadow -Wformat=2 -Wundef -Wvla -Wstrict-prototypes \
	-Wmissing-prototypes -Wwrite-strings -Wcast-qual -Wpointer-arith -Wimplicit-fallthrough
OWN_CPPFLAGS = -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64 -DOP_VERSION='"$(VERSION)"' -DOP_SHAREDIR='"$(SHAREDIR)/op"' -DOP_LIBEXECDIR='"$(PREFIX)/libexec"' -Ilib -Icmd -Itests/unit -I$(B)/gen
OWN_CFLAGS   = -std=c11 -fstack-protector-strong -fno-common $(WARN)
ifneq ($(SAN),)
OWN_CPPFLAGS += -DOP_SANITIZED
OWN_CFLAGS   += -fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer
OWN_LDFLAGS   = -fsanitize=$(SAN)
endif

# what each program is made of: its main, with the folder of that name where one
# file would not do, its own room of lib/, and libop.a, which is lib/base and
# lib/stream, but for the one module there that needs more than libc
PROGS = op-scrape op-check op-ticket op-loop
main  = $(patsubst %.c,$(B)/%.o,$(wildcard cmd/op-$(1)/*.c))
room  = $(patsubst %.c,$(B)/%.o,$(wildcard lib/$(1)/*.c))
TABLE = $(B)/lib/base/table.o

# op-report is built where libcmark is found
ifeq ($(shell $(PKGCONF) --exists libcmark 2>/dev/null && echo yes),yes)
PROGS += op-report
else
LEFT_OUT += op-report (libcmark)
endif

# op-ticket-pg is op-ticket with another store, where libpq is found: no
# program of SQLite's loads what comes with it
SQLITE   = $(wildcard lib/ticket/sqlite*.c lib/ticket/cycle_sqlite*.c lib/ticket/write_queue.c)
PG       = $(wildcard lib/ticket/postgres*.c lib/ticket/cycle_postgres*.c)
without  = $(filter-out $($(1):%.c=$(B)/%.o),$(call room,ticket))
ifeq ($(shell $(PKGCONF) --exists libpq 2>/dev/null && echo yes),yes)
HELPERS = op-ticket-pg
else
LEFT_OUT += op-ticket-pg (libpq)
endif

$(B)/op-scrape: $(call room,scrape)
$(B)/op-check:  $(call main,check) $(call room,check) $(TABLE)
$(B)/op-ticket: $(call main,ticket) $(call without,PG) $(TABLE)
$(B)/op-ticket-pg: $(call main,ticket) $(call without,SQLITE) $(TABLE)
$(B)/op-loop:   $(call room,loop)
$(B)/op-report: $(call room,report)

LIBS_scrape = $(shell $(PKGCONF) --libs libcurl) -lm
LIBS_check  = $(shell $(PKGCONF) --libs sqlite3 smartcols) -lm
LIBS_ticket = $(shell $(PKGCONF) --libs sqlite3 smartcols) -lm
LIBS_ticket-pg = $(shell $(PKGCONF) --libs libpq smartcols) -lm
LIBS_loop   =
LIBS_report = $(shell $(PKGCONF) --libs libcmark) -lm

UNITS   = $(patsubst tests/unit/%.c,$(B)/unit/%,$(filter-out $(if $(filter op-report,$(PROGS)),,tests/unit/report/%),$(wildcard tests/unit/*/*.c)))
SIM     = $(B)/sim/op-sim
SIM_SRC = $(wildcard tests/sim/*.c)
GEN     = $(patsubst share/sql/%,$(B)/gen/%.inc,$(wildcard share/sql/*.sql share/sql/pg/*.sql)) $(B)/gen/page.css.inc
# the matrix runs the programs by the thousand: not with sanitizers
TESTS   = $(filter-out $(if $(SAN),tests/evidence.bats tests/evidence-live.bats),$(wildcard tests/*.bats))

.DEFAULT_GOAL = all
all: $(PROGS:%=$(B)/%) $(HELPERS:%=$(B)/%) $(if $(LEFT_OUT),left-out)

# printed unless make is silent
left-out:
	@$(if $(findstring s,$(firstword -$(MAKEFLAGS))),:,echo 'left out: $(LEFT_OUT)')

$(PROGS:%=$(B)/%): $(B)/%: $(B)/cmd/%.o $(B)/libop.a
	$(CC) $(OWN_LDFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) $(B)/libop.a $(LIBS_$(*:op-%=%))

$(B)/op-ticket-pg: $(B)/cmd/op-ticket.o $(B)/libop.a
	$(CC) $(OWN_LDFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) $(B)/libop.a $(LIBS_ticket-pg)

$(B)/lib/ticket/postgres.o: OWN_CPPFLAGS += $(shell $(PKGCONF) --cflags libpq)

$(B)/libop.a: $(filter-out $(TABLE),$(call room,base) $(call room,stream))
	rm -f $@ && $(AR) rcs $@ $^

$(B)/%.o: %.c | $(GEN)
	@mkdir -p $(@D)
	$(CC) $(OWN_CPPFLAGS) $(CPPFLAGS) $(OWN_CFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# SQL files and the style of op-report's page become bytes of the binary
vpath %.sql share/sql
vpath %.css lib/report
$(B)/gen/%.inc: %
	@mkdir -p $(@D)
	od -An -v -tx1 $< | sed 's/ \([0-9a-f][0-9a-f]\)/0x\1,/g' >$@

# a test takes what it needs of a program's room from an archive of it
ROOMS = scrape check ticket loop report
define room_archive
$(B)/unit/$(1).a: $$(if $$(filter ticket,$(1)),$$(call without,PG),$$(call room,$(1)))
	@mkdir -p $$(@D)
	rm -f $$@ && $$(AR) rcs $$@ $$^
endef
$(foreach r,$(ROOMS),$(eval $(call room_archive,$(r))))
$(B)/unit/check.a $(B)/unit/ticket.a $(B)/unit/base/table: $(TABLE)
$(B)/unit/base/table: LIBS_base = $(shell $(PKGCONF) --libs smartcols)
$(B)/unit/ticket.a: $(B)/lib/ticket/postgres_fault.o # without libpq
$(foreach r,$(ROOMS),$(eval $(filter $(B)/unit/$(r)/%,$(UNITS)): $(B)/unit/$(r).a))

$(B)/unit/%: $(B)/tests/unit/%.o $(B)/libop.a
	@mkdir -p $(@D)
	$(CC) $(OWN_LDFLAGS) $(LDFLAGS) -o $@ $< $(filter-out $< $(B)/libop.a,$^) $(B)/libop.a $(LIBS_$(*D)) -lm

$(SIM): $(SIM_SRC:%.c=$(B)/%.o) $(B)/libop.a
	@mkdir -p $(@D)
	$(CC) $(OWN_LDFLAGS) $(LDFLAGS) -o $@ $^ -lm

# two that run at once in one tree build one after the other
LOCKED = mkdir -p $(B) && flock $(B)/.lock $(MAKE) -s $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))

deps:
	@tests/deps build

check:
	@tests/deps check
	+@$(LOCKED) all units sims
	@B='$(CURDIR)/$(B)' tests/run $(TESTS)

check-history:
	@tests/deps check-history
	+@$(LOCKED) all sims
	@B='$(CURDIR)/$(B)' tests/run tests/history/*.bats

check-report:
	@tests/deps check-report
	+@$(LOCKED) all
	@B='$(CURDIR)/$(B)' tests/report/check

# op-ticket on a PostgreSQL of its own
check-pg:
	@tests/deps check-pg
	+@$(LOCKED) all
	@B='$(CURDIR)/$(B)' tests/pg/check

# every way of losing evidence, and op beside the official rules: minutes
check-evidence:
	@tests/deps check-evidence
	+@$(LOCKED) all sims
	@B='$(CURDIR)/$(B)' tests/evidence/run

# what the README shows
picture:
	@tests/deps check-report
	+@$(LOCKED) all sims
	@B='$(CURDIR)/$(B)' tests/report/picture examples/report/page.png

units: $(UNITS)
sims: $(SIM)

demo:
	@tests/deps demo
	+@$(LOCKED) all sims
	@B='$(CURDIR)/$(B)' exec examples/demo

lint:
	@tests/deps lint
	+@$(LOCKED) all
	@tests/lint

fuzz:
	@tests/deps lint
	@tests/fuzz/run

bench:
	@tests/deps check-pg
	+@$(LOCKED) all sims
	@B='$(CURDIR)/$(B)' tests/bench/run

INSTALL_ENV = B='$(B)' PROGS='$(PROGS)' DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)' BINDIR='$(BINDIR)' SHAREDIR='$(SHAREDIR)'

install: all
	@$(INSTALL_ENV) share/install put

uninstall:
	@$(INSTALL_ENV) share/install remove

# packages for Debian, in build/
deb:
	@tests/deps deb
	+@mkdir -p build && flock build/.deb-lock share/debian/build '$(VERSION)' build

check-deb:
	@tests/deps check-deb
	+@$(MAKE) -s deb
	+@$(LOCKED) all
	@B='$(CURDIR)/$(B)' tests/deb/check

clean:
	rm -rf build build-*

.PHONY: all left-out deps check check-history check-evidence check-report check-pg picture units sims demo lint fuzz bench install uninstall deb check-deb clean
.SECONDARY:
-include $(shell find $(B) -name '*.d' 2>/dev/null)
