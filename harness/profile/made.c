#include "profile/made.h"
#include "profile/shown.h"

static bool is_same(const struct made_group *a, const struct made_group *b)
{
    return a->kind == b->kind &&
           (a->at == b->at || (a->at && b->at && symbol_same_line(a->at, b->at)));
}

/* Keeps them in their order: most first, then by kind and place. */
static bool is_before(const struct made_group *a, const struct made_group *b)
{
    if (a->count != b->count)
        return a->count > b->count;
    return a->kind != b->kind ? a->kind < b->kind : a->at < b->at;
}

static void rise(struct made_groups *made, size_t i)
{
    struct made_group group = made->groups[i];
    for (; i > 0 && is_before(&group, &made->groups[i - 1]); i--)
        made->groups[i] = made->groups[i - 1];
    made->groups[i] = group;
}

static bool add(const struct made_info *info, void *arg)
{
    struct made_groups *made = arg;
    struct made_group group = {(size_t)info->alive, info->kind, info->at};
    size_t i = 0;
    if (info->kind == MADE_TIMER)
        return true;
    while (i < made->length && !is_same(&made->groups[i], &group))
        i++;
    if (i == MADE_SHOWN) {
        made->omitted += group.count;
        return true;
    }
    if (i == made->length)
        made->groups[made->length++] = group;
    else
        made->groups[i].count += group.count;
    rise(made, i);
    return true;
}

void made_collect(struct made_groups *made)
{
    made->length = made->omitted = 0;
    made_each(add, made);
}

const char *made_kind_text(enum made_kind kind)
{
    return kind == MADE_CONTEXT ? "context" : kind == MADE_CHANNEL ? "channel" : "timer";
}

void made_write(const struct made_groups *made, const char *prefix, FILE *out)
{
    char digits[32];
    for (size_t i = 0; i < made->length; i++) {
        const struct made_group *group = &made->groups[i];
        fprintf(out, "%s%s %s%s", prefix, shown_number(group->count, digits),
                made_kind_text(group->kind), group->count == 1 ? "" : "s");
        if (group->at) {
            fputs(" made at ", out);
            shown_place(symbol_of_return(group->at), out);
        }
        fputc('\n', out);
    }
    if (made->omitted)
        fprintf(out, "%s%s channels and contexts made elsewhere\n", prefix,
                shown_number(made->omitted, digits));
}
