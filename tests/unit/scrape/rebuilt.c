/* SPDX-License-Identifier: ISC */
/* PD's answers rebuilt from its metrics, at a single point in each case */
#include "scrape/rebuilt.h"

#include <math.h>
#include <string.h>

#include "base/fault.h"
#include "base/intern.h"
#include "scrape/lenient_json.h"
#include "scrape/pd.h"
#include "scrape/prom_matrix.h"
#include "unit.h"

static struct intern *names;
static struct buf values, warnings;
static struct prom_matrix answers[HISTORY_QUERIES];
static bool known[HISTORY_QUERIES];
static struct rebuilt rebuilt;

/* Sets the answer to a query: series separated by commas, LABEL=VALUE LABEL=VALUE@NUMBER. */
static void
answer(enum history_query q, const char *series)
{
	struct prom_grid grid = {.first_ms = 0, .step_ms = 1000, .count = 1};
	struct prom_matrix_form form = {history_query_labels(q), PROM_VECTOR_NOTHING};
	struct prom_vector_context context = {
		.names = names, .values = &values, .warnings = &warnings};
	struct lenient_json body = {.json = json_read_open()};
	struct span rest = span_of(series);
	struct fault f = {0};
	struct buf text;

	buf_init(&text, 1 << 16);
	buf_printf(
		&text, "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[");
	for (bool first = true; rest.len; first = false) {
		struct span number = span_cut(&rest, ','), labels = span_cut(&number, '@');

		buf_printf(&text, "%s{\"metric\":{", first ? "" : ",");
		for (const char *comma = ""; labels.len; comma = ",") {
			struct span value = span_cut(&labels, ' '), key = span_cut(&value, '=');

			buf_printf(&text, "%s\"%.*s\":\"%.*s\"", comma, (int)key.len, key.at,
				(int)value.len, value.at);
		}
		buf_printf(&text, "},\"values\":[[0,\"%.*s\"]]}", (int)number.len, number.at);
	}
	buf_printf(&text, "]}}");
	body.text = text.data;
	body.len = text.len;
	prom_matrix_free(&answers[q]);
	known[q] = prom_matrix_read(&answers[q], &body, &grid, &form, &context, &f) == 0;
	CHECK_AS(known[q], series);
	json_read_close(body.json);
	buf_free(&text);
}

/* Sets the answers for three healthy stores and a PD before 8.5.5. */
static void
healthy(void)
{
	for (int q = 0; q < HISTORY_QUERIES; q++) {
		prom_matrix_free(&answers[q]);
		known[q] = true;
	}
	answer(HISTORY_SAMPLE_AGE, "@2");
	answer(HISTORY_PD_LEADER, "instance=pd-1:2379@1");
	answer(HISTORY_PD_LED, "@1");
	answer(HISTORY_CLUSTER_METADATA, "type=cluster7710777022083568585@1");
	answer(HISTORY_STORE_CAPACITY,
		"store=4 address=c:1@500,store=1 address=a:1@500,store=2 address=b:1@500");
	answer(HISTORY_STORE_AVAILABLE,
		"store=1 address=a:1@400,store=2 address=b:1@300,store=4 address=c:1@200");
	answer(HISTORY_STORE_LEADERS,
		"store=1 address=a:1@10,store=2 address=b:1@11,store=4 address=c:1@12");
	answer(HISTORY_STORE_HEARD,
		"store=1 address=a:1@3,store=2 address=b:1@3,store=4 address=c:1@3");
	answer(HISTORY_STORE_HEARD_30M,
		"store=1 address=a:1@180,store=2 address=b:1@180,store=4 address=c:1@180");
	answer(HISTORY_CLUSTER_STATUS, "type=store_up_count@3,type=store_down_count@0");
	answer(HISTORY_CONFIG_STATUS, "type=max-replicas@3,type=low-space-ratio@0.8");
	answer(HISTORY_MEMBER_HEALTH, "name=pd1@1,name=pd2@0");
	answer(HISTORY_MEMBER_ID, "instance=pd-1:2379 "
				  "server_id=c6b5d4e3f2a10987@1,instance=pd-2:2379 server_id=2a@1");
}

static void
rebuild(const struct pd *today)
{
	struct rebuilt_input in = {.answers = answers,
		.known = known,
		.values = &values,
		.names = names,
		.today = today,
		.oldest_s = 15};

	rebuilt_at(&rebuilt, &in, 0);
}

static bool
state_is(size_t i, const char *state)
{
	struct span s = rebuilt.stores.list[i].state;

	return state ? span_is(s, state) : s.at == NULL;
}

