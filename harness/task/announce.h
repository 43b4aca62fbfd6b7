/* Tells the memory checkers about stacks and switches: AddressSanitizer, LeakSanitizer, Valgrind.
 * Private to task/. In a plain build outside of Valgrind all of it is nothing. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#define SWITCH_ANNOUNCED
#endif

/* It knows neither process_madvise() nor stacks that it was not told of. */
bool task_announce_under_valgrind(void);

/* To Valgrind, once for each place of a stack: a jump there is a switch, not a huge frame. */
void task_announce_stack_bounds(char *low, char *high);

#ifdef SWITCH_ANNOUNCED

/* LeakSanitizer scans every byte of every stack, and takes a guard marker for a crash. */
static inline bool announce_reads_all_stacks(void)
{
    return true;
}

/* A stack in use is searched for pointers; what its last task left poisoned is not its. */
void announce_stack(char *low, char *high);
void announce_no_stack(char *low, char *high);

/* Around a switch to the stack of the given bounds: before, with where to keep what the left stack
 * needs (NULL: it ends), and after, back on it (NULL: it is new). */
void announce_leave(void **keep, const char *low, const char *high);
void announce_arrive(void *kept);
/* The bounds of the calling thread's own stack. */
void announce_thread_stack(const char **low, const char **high);

#else

static inline bool announce_reads_all_stacks(void)
{
    return false;
}

static inline void announce_stack(char *low, char *high)
{
    (void)low, (void)high;
}

static inline void announce_no_stack(char *low, char *high)
{
    (void)low, (void)high;
}

#endif
