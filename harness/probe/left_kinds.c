#include "probe/left_kinds.h"
#include <stdio.h>
#include <uv.h>

static bool is_handle(int kind)
{
    return kind >= LEFT_HANDLES && kind < LEFT_HANDLES + HANDLE_TYPES;
}

uint64_t left_kind_count(const struct counts *counts, int kind)
{
    if (is_handle(kind))
        return counts->of_type[kind - LEFT_HANDLES];
    switch (kind) {
    case LEFT_CONTEXTS:
        return counts->contexts;
    case LEFT_CHANNELS:
        return counts->channels;
    case LEFT_REQUESTS:
        return counts->requests;
    case LEFT_QUEUED:
        return counts->queued;
    case LEFT_DESCRIPTORS:
        return counts->descriptors;
    default:
        return counts->threads;
    }
}

uint32_t left_kind_expected(const struct expectation *expected, int kind)
{
    if (is_handle(kind))
        return expected->handles[kind - LEFT_HANDLES];
    switch (kind) {
    case LEFT_CONTEXTS:
        return expected->contexts;
    case LEFT_CHANNELS:
        return expected->channels;
    case LEFT_REQUESTS:
        return expected->requests;
    case LEFT_QUEUED:
        return expected->queued;
    case LEFT_DESCRIPTORS:
        return expected->descriptors;
    default:
        return expected->threads;
    }
}

bool left_kinds_any(const struct expectation *expected)
{
    for (int kind = 0; kind < LEFT_KINDS; kind++)
        if (left_kind_expected(expected, kind))
            return true;
    return false;
}

static const struct {
    const char *one, *more, *key;
} names[LEFT_KINDS] = {
    [LEFT_CONTEXTS] = {"context", "contexts", "contexts"},
    [LEFT_CHANNELS] = {"channel", "channels", "channels"},
    [LEFT_REQUESTS] = {"request in flight", "requests in flight", "requests_in_flight"},
    [LEFT_QUEUED] = {"byte queued", "bytes queued", "queued_bytes"},
    [LEFT_DESCRIPTORS] = {"descriptor", "descriptors", "descriptors"},
    [LEFT_THREADS] = {"thread", "threads", "threads"},
};

const char *left_kind_words(char text[LEFT_KIND], int kind, bool one)
{
    if (is_handle(kind)) {
        const char *type = uv_handle_type_name((uv_handle_type)(kind - LEFT_HANDLES));
        snprintf(text, LEFT_KIND, "%s handle%s", type ? type : "other", one ? "" : "s");
    } else
        snprintf(text, LEFT_KIND, "%s", one ? names[kind].one : names[kind].more);
    return text;
}

const char *left_kind_key(char text[LEFT_KIND], int kind)
{
    text[0] = 0;
    if (!is_handle(kind))
        snprintf(text, LEFT_KIND, "%s", names[kind].key);
    else if (uv_handle_type_name((uv_handle_type)(kind - LEFT_HANDLES)))
        snprintf(text, LEFT_KIND, "%s_handles",
                 uv_handle_type_name((uv_handle_type)(kind - LEFT_HANDLES)));
    return text;
}
