/* What is marked, while a look goes on: to tell what only leaked tasks can reach. Private to proof/. */
#pragma once

#include "proof/look.h"

/* Adds all blocks that are marked now, or takes them off. */
void kept_add(struct proof_kept *kept);
void kept_take_off(struct proof_kept *kept);

/* Marks what the tasks can reach that are not live; these stay so. */
void kept_mark_leaked(void);
