/* Dumps come from files, so from anywhere: nothing in them is believed before it is checked, and
 * what is printed of them can not steer a terminal.
 */
#include "profile/diff.h"
#include "profile/shown.h"
#include "task/time.h"
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { SCHEMA = 1, BEFORE = 0, AFTER = 1, PLACE = 1024 };
static const json_int_t count_most = INT64_C(1) << 50;

struct diff_place {
    const char *name; /* key in places */
    int64_t count[2];
};

struct dump_comparison {
    json_t *places; /* name -> place number */
    struct diff_place *rows;
    size_t length, room;
    int64_t time[2], requests[2], total[2];
    bool of_census[2]; /* of handles and the like, not of tasks */
    char *error;
};

static int fail(struct dump_comparison *c, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static int fail(struct dump_comparison *c, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(c->error, DIFF_ERROR, format, arguments);
    va_end(arguments);
    return -1;
}

static const char *subject_of(const struct dump_comparison *c, int when)
{
    return c->of_census[when] ? "handles, requests, descriptors and threads" : "tasks";
}

/* --- Reading ---------------------------------------------------------------------------------------- */

/* `BEFORE FILE:LINE in FUNCTION AFTER`. All of a frame may be missing or null. What could steer a
 * terminal is replaced. */
static void write_frame(char *name, size_t size, const char *before, json_t *frame,
                        const char *after)
{
    const char *function = json_string_value(json_object_get(frame, "function"));
    const char *file = json_string_value(json_object_get(frame, "file"));
    const char *module = json_string_value(json_object_get(frame, "module"));
    int64_t number = json_integer_value(json_object_get(frame, file ? "line" : "module_offset"));
    function = function ? function : "?";
    if (file)
        snprintf(name, size, "%s%s:%" PRId64 " in %s%s", before, file, number, function, after);
    else
        snprintf(name, size, "%s%s (%s+%#" PRIx64 ")%s", before, function, module ? module : "?",
                 number, after);
    for (char *c = name; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7F)
            *c = '?';
}

/* `pipe handle, made at FILE:LINE in FUNCTION`, of a census. How they are and how much they have queued changes as it goes. */
static int describe_made(json_t *group, char *name, size_t size, json_error_t *error)
{
    const char *kind, *type = NULL;
    char before[PLACE / 4];
    json_t *made;
    if (json_unpack_ex(group, error, 0, "{s:s, s?:s, s:o}", "kind", &kind, "type", &type, "made",
                       &made))
        return -1;
    snprintf(before, sizeof before, "%s%s%s made at ", type ? type : "", type ? " " : "", kind);
    write_frame(name, size, before, json_array_get(made, 0), "");
    return 0;
}

/* Writes the group's place in words: the same words, the same place. */
static int describe_place(json_t *group, char *name, size_t size, json_error_t *error)
{
    const char *reason, *file, *function;
    char before[PLACE / 4], after[PLACE / 2];
    int line;
    json_t *frames;
    if (json_unpack_ex(group, error, 0, "{s:s, s:{s:s, s:i, s:s}, s:o}", "reason", &reason,
                       "created_by", "file", &file, "line", &line, "function", &function, "frames",
                       &frames))
        return -1;
    snprintf(before, sizeof before, "%s at ", reason);
    snprintf(after, sizeof after, ", made at %s:%d in %s", file, line, function);
    write_frame(name, size, before, json_array_get(frames, 0), after);
    return 0;
}

static struct diff_place *place_called(struct dump_comparison *c, const char *name)
{
    json_t *number = json_object_get(c->places, name);
    if (number)
        return &c->rows[json_integer_value(number)];
    if (c->length == c->room) {
        size_t room = c->room ? 2 * c->room : 64;
        void *larger = realloc(c->rows, room * sizeof *c->rows);
        if (!larger)
            return 0;
        c->rows = larger;
        c->room = room;
    }
    char *copy = strdup(name);
    if (!copy || json_object_set_new(c->places, name, json_integer((json_int_t)c->length))) {
        free(copy);
        return 0;
    }
    c->rows[c->length] = (struct diff_place){.name = copy};
    return &c->rows[c->length++];
}

static int add_count(struct dump_comparison *c, const char *path, int when, const char *name,
                     json_int_t count)
{
    if (count < 1 || count > count_most)
        return fail(c, "%s: %s: an impossible count, %" JSON_INTEGER_FORMAT, path, name, count);
    struct diff_place *place = place_called(c, name);
    if (!place)
        return fail(c, "%s: no memory for its groups", path);
    place->count[when] += count;
    return place->count[when] > count_most ? fail(c, "%s: an impossible number", path) : 0;
}

/* Absent in a dump of some tasks only. */
static int read_timers(struct dump_comparison *c, const char *path, int when, json_t *timers)
{
    char name[PLACE];
    size_t i;
    json_t *group;
    json_array_foreach(timers, i, group)
    {
        json_t *made = json_object_get(group, "made_at"), *count = json_object_get(group, "count");
        if (!json_is_integer(count) || !json_is_object(made))
            return fail(c, "%s: timers %zu are not those of a task profile", path, i);
        write_frame(name, sizeof name, "timers made at ", made, "");
        if (add_count(c, path, when, name, json_integer_value(count)))
            return -1;
    }
    return 0;
}

static int read_groups(struct dump_comparison *c, const char *path, int when, json_t *groups)
{
    json_error_t error;
    char name[PLACE];
    size_t i;
    json_t *group;
    if (!json_is_array(groups))
        return fail(c, "%s: not a task profile: groups is no array", path);
    json_array_foreach(groups, i, group)
    {
        json_int_t count;
        if (json_unpack_ex(group, &error, 0, "{s:I}", "count", &count) ||
            (c->of_census[when] ? describe_made : describe_place)(group, name, sizeof name, &error))
            return fail(c, "%s: group %zu is not one of a task profile: %s", path, i, error.text);
        if (add_count(c, path, when, name, count))
            return -1;
        c->total[when] += count;
        if (c->total[when] > count_most)
            return fail(c, "%s: an impossible number of tasks", path);
    }
    return 0;
}

static int read_dump(struct dump_comparison *c, const char *path, int when)
{
    json_error_t error;
    FILE *f = fopen(path, "re");
    if (!f)
        return fail(c, "can not read the dump %s: %s", path, strerror(errno));
    json_t *dump = json_loadf(f, JSON_REJECT_DUPLICATES, &error);
    fclose(f);
    if (!dump)
        return fail(c, "%s:%d: not a dump in JSON (leaklab dump --format json makes one): %s", path,
                    error.line, error.text);
    json_int_t schema = 0, time = 0, requests = 0;
    json_t *groups = 0, *subject = json_object_get(dump, "subject");
    int failed;
    c->of_census[when] = json_is_true(json_object_get(dump, "census"));
    json_unpack(dump, "{s?:I}", "requests_served", &requests);
    if (json_is_object(subject))
        json_unpack(subject, "{s?:I}", "requests", &requests);
    if (json_unpack_ex(dump, &error, 0, "{s:I, s:I, s:o}", "schema", &schema, "time", &time,
                       "groups", &groups))
        failed = fail(c, "%s: not a task profile: %s", path, error.text);
    else if (schema != SCHEMA)
        failed =
            fail(c, "%s: schema %" JSON_INTEGER_FORMAT ", and this leaklab knows schema %d only",
                 path, schema, SCHEMA);
    else if (time < 0 || requests < 0 || requests > count_most)
        failed = fail(c, "%s: an impossible time or number of requests", path);
    else
        failed = read_groups(c, path, when, groups) ||
                         read_timers(c, path, when, json_object_get(dump, "timers"))
                     ? -1
                     : 0;
    c->time[when] = time;
    c->requests[when] = requests;
    json_decref(dump);
    return failed;
}

/* --- Telling ---------------------------------------------------------------------------------------- */

static int64_t growth(const struct diff_place *p)
{
    return p->count[AFTER] - p->count[BEFORE];
}

static int by_growth(const void *a, const void *b)
{
    const struct diff_place *x = a, *y = b;
    if (growth(x) != growth(y))
        return growth(x) > growth(y) ? -1 : 1;
    return strcmp(x->name, y->name);
}

static void write_signed(int64_t n, FILE *out)
{
    char digits[32];
    fprintf(out, "%s%s", n < 0 ? "-" : "+", shown_number((uint64_t)llabs(n), digits));
}

static void write_rates(const struct dump_comparison *c, int64_t grown, FILE *out)
{
    int64_t time = c->time[AFTER] - c->time[BEFORE];
    int64_t requests = c->requests[AFTER] - c->requests[BEFORE];
    if (time > 0)
        fprintf(out, ", %.4g per second", (double)grown / ((double)time / SECOND));
    if (requests > 0)
        fprintf(out, ", %.4g per request", (double)grown / (double)requests);
}

static void write_head(const struct dump_comparison *c, FILE *out)
{
    char before[32], after[32];
    fprintf(out, "%s %s, then %s: ", shown_number((uint64_t)c->total[BEFORE], before),
            subject_of(c, BEFORE), shown_number((uint64_t)c->total[AFTER], after));
    write_signed(c->total[AFTER] - c->total[BEFORE], out);
    write_rates(c, c->total[AFTER] - c->total[BEFORE], out);
    fputc('\n', out);
    if (c->time[AFTER] <= c->time[BEFORE])
        fputs("The second dump is not later than the first on one clock (two "
              "processes?): no "
              "growth per second.\n",
              out);
    fputc('\n', out);
}

static void write_place(const struct dump_comparison *c, const struct diff_place *p,
                        bool is_suspect, FILE *out)
{
    char before[32], after[32];
    fprintf(out, "%s%s\n    %s, then %s: ", is_suspect ? "SUSPECT " : "", p->name,
            shown_number((uint64_t)p->count[BEFORE], before),
            shown_number((uint64_t)p->count[AFTER], after));
    write_signed(growth(p), out);
    write_rates(c, growth(p), out);
    fputs("\n\n", out);
}

static size_t write_comparison(struct dump_comparison *c, uint64_t threshold, FILE *out)
{
    size_t suspects = 0, unchanged = 0;
    char digits[32];
    if (c->length)
        qsort(c->rows, c->length, sizeof *c->rows, by_growth);
    write_head(c, out);
    for (size_t i = 0; i < c->length; i++) {
        const struct diff_place *p = &c->rows[i];
        bool is_suspect = growth(p) > 0 && (uint64_t)p->count[AFTER] >= threshold;
        suspects += is_suspect;
        unchanged += growth(p) == 0;
        if (growth(p))
            write_place(c, p, is_suspect, out);
    }
    if (unchanged)
        fprintf(out, "%zu place%s without change\n", unchanged, unchanged == 1 ? "" : "s");
    fprintf(out, "%zu suspect%s: places that grew and hold %s or more\n", suspects,
            suspects == 1 ? "" : "s", shown_number(threshold, digits));
    return suspects;
}

/* --- As JSON ---------------------------------------------------------------------------------------- */

static json_t *rate(int64_t grown, double over)
{
    return over > 0 ? json_real((double)grown / over) : json_null();
}

static json_t *place_json(const struct dump_comparison *c, const struct diff_place *p,
                          bool is_suspect)
{
    double seconds = (double)(c->time[AFTER] - c->time[BEFORE]) / SECOND;
    double requests = (double)(c->requests[AFTER] - c->requests[BEFORE]);
    return json_pack("{s:s, s:I, s:I, s:I, s:o, s:o, s:b}", "place", p->name, "before",
                     (json_int_t)p->count[BEFORE], "after", (json_int_t)p->count[AFTER], "grown",
                     (json_int_t)growth(p), "per_second", rate(growth(p), seconds), "per_request",
                     rate(growth(p), requests), "suspect", is_suspect);
}

static json_t *dump_json(const struct dump_comparison *c, const char *path, int when)
{
    json_t *name = json_string(path);
    return json_pack("{s:o, s:I, s:I, s:I}", "path", name ? name : json_string("(not UTF-8)"),
                     "tasks", (json_int_t)c->total[when], "time_ns", (json_int_t)c->time[when],
                     "requests", (json_int_t)c->requests[when]);
}

/* -1: no memory for it. */
static int write_json(struct dump_comparison *c, const struct diff *diff, FILE *out,
                      size_t *suspects)
{
    json_t *places = json_array();
    bool whole = places;
    if (c->length)
        qsort(c->rows, c->length, sizeof *c->rows, by_growth);
    for (size_t i = 0; whole && i < c->length; i++) {
        const struct diff_place *p = &c->rows[i];
        bool is_suspect = growth(p) > 0 && (uint64_t)p->count[AFTER] >= diff->threshold;
        *suspects += is_suspect;
        whole = !json_array_append_new(places, place_json(c, p, is_suspect));
    }
    json_t *all = json_pack(
        "{s:i, s:o, s:o, s:I, s:I, s:o}", "schema", SCHEMA, "before",
        dump_json(c, diff->before, BEFORE), "after", dump_json(c, diff->after, AFTER), "threshold",
        (json_int_t)diff->threshold, "suspects", (json_int_t)*suspects, "places", places);
    whole = whole && all && !json_dumpf(all, out, JSON_INDENT(1));
    fputc('\n', out);
    json_decref(all);
    return whole ? 0 : fail(c, "no memory for the comparison, or it can not be written");
}

int diff_write(const struct diff *diff, FILE *out, size_t *suspects, char error[DIFF_ERROR])
{
    struct dump_comparison c = {.places = json_object(), .error = error};
    *suspects = 0;
    int failed = c.places ? 0 : fail(&c, "no memory for a comparison");
    if (!failed)
        failed = read_dump(&c, diff->before, BEFORE);
    if (!failed)
        failed = read_dump(&c, diff->after, AFTER);
    if (!failed && c.of_census[BEFORE] != c.of_census[AFTER])
        failed = fail(&c, "%s is of %s, and %s of %s: they have nothing to compare", diff->before,
                      subject_of(&c, BEFORE), diff->after, subject_of(&c, AFTER));
    if (!failed && diff->json)
        failed = write_json(&c, diff, out, suspects);
    else if (!failed)
        *suspects = write_comparison(&c, diff->threshold, out);
    for (size_t i = 0; i < c.length; i++)
        free((char *)c.rows[i].name);
    free(c.rows);
    json_decref(c.places);
    return failed;
}
