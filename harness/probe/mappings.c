#include "probe/mappings.h"
#include <stdlib.h>
#include <string.h>

/* One mapping, as far as it has been read. */
struct mapping {
    char name[256]; /* path, [stack], [anon:..], or "" */
    int64_t rss, anonymous;
    bool shared, no_reserve, no_huge_pages;
};

/* `7f5c3c000000-7f5c3c021000 rw-p 00000000 00:00 0       NAME` */
static bool begins_mapping(const char *line, struct mapping *mapping)
{
    char permissions[5];
    int name = 0;
    if (sscanf(line, "%*[0-9a-f]-%*[0-9a-f] %4[rwxsp-] %*x %*x:%*x %*u %n", permissions, &name) !=
            1 ||
        name == 0)
        return false;
    *mapping = (struct mapping){.shared = permissions[3] == 's'};
    snprintf(mapping->name, sizeof mapping->name, "%.*s", (int)strcspn(line + name, "\n"),
             line + name);
    return true;
}

static bool has_flag(const char *flags, const char *flag)
{
    for (const char *at = flags; (at = strstr(at, flag)); at += 2)
        if (at[-1] == ' ' && (at[2] == ' ' || at[2] == '\n' || at[2] == 0))
            return true;
    return false;
}

static void add(struct mappings *sum, const struct mapping *mapping)
{
    bool anonymous = !mapping->name[0] || strncmp(mapping->name, "[anon:", 6) == 0;
    bool named = strcmp(mapping->name, "[anon:task stacks]") == 0;
    if (mapping->shared)
        sum->shared += mapping->rss;
    else if (named || (!mapping->name[0] && mapping->no_reserve && mapping->no_huge_pages))
        sum->stacks += mapping->rss;
    else if (anonymous || strcmp(mapping->name, "[heap]") == 0)
        sum->heap += mapping->rss;
    else {
        sum->program += mapping->anonymous;
        sum->files += mapping->rss - mapping->anonymous;
    }
}

bool mappings_read(FILE *smaps, struct mappings *mappings)
{
    char *line = NULL;
    size_t room = 0;
    struct mapping mapping = {.rss = 0};
    bool open = false, any = false;
    *mappings = (struct mappings){0};
    while (getline(&line, &room, smaps) > 0) {
        if (strncmp(line, "Rss:", 4) == 0)
            mapping.rss = strtoll(line + 4, NULL, 10) * 1024;
        else if (strncmp(line, "Anonymous:", 10) == 0)
            mapping.anonymous = strtoll(line + 10, NULL, 10) * 1024;
        else if (strncmp(line, "VmFlags:", 8) == 0) { /* the last line of each */
            mapping.no_reserve = has_flag(line + 8, "nr");
            mapping.no_huge_pages = has_flag(line + 8, "nh");
            add(mappings, &mapping);
            any = true;
            open = false;
        } else
            open |= begins_mapping(line, &mapping);
    }
    free(line);
    return any && !open;
}