static void
test_stores(void)
{
	static const double ratio = 0.8; /* on a machine of 32 bits the constant is more precise */

	healthy();
	rebuild(NULL);
	CHECK(rebuilt.scraped && rebuilt.stores_whole && rebuilt.cluster_whole);
	CHECK(rebuilt.cluster_id == 7710777022083568585U);
	CHECK(rebuilt.stores.count == 3 && rebuilt.stores.list[2].id == 4);
	CHECK(rebuilt.stores.list[1].available_bytes == 300 &&
		rebuilt.stores.list[1].leader_count == 11);
	CHECK(state_is(0, "Up") && state_is(1, "Up") && state_is(2, "Up"));
	CHECK(rebuilt.stores.list[0].engine_unknown);
	CHECK(rebuilt.cluster.region_count == 33 && rebuilt.cluster.low_space_ratio == ratio);
	CHECK(rebuilt.cluster.max_replicas == PD_UNKNOWN); /* without location labels */
	/* one store is silent, and PD counts one as disconnected */
	answer(HISTORY_STORE_HEARD,
		"store=1 address=a:1@3,store=2 address=b:1@0,store=4 address=c:1@3");
	answer(HISTORY_CLUSTER_STATUS, "type=store_up_count@2,type=store_disconnected_count@1");
	rebuild(NULL);
	CHECK(state_is(0, "Up") && state_is(1, "Disconnected") && state_is(2, "Up"));
	/* the leader has not led for long enough to have heard from all */
	answer(HISTORY_PD_LED, "@0");
	rebuild(NULL);
	CHECK(rebuilt.stores_whole && state_is(0, NULL) && state_is(1, NULL));
	/* a heartbeat from another address is another store's */
	answer(HISTORY_PD_LED, "@1");
	answer(HISTORY_STORE_HEARD,
		"store=1 address=x:1@3,store=2 address=b:1@0,store=4 address=c:1@3");
	rebuild(NULL);
	CHECK(state_is(0, NULL) && state_is(1, NULL));
	/* this leader has not heard from the store: no capacity, no free space */
	answer(HISTORY_STORE_CAPACITY, "store=1 address=a:1@0");
	rebuild(NULL);
	CHECK(rebuilt.stores.list[0].no_capacity &&
		rebuilt.stores.list[0].available_bytes == PD_UNKNOWN);
}

static void
test_states_by_store(void)
{
	healthy();
	answer(HISTORY_STORE_STATUS,
		"store=1 type=store_slow_count@1,store=2 type=store_unhealth_count@1,"
		"store=4 type=store_offline_count@1,store=9 type=store_tombstone_count@1");
	answer(HISTORY_STORE_ENGINE, "store=4 engine=tiflash@1,store=1 engine=tikv@1");
	rebuild(NULL);
	CHECK(rebuilt.stores.count == 4 && rebuilt.stores.list[3].id == 9);
	CHECK(state_is(0, "Up") && state_is(1, "Disconnected") && state_is(2, "Offline"));
	CHECK(state_is(3, "Tombstone") && rebuilt.stores.list[3].gone);
	CHECK(rebuilt.stores.list[2].tiflash && !rebuilt.stores.list[0].engine_unknown &&
		rebuilt.stores.list[1].engine_unknown);
}

static void
test_completeness(void)
{
	static const struct {
		enum history_query q;
		const char *series;
		bool scraped, stores, members, cluster;
	} rows[] = {
		{HISTORY_SAMPLE_AGE, "@16", false, false, false, false},
		{HISTORY_SAMPLE_AGE, "", false, false, false, false},
		{HISTORY_CLUSTER_METADATA, "", true, false, false, false},
		{HISTORY_CLUSTER_METADATA, "type=cluster1@1,type=cluster2@1", true, false, false,
			false},
		{HISTORY_PD_LEADER, "", true, false, false, false},
		{HISTORY_PD_LEADER, "instance=a@1,instance=b@1", true, false, false, false},
		{HISTORY_STORE_CAPACITY, "", true, false, true, false},
		{HISTORY_MEMBER_HEALTH, "", true, true, false, true},
		{HISTORY_MEMBER_HEALTH, "name=pd1@1,name=pd2@1,name=pd3@1", true, true, false,
			true},
		{HISTORY_MEMBER_ID, "instance=a server_id=2a@1,instance=b server_id=2a@1", true,
			true, false, true},
		{HISTORY_MEMBER_ID, "instance=a server_id=zz@1,instance=b server_id=2a@1", true,
			true, false, true},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		healthy();
		answer(rows[i].q, rows[i].series);
		rebuild(NULL);
		CHECK_AS(rebuilt.scraped == rows[i].scraped &&
				 rebuilt.stores_whole == rows[i].stores &&
				 rebuilt.members_whole == rows[i].members &&
				 rebuilt.cluster_whole == rows[i].cluster,
			history_query_column(rows[i].q));
		CHECK((rebuilt.error[0] != '\0') == (rows[i].scraped));
	}
	healthy();
	known[HISTORY_STORE_CAPACITY] = false;
	rebuild(NULL);
	CHECK(!rebuilt.stores_whole);
}

