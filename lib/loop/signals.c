/* SPDX-License-Identifier: ISC */
#include "loop/signals.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/select.h>
#include <time.h>

#include "base/clock.h"
#include "base/signal_set.h"
#include "base/text.h"

static const struct {
	int number;
	int bit;
} caught_signals[] = {
	{SIGCHLD, CAUGHT_CHLD},
	{SIGINT, CAUGHT_INT},
	{SIGTERM, CAUGHT_TERM},
	{SIGHUP, CAUGHT_HUP},
	{SIGUSR1, CAUGHT_USR1},
};

enum { CAUGHT_SIGNALS = sizeof caught_signals / sizeof caught_signals[0] };

static volatile sig_atomic_t caught;

static void
note(int number)
{
	for (int i = 0; i < CAUGHT_SIGNALS; i++)
		if (caught_signals[i].number == number)
			caught |= caught_signals[i].bit;
}

static sigset_t
caught_set(void)
{
	sigset_t set;

	signal_set_clear(&set);
	for (int i = 0; i < CAUGHT_SIGNALS; i++)
		signal_set_add(&set, caught_signals[i].number);
	return set;
}

/* Returns how it was handled before. */
static struct sigaction
handle(int number, void (*handler)(int))
{
	struct sigaction action = {.sa_handler = handler, .sa_flags = SA_NOCLDSTOP};
	struct sigaction before = {.sa_handler = SIG_DFL};

	action.sa_mask = caught_set();
	(void)sigaction(number, &action, &before); /* it cannot fail for these */
	return before;
}

int
signals_open(void)
{
	sigset_t ours = caught_set();
	bool hangup_ignored = false;

	signal_set_block(&ours, NULL);
	for (int i = 0; i < CAUGHT_SIGNALS; i++) {
		int number = caught_signals[i].number;
		struct sigaction before = handle(number, note);

		hangup_ignored |= number == SIGHUP && before.sa_handler == SIG_IGN;
	}
	(void)handle(SIGPIPE, SIG_IGN);
	return hangup_ignored;
}

int
signals_wait(int64_t deadline_ns)
{
	struct timespec left, *wait = NULL;
	sigset_t open;
	int came;

	signal_set_block(NULL, &open);
	for (int i = 0; i < CAUGHT_SIGNALS; i++)
		signal_set_remove(&open, caught_signals[i].number);
	do {
		int64_t now_ns = clock_monotonic_ns();
		int64_t left_ns = deadline_ns > now_ns ? deadline_ns - now_ns : 0;

		if (deadline_ns != INT64_MAX) {
			left.tv_sec = (time_t)(left_ns / 1000000000);
			left.tv_nsec = (long)(left_ns % 1000000000);
			wait = &left;
		}
		(void)pselect(0, NULL, NULL, NULL, wait, &open); /* EINTR is the purpose */
		came = caught;
		caught = 0; /* none comes in between: they are blocked */
	} while (!came && clock_monotonic_ns() < deadline_ns);
	return came;
}

void
signals_survey(sigset_t *changed)
{
	struct sigaction action;

	signal_set_clear(changed);
	for (int number = 1; number <= SIGRTMAX; number++)
		if (sigaction(number, NULL, &action) == 0 && action.sa_handler != SIG_DFL)
			signal_set_add(changed, number);
}

void
signals_reset(const sigset_t *changed)
{
	sigset_t none;

	signal_set_clear(&none);
	for (int number = 1; number <= SIGRTMAX; number++)
		if (sigismember(changed, number) == 1)
			(void)handle(number, SIG_DFL);
	signal_set_restore(&none);
}

const char *
signals_name(int number, char room[16])
{
	static const struct {
		int number;
		const char *name;
	} names[] = {
		{SIGHUP, "SIGHUP"},
		{SIGINT, "SIGINT"},
		{SIGQUIT, "SIGQUIT"},
		{SIGILL, "SIGILL"},
		{SIGTRAP, "SIGTRAP"},
		{SIGABRT, "SIGABRT"},
		{SIGBUS, "SIGBUS"},
		{SIGFPE, "SIGFPE"},
		{SIGKILL, "SIGKILL"},
		{SIGUSR1, "SIGUSR1"},
		{SIGSEGV, "SIGSEGV"},
		{SIGUSR2, "SIGUSR2"},
		{SIGPIPE, "SIGPIPE"},
		{SIGALRM, "SIGALRM"},
		{SIGTERM, "SIGTERM"},
		{SIGXCPU, "SIGXCPU"},
		{SIGXFSZ, "SIGXFSZ"},
		{SIGVTALRM, "SIGVTALRM"},
		{SIGPROF, "SIGPROF"},
		{SIGSYS, "SIGSYS"},
	};

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (names[i].number == number)
			return names[i].name;
	text_format(room, 16, "signal %d", number);
	return room;
}
