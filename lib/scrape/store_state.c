/* SPDX-License-Identifier: ISC */
#include "scrape/store_state.h"

/* A set of states is a number with bit 1 << state for each of them. */
enum {
	UP = 1 << STORE_UP,
	DISCONNECTED = 1 << STORE_DISCONNECTED,
	DOWN = 1 << STORE_DOWN,
	OFFLINE = 1 << STORE_OFFLINE,
	SETS = 1 << STORE_STATES,
};

/*
 * PD calls a store Disconnected after 20 s of silence and Down after
 * max-store-down-time, which is in no metric. A store heard lately may be
 * Disconnected, but not Down. Of the others, those that have been silent for
 * longest are Down: a store heard within half an hour is Down only if all that were
 * not are Down as well, and PD counts more of them (`overflow`).
 */
static unsigned
possible(const struct store_evidence *e, bool use_heard, bool overflow)
{
	if (e->removing)
		return OFFLINE;
	if (!use_heard || e->heard == HEARD_NOT_KNOWN)
		return UP | DISCONNECTED | DOWN;
	if (e->heard == HEARD_LATELY)
		return UP | DISCONNECTED;
	if (e->heard == HEARD_BEFORE)
		return overflow ? DISCONNECTED | DOWN : DISCONNECTED;
	return overflow ? DOWN : DISCONNECTED | DOWN;
}

/*
 * Is there an assignment of stores to states? stores[set] counts those that
 * can be in the states of that set alone. By Hall's theorem there is one
 * exactly if no set of states has fewer places than stores that need them.
 */
static bool
fits(const size_t counts[STORE_STATES], const size_t stores[SETS])
{
	for (unsigned set = 0; set < SETS; set++) {
		size_t places = 0, needed = 0;

		for (unsigned state = 0; state < STORE_STATES; state++)
			places += set & 1U << state ? counts[state] : 0;
		for (unsigned part = 0; part < SETS; part++)
			needed += (part & ~set) == 0 ? stores[part] : 0;
		if (needed > places)
			return false;
	}
	return true;
}

/* The state of a store that can be in those of `set`, if all stores fit with only one of them. */
static int
only_state(const size_t counts[STORE_STATES], size_t stores[SETS], unsigned set)
{
	int found = STORE_STATE_UNKNOWN;

	for (unsigned state = 0; state < STORE_STATES; state++) {
		bool fit;

		if (!(set & 1U << state))
			continue;
		stores[set]--;
		stores[1U << state]++;
		fit = fits(counts, stores);
		stores[1U << state]--;
		stores[set]++;
		if (fit && found != STORE_STATE_UNKNOWN)
			return STORE_STATE_UNKNOWN;
		if (fit)
			found = (int)state;
	}
	return found;
}

static void
assign(const size_t counts[STORE_STATES], const struct store_evidence *evidence, size_t n,
	bool use_heard, int *states)
{
	size_t stores[SETS] = {0}, never = 0;
	int of_set[SETS];
	bool overflow;

	for (size_t i = 0; i < n; i++)
		never += !evidence[i].removing && evidence[i].heard == HEARD_NEVER;
	overflow = counts[STORE_DOWN] > never;
	for (size_t i = 0; i < n; i++)
		stores[possible(&evidence[i], use_heard, overflow)]++;
	for (unsigned set = 0; set < SETS; set++)
		of_set[set] = stores[set] ? only_state(counts, stores, set) : STORE_STATE_UNKNOWN;
	for (size_t i = 0; i < n; i++)
		if (states[i] == STORE_STATE_UNKNOWN)
			states[i] = of_set[possible(&evidence[i], use_heard, overflow)];
}

/*
 * First comes what the counts and the removals settle by themselves, because PD
 * refreshes the counts only every 10 s, so that they and the heartbeats can
 * contradict each other for a moment.
 */
void
store_state_assign(const size_t counts[STORE_STATES], const struct store_evidence *evidence,
	size_t n, int *states)
{
	size_t sum = 0, removing = 0;

	for (size_t i = 0; i < n; i++) {
		states[i] = STORE_STATE_UNKNOWN;
		removing += evidence[i].removing;
	}
	for (unsigned state = 0; state < STORE_STATES; state++)
		sum += counts[state];
	if (sum != n)
		return;
	if (counts[STORE_UP] == n) {
		for (size_t i = 0; i < n; i++)
			states[i] = STORE_UP;
		return;
	}
	if (removing != counts[STORE_OFFLINE])
		return;
	assign(counts, evidence, n, false, states);
	assign(counts, evidence, n, true, states);
}

const char *
store_state_name(int state)
{
	static const char *const names[] = {"Up", "Disconnected", "Down", "Offline"};

	return state == STORE_STATE_UNKNOWN ? NULL : names[state];
}
