/* SPDX-License-Identifier: ISC */
#include "op-check/last_resort.h"

#include <assert.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/signal_set.h"
#include "check/eval.h"
#include "check/sandbox.h"

static_assert(SANDBOX_SECONDS_MAX == 30, "the message has the number");

/* A signal handler reaches nothing else. */
static const struct eval *volatile watched;

/* SQLite was interrupted anywhere: only what is safe in a handler may be called. */
static void
give_up(int number)
{
	const struct eval *e = watched;
	const char *name = e ? eval_running(e) : NULL;
	const char *const words[] = {
		"op-check: ", name ? name : "a check", ": it took longer than 30 s\n"};

	(void)number;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (write(STDERR_FILENO, words[i], strlen(words[i])) < 0)
			break;
	_exit(STATUS_TRY_AGAIN);
}

void
last_resort_start(void)
{
	struct sigaction action = {.sa_handler = give_up};
	sigset_t alarm_alone;

	signal_set_clear(&alarm_alone);
	signal_set_add(&alarm_alone, SIGALRM);
	/* neither fails for a signal that exists; this one may have been blocked by who started us
	 */
	if (sigaction(SIGALRM, &action, NULL) || sigprocmask(SIG_UNBLOCK, &alarm_alone, NULL))
		abort();
}

void
last_resort_watch(const struct eval *e)
{
	watched = e;
}
