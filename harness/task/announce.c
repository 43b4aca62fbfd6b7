#include "task/announce.h"

#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#define WITH_VALGRIND 1
#else
#define WITH_VALGRIND 0
#endif

#ifdef SWITCH_ANNOUNCED
#include <pthread.h>
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#include <sanitizer/lsan_interface.h>

void announce_leave(void **keep, const char *low, const char *high)
{
    __sanitizer_start_switch_fiber(keep, low, (size_t)(high - low));
}

void announce_arrive(void *kept)
{
    __sanitizer_finish_switch_fiber(kept, 0, 0);
}

void announce_thread_stack(const char **low, const char **high)
{
    pthread_attr_t attributes;
    void *base;
    size_t size;
    pthread_getattr_np(pthread_self(), &attributes);
    pthread_attr_getstack(&attributes, &base, &size);
    pthread_attr_destroy(&attributes);
    *low = base;
    *high = *low + size;
}

void announce_stack(char *low, char *high)
{
    __asan_unpoison_memory_region(low, (size_t)(high - low));
    __lsan_register_root_region(low, (size_t)(high - low));
}

void announce_no_stack(char *low, char *high)
{
    __lsan_unregister_root_region(low, (size_t)(high - low));
}
#endif

bool task_announce_under_valgrind(void)
{
#if WITH_VALGRIND
    return RUNNING_ON_VALGRIND;
#else
    return false;
#endif
}

void task_announce_stack_bounds(char *low, char *high)
{
    (void)low, (void)high;
#if WITH_VALGRIND
    VALGRIND_STACK_REGISTER(low, high);
#endif
}
