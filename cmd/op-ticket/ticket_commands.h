/* SPDX-License-Identifier: ISC */
#ifndef OP_TICKET_COMMANDS_H
#define OP_TICKET_COMMANDS_H

#include "op-ticket/command_line.h"

/* The table of op-ticket's commands; it ends with one that has no name. */
extern const struct ticket_command ticket_commands[];

#endif
