/* SPDX-License-Identifier: ISC */
#include "op-ticket/watch.h"

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cli.h"
#include "base/fault.h"
#include "base/fd.h"
#include "base/out.h"
#include "base/signal_set.h"
#include "base/span.h"
#include "ticket/database.h"
#include "ticket/overview.h"
#include "ticket/ticket_list.h"
#include "ticket/ticket_options.h"
#include "ticket/view.h"

enum { PAGE_MAX = 1 << 28, EVERY_MIN_MS = 100, CTRL_C = 3, CTRL_D = 4 };

/* The terminal, and how it was before. */
struct screen {
	struct termios before;
	bool changed;
	bool keys;   /* stdin is a terminal, whose keys are read */
	int signals; /* descriptor for signals that end it or change the size */
	sigset_t mask_before;
};

static void
open_screen(struct screen *s)
{
	struct termios raw;
	sigset_t mask;

	signal_set_clear(&mask);
	signal_set_add(&mask, SIGTERM);
	signal_set_add(&mask, SIGHUP);
	signal_set_add(&mask, SIGINT);
	signal_set_add(&mask, SIGWINCH);
	signal_set_block(&mask, &s->mask_before);
	s->signals = signalfd(-1, &mask, SFD_CLOEXEC);
	s->keys = tcgetattr(STDIN_FILENO, &s->before) == 0;
	s->changed = false;
	if (s->keys) {
		raw = s->before;
		raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG);
		s->changed = tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0;
	}
	out_text(stdout, "\033[?25l\033[2J");
}

static void
close_screen(const struct screen *s)
{
	out_text(stdout, "\033[?25h\n");
	out_flush(stdout);
	if (s->changed)
		(void)tcsetattr(
			STDIN_FILENO, TCSANOW, &s->before); /* a failure cannot be repaired */
	fd_close(s->signals);
	signal_set_restore(&s->mask_before);
}

/* Draws as many lines as the screen has, each cleared after its end. */
static void
draw(const struct buf *page)
{
	struct winsize size = {.ws_row = 24};
	struct span rest = {page->data, page->len};
	size_t line = 0;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || !size.ws_row)
		size.ws_row = 24;
	out_text(stdout, "\033[H");
	while (rest.at && rest.len && line + 1 < size.ws_row) {
		struct span text = span_cut(&rest, '\n');

		out_bytes(stdout, text.at, text.len);
		out_text(stdout, "\033[K\r\n");
		line++;
	}
	out_text(stdout,
		rest.at && rest.len ? "\xe2\x80\xa6 (q ends)\033[K\033[J" : "(q ends)\033[K\033[J");
	out_flush(stdout);
}

/* False if it must end. */
static bool
wait_for_next(const struct screen *s, int64_t every_ms)
{
	struct pollfd fds[] = {
		{.fd = s->signals, .events = POLLIN},
		{.fd = s->keys ? STDIN_FILENO : -1, .events = POLLIN},
	};
	struct signalfd_siginfo info;
	char key;

	if (poll(fds, 2, (int)every_ms) <= 0)
		return true;
	if (fds[0].revents && read(s->signals, &info, sizeof info) == (ssize_t)sizeof info)
		return info.ssi_signo == SIGWINCH;
	if (!fds[1].revents)
		return true;
	if (read(STDIN_FILENO, &key, 1) != 1)
		return false;
	return key != 'q' && key != 'Q' && key != CTRL_C && key != CTRL_D;
}

static int
show(const struct ticket_options *o, struct fault *f)
{
	struct database *db;
	struct view v;
	struct buf page;
	int result = 0;

	view_init(&v, o, stdout);
	if (database_open(&db, &o->db, DATABASE_READ, f))
		return -1;
	buf_init(&page, PAGE_MAX);
	if (db && overview_check(db, o, f))
		result = -1;
	else if (db)
		result = ticket_list_page(db, o, &v, &page, f);
	if (result == 0 && !page.len && db)
		result = overview_line(db, o, v.now_ms, &page, f);
	else if (result == 0 && !db)
		buf_add_text(&page, "no database yet\n");
	if (result == 0)
		draw(&page);
	buf_free(&page);
	database_close(db);
	return result;
}

int
watch_list(const struct ticket_options *o)
{
	int64_t every_ms = o->watch_ms < EVERY_MIN_MS ? EVERY_MIN_MS : o->watch_ms;
	struct screen s;
	struct fault f;
	int result;

	if (!isatty(STDOUT_FILENO))
		return cli_usage("list: --watch needs a terminal");
	if (every_ms > 3600000)
		every_ms = 3600000;
	open_screen(&s);
	do
		result = show(o, &f);
	while (result == 0 && wait_for_next(&s, every_ms));
	close_screen(&s);
	return result ? cli_report(&f) : STATUS_OK;
}
