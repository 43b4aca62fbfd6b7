/* The handles of the loop: what an active one leads to is reachable, whoever else has forgotten it. */
#pragma once

#include <stdbool.h>

/* Takes down which handles there are, and takes apart what links them with each other, so that a pointer to one
 * leads to no other. Until handles_show() nothing may be done with the loop. False where memory is
 * short, and then nothing is changed. */
bool handles_hide(void);
void handles_show(void);

/* Marks what those that are active or being closed lead to, and the loop's own data. */
void handles_mark(void);
