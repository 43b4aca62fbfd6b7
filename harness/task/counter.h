/* The processor's own counter of time, which takes a fraction of what reading the clock does. Its rate is
 * for the caller to find out: on x86-64 no instruction tells it for sure. Private to task/. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#if defined(__x86_64__)
#include <cpuid.h>

/* Whether it goes at one rate, in whatever state the processor is. */
static inline bool counter_is_steady(void)
{
    const unsigned power_management = 0x80000007, invariant = 1 << 8;
    unsigned a, b, c, d;
    return __get_cpuid(power_management, &a, &b, &c, &d) && d & invariant;
}

static inline uint64_t counter_ticks(void)
{
    return __builtin_ia32_rdtsc();
}

#elif defined(__aarch64__)

static inline bool counter_is_steady(void)
{
    return true; /* by the architecture */
}

static inline uint64_t counter_ticks(void)
{
    uint64_t ticks;
    __asm__ volatile("mrs %0, cntvct_el0" : "=r"(ticks));
    return ticks;
}

#else

static inline bool counter_is_steady(void)
{
    return false;
}

static inline uint64_t counter_ticks(void)
{
    return 0;
}

#endif
