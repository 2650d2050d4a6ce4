/* SPDX-License-Identifier: ISC */
/*
 * Tries every world of one to four stores: their true states, which ones PD
 * removes, and which it heard from. A store must get its true state if the
 * facts fit no other, and STORE_STATE_UNKNOWN otherwise.
 */
#include "scrape/store_state.h"

#include <stdio.h>
#include <string.h>

#include "unit.h"

enum { STORES_MAX = 4, HEARD = 4 };

struct world {
	size_t n;
	int truth[STORES_MAX];
	struct store_evidence evidence[STORES_MAX];
	size_t counts[STORE_STATES];
};

/* Whether PD can show this evidence for a store in this state. */
static bool
shows(int state, const struct store_evidence *e)
{
	if (e->removing != (state == STORE_OFFLINE))
		return false;
	switch (e->heard) {
	case HEARD_LATELY:
		return state != STORE_DOWN;
	case HEARD_BEFORE:
	case HEARD_NEVER:
		return state != STORE_UP;
	default:
		return true;
	}
}

/*
 * PD's limits are the same for all stores, so one that was silent for longer
 * is not Disconnected while another is Down. Which stores the leader heard
 * from is known for all, or for none.
 */
static bool
shows_all(const struct world *w, const int *states)
{
	bool down_before = false, disconnected_never = false, known = false, not_known = false;

	for (size_t i = 0; i < w->n; i++) {
		enum store_heard heard = w->evidence[i].heard;

		if (!shows(states[i], &w->evidence[i]))
			return false;
		known |= heard != HEARD_NOT_KNOWN;
		not_known |= heard == HEARD_NOT_KNOWN;
		down_before |= heard == HEARD_BEFORE && states[i] == STORE_DOWN;
		disconnected_never |= heard == HEARD_NEVER && states[i] == STORE_DISCONNECTED;
	}
	return !(known && not_known) && !(down_before && disconnected_never);
}

static void
count(const int *states, size_t n, size_t counts[STORE_STATES])
{
	memset(counts, 0, STORE_STATES * sizeof *counts);
	for (size_t i = 0; i < n; i++)
		counts[states[i]]++;
}

/* The state that store i has in all assignments that fit, or STORE_STATE_UNKNOWN. */
static int
by_force(const struct world *w, size_t i)
{
	size_t all = 1, counts[STORE_STATES];
	int found = STORE_STATE_UNKNOWN;

	for (size_t k = 0; k < w->n; k++)
		all *= STORE_STATES;
	for (size_t number = 0; number < all; number++) {
		int states[STORES_MAX];

		for (size_t k = 0, rest = number; k < w->n; k++, rest /= STORE_STATES)
			states[k] = (int)(rest % STORE_STATES);
		count(states, w->n, counts);
		if (!shows_all(w, states) || memcmp(counts, w->counts, sizeof counts) != 0)
			continue;
		if (found != STORE_STATE_UNKNOWN && found != states[i])
			return STORE_STATE_UNKNOWN;
		found = states[i];
	}
	return found;
}

static bool
judge(struct world *w)
{
	int states[STORES_MAX];

	count(w->truth, w->n, w->counts);
	store_state_assign(w->counts, w->evidence, w->n, states);
	for (size_t i = 0; i < w->n; i++) {
		int forced = by_force(w, i);

		if (states[i] != forced || (forced != STORE_STATE_UNKNOWN && forced != w->truth[i]))
			return false;
	}
	return true;
}

/* Tries all that PD can show for store `at` and those after it. Returns the number of worlds. */
static size_t
every(struct world *w, size_t at, size_t *wrong)
{
	size_t worlds = 0;

	if (at == w->n) {
		if (!shows_all(w, w->truth))
			return 0;
		*wrong += !judge(w);
		return 1;
	}
	for (int state = 0; state < STORE_STATES; state++)
		for (int heard = 0; heard < HEARD; heard++) {
			w->truth[at] = state;
			w->evidence[at] = (struct store_evidence){
				state == STORE_OFFLINE, (enum store_heard)heard};
			worlds += every(w, at + 1, wrong);
		}
	return worlds;
}

int
main(void)
{
	struct store_evidence two[2] = {{false, HEARD_LATELY}, {false, HEARD_NEVER}};
	size_t off_by_one[STORE_STATES] = {1, 0, 0, 0}, offline[STORE_STATES] = {1, 0, 0, 1};
	size_t up[STORE_STATES] = {2, 0, 0, 0}, contrary[STORE_STATES] = {0, 0, 2, 0};
	int states[2];

	for (size_t n = 1; n <= STORES_MAX; n++) {
		struct world w = {.n = n};
		size_t wrong = 0, worlds = every(&w, 0, &wrong);

		printf("# %zu stores: %zu worlds\n", n, worlds);
		CHECK_AS(worlds > n && wrong == 0, "a store gets a state exactly if no other fits");
	}
	store_state_assign(off_by_one, two, 2, states);
	CHECK_AS(states[0] == STORE_STATE_UNKNOWN && states[1] == STORE_STATE_UNKNOWN,
		"counts that do not add up settle nothing");
	store_state_assign(offline, two, 2, states);
	CHECK_AS(states[0] == STORE_STATE_UNKNOWN && states[1] == STORE_STATE_UNKNOWN,
		"an offline store that is not known to be removed settles nothing");
	store_state_assign(up, two, 2, states);
	CHECK_AS(states[0] == STORE_UP && states[1] == STORE_UP,
		"counts take precedence over heartbeats");
	store_state_assign(contrary, two, 2, states);
	CHECK_AS(states[0] == STORE_DOWN && states[1] == STORE_DOWN, "counts of Down, too");
	CHECK_AS(strcmp(store_state_name(STORE_DOWN), "Down") == 0 &&
			 store_state_name(STORE_STATE_UNKNOWN) == NULL,
		"names");
	return unit_done();
}
