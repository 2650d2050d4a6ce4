# SPDX-License-Identifier: ISC
# make, make check, make check SAN=address,undefined, make lint, make bench,
# make fuzz, make demo, make install, make uninstall, make clean

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
OWN_CPPFLAGS = -D_GNU_SOURCE -DOP_VERSION='"$(VERSION)"' -DOP_SHAREDIR='"$(SHAREDIR)/op"' -Ilib -I$(B)/gen
OWN_CFLAGS   = -std=c11 -fstack-protector-strong -fno-common $(WARN)
ifneq ($(SAN),)
OWN_CPPFLAGS += -DOP_SANITIZED
OWN_CFLAGS   += -fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer
OWN_LDFLAGS   = -fsanitize=$(SAN)
endif

# who uses what
LIBS_op-scrape = $(shell $(PKGCONF) --libs libcurl) -lm
LIBS_op-check  = $(shell $(PKGCONF) --libs sqlite3 smartcols) -lm
LIBS_op-ticket = $(shell $(PKGCONF) --libs sqlite3 smartcols) -lm
LIBS_op-loop   =

PROGS   = op-scrape op-check op-ticket op-loop
LIB_SRC = $(wildcard lib/*.c)
UNITS   = $(patsubst tests/unit/%.c,$(B)/unit/%,$(wildcard tests/unit/*.c))
SIM     = $(B)/sim/op-sim
SIM_SRC = $(wildcard tests/sim/*.c)
SQL_INC = $(patsubst share/sql/%.sql,$(B)/gen/%.sql.inc,$(wildcard share/sql/*.sql))
TESTS   = $(wildcard tests/*.bats)

all: $(PROGS:%=$(B)/%)

$(PROGS:%=$(B)/%): $(B)/%: $(B)/cmd/%.o $(B)/libop.a
	$(CC) $(OWN_LDFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS_$*)

$(B)/libop.a: $(LIB_SRC:%.c=$(B)/%.o)
	rm -f $@ && $(AR) rcs $@ $^

$(B)/%.o: %.c | $(SQL_INC)
	@mkdir -p $(@D)
	$(CC) $(OWN_CPPFLAGS) $(CPPFLAGS) $(OWN_CFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# SQL files become bytes of the binary
$(B)/gen/%.sql.inc: share/sql/%.sql
	@mkdir -p $(@D)
	od -An -v -tx1 $< | sed 's/ \([0-9a-f][0-9a-f]\)/0x\1,/g' >$@

$(B)/unit/%: $(B)/tests/unit/%.o $(B)/libop.a
	@mkdir -p $(@D)
	$(CC) $(OWN_LDFLAGS) $(LDFLAGS) -o $@ $^ -lm

$(SIM): $(SIM_SRC:%.c=$(B)/%.o) $(B)/libop.a
	@mkdir -p $(@D)
	$(CC) $(OWN_LDFLAGS) $(LDFLAGS) -o $@ $^ -lm

check:
	@tests/deps check
	@$(MAKE) all units sims SAN=$(SAN)
	@B=$(CURDIR)/$(B) tests/run $(TESTS)

units: $(UNITS)
sims: $(SIM)

demo:
	@tests/deps demo
	@$(MAKE) -s all sims
	@B=$(CURDIR)/$(B) exec examples/demo

lint:
	@tests/deps lint
	@$(MAKE) -s all
	@tests/lint

fuzz:
	@tests/deps lint
	@tests/fuzz/run

bench:
	@tests/deps check
	@$(MAKE) -s all sims
	@B=$(CURDIR)/$(B) tests/bench/run

INSTALL_ENV = B='$(B)' PROGS='$(PROGS)' DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)' BINDIR='$(BINDIR)' SHAREDIR='$(SHAREDIR)'

install: all
	@$(INSTALL_ENV) share/install put

uninstall:
	@$(INSTALL_ENV) share/install remove

clean:
	rm -rf build build-*

.PHONY: all check units sims demo lint fuzz bench install uninstall clean
.SECONDARY:
-include $(shell find $(B) -name '*.d' 2>/dev/null)