/* PD's answers of today. */
static struct pd_store todays_store = {
	.id = 2, .address = {"b:1", 3}, .status_address = {"b:2", 3}};

static struct pd
todays_pd(void)
{
	static struct pd_member list[] = {
		{.id = 7, .name = {"pd1", 3}, .url_first = 0, .url_count = 1},
		{.id = 3, .name = {"pd2", 3}}};
	static struct span urls[] = {{"http://pd-1:2379", 16}};

	return (struct pd){.members = {.list = list, .count = 2, .urls = urls, .url_count = 1},
		.stores = {.list = &todays_store, .count = 1}};
}

static void
test_members(void)
{
	struct pd today = todays_pd();

	healthy();
	rebuild(NULL);
	CHECK(rebuilt.members_whole && rebuilt.members.count == 2);
	CHECK(rebuilt.members.list[0].id == 42 &&
		rebuilt.members.list[1].id == 14318584665787664775U);
	CHECK(rebuilt.members.list[0].name.at == NULL &&
		rebuilt.members.list[0].health == LENIENT_UNKNOWN);
	rebuild(&today);
	CHECK(rebuilt.members_whole && rebuilt.members.count == 2 &&
		rebuilt.members.list[0].id == 3);
	CHECK(rebuilt.members.list[0].health == LENIENT_FALSE &&
		rebuilt.members.list[1].health == LENIENT_TRUE);
	CHECK(rebuilt.members.list[1].url_count == 1);
}

static void
test_leaders(void)
{
	struct pd today = todays_pd();
	struct rebuilt_input in = {.answers = answers,
		.known = known,
		.values = &values,
		.names = names,
		.today = &today,
		.oldest_s = 15};
	uint32_t instances[2];

	healthy();
	rebuild(&today);
	instances[0] = INTERN_NONE;
	instances[1] = intern_find(names, span_of("pd-1:2379"));
	rebuilt_members_of(&rebuilt, &in, 0, instances);
	CHECK(rebuilt.members.list[0].leader == LENIENT_FALSE &&
		rebuilt.members.list[1].leader == LENIENT_TRUE);
	/* no member has the leader's instance: any without one may be the leader */
	rebuild(&today);
	instances[1] = INTERN_NONE;
	rebuilt_members_of(&rebuilt, &in, 0, instances);
	CHECK(rebuilt.members.list[0].leader == LENIENT_UNKNOWN &&
		rebuilt.members.list[1].leader == LENIENT_UNKNOWN);
	rebuild(&today);
	instances[1] = intern_find(names, span_of("pd-2:2379"));
	rebuilt_members_of(&rebuilt, &in, 0, instances);
	CHECK(rebuilt.members.list[0].leader == LENIENT_UNKNOWN &&
		rebuilt.members.list[1].leader == LENIENT_FALSE);
}

static void
test_names_of_today(void)
{
	struct pd today = todays_pd();

	healthy();
	rebuild(&today);
	/* today's names apply only to the same store at the same address */
	CHECK(span_is(rebuilt.stores.list[1].status_address, "b:2") &&
		!rebuilt.stores.list[1].engine_unknown);
	todays_store.address = span_of("elsewhere:1");
	rebuild(&today);
	CHECK(rebuilt.stores.list[1].status_address.at == NULL &&
		rebuilt.stores.list[1].engine_unknown);
	/* a member that today's PD no longer knows */
	answer(HISTORY_MEMBER_HEALTH, "name=pd1@1,name=pd9@1");
	rebuild(&today);
	CHECK(!rebuilt.members_whole && rebuilt.members.count == 0);
}

int
main(void)
{
	names = intern_open();
	prom_values_init(&values);
	buf_init(&warnings, 4096);
	test_stores();
	test_states_by_store();
	test_completeness();
	test_members();
	test_leaders();
	test_names_of_today();
	rebuilt_free(&rebuilt);
	for (int q = 0; q < HISTORY_QUERIES; q++)
		prom_matrix_free(&answers[q]);
	intern_close(names);
	buf_free(&values);
	buf_free(&warnings);
	return unit_done();
}
