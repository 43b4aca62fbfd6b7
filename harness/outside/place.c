#include "outside/place.h"
#include "probe/printable.h"
#include "profile/shown.h"
#include <stdlib.h>

static const struct symbol *outwards(const struct symbol *s)
{
    while (s->inlined_into && symbol_is_hidden(s))
        s = s->inlined_into;
    return s;
}

const struct symbol *place_of_call(const struct target *target, uint64_t return_address)
{
    return outwards(images_symbol(target->images, return_address));
}

const struct symbol *place_of(const struct target *target, const struct seen_group *group)
{
    for (size_t i = 0; i < group->depth; i++) {
        const struct symbol *s = place_of_call(target, group->frames[i]);
        if (!symbol_is_hidden(s))
            return s;
    }
    if (group->depth)
        return place_of_call(target, group->frames[0]);
    return place_of_call(target, group->entry + 1); /* as though it had been called */
}

/* As shown_place(), of names that are a stranger's. */
void place_write(const struct symbol *symbol, FILE *out)
{
    char name[512];
    if (symbol->file) {
        printable_write(out, symbol->file);
        fprintf(out, ":%d in ", symbol->line);
    }
    printable_write(out, shown_function(symbol, name, sizeof name));
    if (!symbol->file && symbol->function) {
        fputs(" (", out);
        printable_write(out, symbol->module);
        fprintf(out, "+0x%tx)", symbol->offset);
    }
}

void place_write_call(const struct target *target, uint64_t return_address, FILE *out)
{
    if (return_address)
        place_write(place_of_call(target, return_address), out);
    else
        fputs("a place that is not known", out);
}

void place_write_site(const struct seen_site *site, FILE *out)
{
    if (!site->file[0]) {
        fputs("a place that is not known", out);
        return;
    }
    printable_write(out, site->file);
    fprintf(out, ":%d in ", site->line);
    printable_write(out, site->function);
}

const char *place_state(const struct seen_group *group)
{
    return shown_state((enum task_state)group->state, (enum wait_reason)group->reason);
}

/* --- JSON ----------------------------------------------------------------------------------------------- */

json_t *place_json_text(const char *text)
{
    char *clean = text ? shown_utf8(text) : NULL;
    json_t *value = text ? json_string(clean) : json_null();
    free(clean);
    return value;
}

json_t *place_json(const struct symbol *s)
{
    return json_pack("{s:o, s:o, s:i, s:o, s:I}", "function", place_json_text(s->function), "file",
                     place_json_text(s->file), "line", s->line, "module",
                     place_json_text(s->module), "module_offset", (json_int_t)s->offset);
}

json_t *place_json_call(const struct target *target, uint64_t return_address)
{
    return return_address ? place_json(place_of_call(target, return_address)) : json_null();
}

json_t *place_json_site(const struct seen_site *site)
{
    return json_pack("{s:o, s:o, s:i, s:o}", "function", place_json_text(site->function), "file",
                     place_json_text(site->file), "line", site->line, "entry",
                     place_json_text(site->entry));
}
