#include "outside/notes.h"
#include "outside/place.h"
#include "probe/printable.h"
#include "profile/shown.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { LABEL_SHOWN = 64 };

static const char *plural(uint64_t n)
{
    return n == 1 ? "" : "s";
}

void notes_write_head(const struct target *target, const struct look *look, FILE *out)
{
    char tasks[32], groups[32];
    const char *path = images_program(target->images), *slash = strrchr(path, '/');
    fprintf(out, target->is_core ? "core of process %d (" : "process %d (", target->pid);
    printable_write(out, slash ? slash + 1 : path);
    fprintf(out, "): %s task%s", shown_number(look->length, tasks), plural(look->length));
    if (look->length)
        fprintf(out, " in %s group%s", shown_number(look->group_count, groups),
                plural(look->group_count));
    fputc('\n', out);
}

static void write_moved(const struct look *look, FILE *out)
{
    char n[32];
    if (look->changed)
        fprintf(out,
                "changed while looked at: %s task%s. Of these, state and place may be of two "
                "moments; --stop holds "
                "the process still meanwhile\n",
                shown_number(look->changed, n), plural(look->changed));
    if (look->made)
        fprintf(out, "made while looked at: %s task%s, which need not be among these\n",
                shown_number(look->made, n), plural(look->made));
}

void notes_write(const struct target *target, const struct look *look, FILE *out)
{
    char n[32];
    write_moved(look, out);
    if (look->hibernated && look->length)
        fprintf(out,
                "of these, %s hibernate%s: read from the copies of their stacks, none was woken\n",
                shown_number(look->hibernated, n), look->hibernated == 1 ? "s" : "");
    if (look->broken)
        fprintf(out,
                "not shown: %s stack%s in use whose record can not be read, or makes no sense\n",
                shown_number(look->broken, n), plural(look->broken));
    if (look->is_cut)
        fputs("the runtime's lists end in what makes no sense: there may be more tasks\n", out);
    if (look->is_cut && target->is_core)
        fputs("gcore leaves out a mapping of stacks whose guards it can not read (Linux 6.13 and "
              "later). What has them: `leaklab ps PID` while it runs, or a core that the kernel "
              "makes (ulimit -c unlimited, then kill -ABRT PID, which ends it)\n",
              out);
    if (target->is_cut)
        fputs("the core file is cut: there may be more tasks\n", out);
    if (look->is_virtual)
        fputs("times are the virtual clock's\n", out);
    else if (target->is_core)
        fputs("times are those at the last look at the clock: they may be longer\n", out);
    const char *remark = images_remark(target->images);
    if (remark) {
        printable_write(out, remark);
        fputc('\n', out);
    }
}

json_t *notes_json(const struct target *target, const struct look *look)
{
    const char *remark = images_remark(target->images);
    json_t *remarked = remark ? place_json_text(remark) : json_null();
    return json_pack("{s:i, s:b, s:i, s:o, s:s, s:I, s:I, s:I, s:I, s:I, s:b, s:b, s:b, s:o}",
                     "schema", 1, "core", target->is_core, "pid", target->pid, "program",
                     place_json_text(images_program(target->images)), "build_id",
                     images_build_id(target->images), "total", (json_int_t)look->length, "changed",
                     (json_int_t)look->changed, "made", (json_int_t)look->made, "hibernating",
                     (json_int_t)look->hibernated, "broken", (json_int_t)look->broken, "cut",
                     look->is_cut || target->is_cut, "virtual_clock", look->is_virtual, "names",
                     !remark, "remark", remarked);
}

/* --- Labels -------------------------------------------------------------------------------------------- */

void notes_write_labels(const struct seen_labels *labels, FILE *out)
{
    const char *at = labels ? labels->text : "";
    for (size_t i = 0; labels && i < labels->count; i++) {
        fputs(i ? ", " : "{", out);
        shown_quote(at, LABEL_SHOWN, out);
        at += strlen(at) + 1;
        fputc(':', out);
        shown_quote(at, LABEL_SHOWN, out);
        at += strlen(at) + 1;
    }
    fputs(labels ? "}" : "", out);
}

json_t *notes_labels_json(const struct seen_labels *labels)
{
    json_t *object = json_object();
    const char *at = labels ? labels->text : "";
    for (size_t i = 0; object && labels && i < labels->count; i++) {
        char *key = shown_utf8(at);
        at += strlen(at) + 1;
        json_t *value = place_json_text(at);
        at += strlen(at) + 1;
        if (!key || json_object_set_new(object, key, value)) {
            json_decref(object);
            object = NULL;
        }
        free(key);
    }
    return object;
}
