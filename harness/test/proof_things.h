/* What tasks of a random program have in their hands, and how it is handed on, dropped and woken. */
#pragma once

#include "test/proof_program.h"

/* Those that lie in static data, and what a context's value is kept under. */
extern struct shared program_shared[2];
extern const int program_key;

/* By the program's seed, from 0 on. */
int program_below(int n);

struct thing thing_make(struct ctx *parent);
/* One more holder; NOTHING where it can have but one. */
struct thing thing_reference(struct thing t);
void thing_drop(struct thing t);

/* Hands one on: a copy, or the thing itself, which then is nowhere else. */
struct thing hands_give(struct thing *hand);
/* Drops it where no hand is free. */
void hands_take(struct hands *h, struct thing t);
/* NULL: there is none of the kind. */
struct thing *hands_find(struct hands *h, enum thing_kind kind);
struct ctx *hands_context(struct hands *h);
void hands_unlock(struct hands *h, int i);

/* Wake whom they can. */
void thing_flush(struct thing t);
void shared_flush(struct shared *s);
void hands_flush(struct hands *h);
