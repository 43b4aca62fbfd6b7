/* The handles of loops: what an active one leads to is reachable, whoever else has forgotten it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

/* Takes down which handles there are on these loops, and takes apart what links them with each other, so that a pointer to
 * one leads to no other. Until handles_show() nothing may be done with the loops. NULL; or why it can not be done, and then
 * nothing is changed. After blocks_open(). */
const char *handles_hide(uv_loop_t *const *loops, size_t n);
void handles_show(void);

/* Marks the loops, and what those that are active or being closed lead to. The cause is CAUSE_HANDLE; or, where it is asked
 * for, the handle's address. */
void handles_mark(bool tells_which);
