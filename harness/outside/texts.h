/* The texts of a look: places where tasks were made, and labels. Each is read once, and kept. */
#pragma once

#include "outside/layout.h"
#include "outside/seen.h"

struct texts;

struct texts *texts_new(struct memory *memory, const struct task_layout *layout);
void texts_free(struct texts *texts);

/* The site at this address; empty texts where nothing can be read there. NULL: no memory. */
const struct seen_site *texts_site(struct texts *texts, uint64_t at);

/* The labels whose chain begins at this address, up to 16; false: no memory. *labels is NULL where there are none. */
bool texts_labels(struct texts *texts, uint64_t at, const struct seen_labels **labels);
