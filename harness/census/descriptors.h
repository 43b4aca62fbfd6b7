/* The program's calls that make descriptors, and those that are open still. Private to census/. */
#pragma once

#include "census/entry.h"

/* With the lock; false: it wants no more. */
bool descriptors_each(census_visit *each, void *arg);

/* Its maker is the stack of that number, or the one from `frame` on. Negative numbers are none. */
void descriptors_opened(int number, uint32_t made);
void descriptors_opened_from(int number, const void *frame);

/* Or is about to be. */
void descriptors_closed(int number);
