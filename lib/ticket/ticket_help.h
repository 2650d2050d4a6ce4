/* SPDX-License-Identifier: ISC */
#ifndef OP_TICKET_HELP_H
#define OP_TICKET_HELP_H

#include "ticket/ticket_options.h"

/* What -h prints, for the whole program and for each command. */
extern const char ticket_help[];
extern const char *const ticket_command_help[TICKET_COMMANDS];

#endif
