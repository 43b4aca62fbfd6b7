/* chan.h's macros where C++ has no compound literals nor _Generic. Included by chan.h.
 *
 * sizeof (struct {}) is no C++: a channel of bare signals is chan_make_sized(0, capacity). */
#pragma once

#ifdef __cplusplus
extern "C++" {

static inline constexpr size_t chan_size_of(const volatile void *)
{
    return 0;
}

template <class T> static inline constexpr size_t chan_size_of(const volatile T *)
{
    return sizeof(T);
}

template <class... Cases> static inline int chan_select_of(Cases... cases)
{
    struct chan_case all[sizeof...(cases) + 1] = {cases...};
    return chan_select_cases(all, sizeof...(cases));
}

template <class... Cases> static inline int chan_try_select_of(Cases... cases)
{
    struct chan_case all[sizeof...(cases) + 1] = {cases...};
    return chan_try_select_cases(all, sizeof...(cases));
}

} // extern "C++"

#undef chan_select
#undef chan_try_select
#define chan_select(...)     chan_select_of(__VA_ARGS__)
#define chan_try_select(...) chan_try_select_of(__VA_ARGS__)
#endif
