/* Tells the memory checkers about stacks and switches: AddressSanitizer, LeakSanitizer, Valgrind.
 * Private to task/. In a plain build without valgrind's header all of it is nothing. */
#pragma once

#include "task/stack.h"
#include <stdbool.h>

#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#define SWITCH_ANNOUNCED
#endif

/* LeakSanitizer scans every byte of every stack, and takes a guard marker for a crash. */
static inline bool announce_reads_all_stacks(void)
{
#ifdef SWITCH_ANNOUNCED
    return true;
#else
    return false;
#endif
}

/* It knows neither process_madvise() nor stacks that it was not told of. */
bool announce_under_valgrind(void);

void announce_stack(const struct stack *s);
void announce_no_stack(const struct stack *s);

#ifdef SWITCH_ANNOUNCED
/* Around a switch to the stack of the given bounds: before, with where to keep what the left stack
 * needs (NULL: it ends), and after, back on it (NULL: it is new). */
void announce_leave(void **keep, const char *low, const char *high);
void announce_arrive(void *kept);
/* The bounds of the calling thread's own stack. */
void announce_thread_stack(const char **low, const char **high);
#endif
