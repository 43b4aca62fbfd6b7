#include "record/campaign.h"
#include "record/built.h"
#include "record/lines.h"
#include "record/take.h"
#include <stdio.h>
#include <string.h>

enum { NAME_LONGEST = 1000, PROCESSES_MOST = 200000, RUNS_MOST = 1000, SIDES_MOST = 64 };

bool campaign_begins(const char *path)
{
    static const char start[] = "{\"type\": \"campaign\"";
    char text[sizeof start] = "";
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    text[fread(text, 1, sizeof start - 1, file)] = 0;
    fclose(file);
    return strcmp(text, start) == 0;
}

/* --- Reading ------------------------------------------------------------------------------------ */

void campaign_free(struct campaign *campaign)
{
    json_decref(campaign->header);
    json_decref(campaign->contexts);
    json_decref(campaign->plan);
    json_decref(campaign->processes);
    json_decref(campaign->end);
    *campaign = (struct campaign){0};
}

static void keep_last(json_t **kept, json_t *line)
{
    json_decref(*kept);
    *kept = json_incref(line);
}

static void take_header(struct campaign *campaign, json_t *line, struct taker *taker)
{
    take_whole(taker, line, "schema", 1, 1);
    take_text(taker, line, "command", NAME_LONGEST * 100);
    const json_t *design = take_object(taker, line, "design");
    const json_t *sides = take_array(taker, design, "sides", SIDES_MOST);
    for (size_t i = 0; i < json_array_size(sides); i++)
        if (!*take_text(taker, json_array_get(sides, i), "name", NAME_LONGEST))
            take_refuse(taker, "a side has no name");
    if (!json_array_size(sides))
        take_refuse(taker, "it has no sides");
    keep_last(&campaign->header, line);
}

static int64_t take_side(const struct campaign *campaign, const json_t *line, struct taker *taker)
{
    const json_t *design = json_object_get(campaign->header, "design");
    size_t sides = json_array_size(json_object_get(design, "sides"));
    return take_whole(taker, line, "side", 0, (int64_t)sides - 1);
}

static void take_process(struct campaign *campaign, json_t *line, struct taker *taker)
{
    take_side(campaign, line, taker);
    take_count(taker, line, "build");
    take_count(taker, line, "invocation");
    take_boolean(taker, line, "noisy");
    take_text(taker, line, "row", NAME_LONGEST);
    const json_t *runs = take_array(taker, line, "runs", RUNS_MOST);
    for (size_t i = 0; i < json_array_size(runs); i++)
        if (!json_is_object(json_array_get(runs, i)))
            take_refuse(taker, "a run is no object");
    if (json_array_size(campaign->processes) == PROCESSES_MOST)
        take_refuse(taker, "more than %d processes", PROCESSES_MOST);
    else if (json_array_append(campaign->processes, line) != 0)
        take_refuse(taker, "no memory for it");
}

static void take_line(struct campaign *campaign, const char *text, size_t length,
                      struct taker *taker)
{
    json_error_t error;
    json_t *line = json_loadb(text, length, JSON_REJECT_DUPLICATES, &error);
    const char *type = json_string_value(json_object_get(line, "type"));
    if (!type)
        take_refuse(taker, "no line of a campaign");
    else if (!campaign->header)
        take_header(campaign, line, taker);
    else if (strcmp(type, "process") == 0)
        take_process(campaign, line, taker);
    else if (strcmp(type, "plan") == 0 && take_object(taker, line, "repetitions"))
        keep_last(&campaign->plan, line);
    else if (strcmp(type, "end") == 0)
        keep_last(&campaign->end, line);
    else if (strcmp(type, "context") == 0 && take_object(taker, line, "context")) {
        take_side(campaign, line, taker);
        if (json_array_append(campaign->contexts, line) != 0)
            take_refuse(taker, "no memory for it");
    } else
        take_refuse(taker, "a line of no known type");
    json_decref(line);
}

static void take_lines(struct campaign *campaign, struct lines *lines, struct taker *taker)
{
    const char *text;
    size_t length;
    enum lines_got got = LINES_ONE;
    while (!take_failed(taker) && (got = lines_next(lines, &text, &length)) == LINES_ONE)
        take_line(campaign, text, length, taker);
    campaign->cut = got == LINES_CUT;
    if (got == LINES_WRONG)
        take_refuse(taker, "it can not be read");
    if (!campaign->header)
        take_refuse(taker, "it has no header");
}

bool campaign_read(struct campaign *campaign, const char *path, char *why, size_t size)
{
    struct taker taker = {{0}};
    *campaign = (struct campaign){.contexts = json_array(), .processes = json_array()};
    struct lines *lines = lines_open(path, why, size);
    if (lines) {
        if (!campaign->contexts || !campaign->processes)
            take_refuse(&taker, "no memory for it");
        take_lines(campaign, lines, &taker);
        if (take_failed(&taker))
            snprintf(why, size, "%s: line %zu: %s", path, lines_number(lines), taker.wrong);
        lines_close(lines);
    }
    if (lines && !take_failed(&taker))
        return true;
    campaign_free(campaign);
    return false;
}

/* --- As a report -------------------------------------------------------------------------------- */

static json_t *prefixed(const char *side, const char *name)
{
    return json_sprintf("%s: %s", side, name);
}

/* A name with its side before it, in a copy of a run. */
static json_t *named(json_t *run, const char *member, const char *side)
{
    const char *name = json_string_value(json_object_get(run, member));
    return name ? built_with(run, member, prefixed(side, name)) : run;
}

/* A run with its place. */
static json_t *run_of(const json_t *given, const json_t *process, const char *side)
{
    json_t *run = json_deep_copy(given);
    json_object_del(run, "family_index");
    json_object_del(run, "per_family_instance_index");
    run = built_with(run, "build", json_incref(json_object_get(process, "build")));
    run = built_with(run, "invocation", json_incref(json_object_get(process, "invocation")));
    if (json_is_true(json_object_get(process, "noisy")))
        run = built_with(run, "noisy", json_true());
    if (!side || !run)
        return run;
    run = built_with(run, "side", json_string(side));
    return named(named(run, "name", side), "run_name", side);
}

static json_t *sides_of(const struct campaign *campaign)
{
    return json_object_get(json_object_get(campaign->header, "design"), "sides");
}

static const char *side_name(const struct campaign *campaign, const json_t *line)
{
    json_int_t side = json_integer_value(json_object_get(line, "side"));
    return json_string_value(
        json_object_get(json_array_get(sides_of(campaign), (size_t)side), "name"));
}

bool campaign_was_repeated(const struct campaign *campaign, size_t number)
{
    static const char *const place[] = {"side", "invocation", "row"};
    const json_t *process = json_array_get(campaign->processes, number),
                 *next = json_array_get(campaign->processes, number + 1);
    bool same = next && json_is_true(json_object_get(process, "noisy"));
    for (size_t i = 0; same && i < sizeof place / sizeof *place; i++)
        same = json_equal(json_object_get(process, place[i]), json_object_get(next, place[i]));
    return same;
}

/* An array for each row, in the order of the design, which is not that of chance; and of what is in none. */
static json_t *empty_rows(const struct campaign *campaign)
{
    json_t *rows = json_object(), *name;
    size_t i;
    json_array_foreach(json_object_get(json_object_get(campaign->header, "design"), "rows"), i,
                       name)
    {
        if (json_is_string(name))
            rows = built_with(rows, json_string_value(name), json_array());
    }
    return rows;
}

static bool put_runs(json_t *rows, const struct campaign *campaign, const json_t *process)
{
    bool several = json_array_size(sides_of(campaign)) > 1, done = true;
    const char *side = several ? side_name(campaign, process) : NULL;
    const char *row = json_string_value(json_object_get(process, "row"));
    if (!json_object_get(rows, row))
        json_object_set_new(rows, row, json_array());
    json_t *run;
    size_t i;
    json_array_foreach(json_object_get(process, "runs"), i, run)
    {
        done = done &&
               json_array_append_new(json_object_get(rows, row), run_of(run, process, side)) == 0;
    }
    return done;
}

static json_t *runs_of(const struct campaign *campaign)
{
    json_t *rows = empty_rows(campaign), *all = json_array(), *process, *runs;
    bool done = rows;
    size_t i;
    json_array_foreach(campaign->processes, i, process)
    {
        if (done && !campaign_was_repeated(campaign, i))
            done = put_runs(rows, campaign, process);
    }
    const char *row;
    json_object_foreach(rows, row, runs)
    {
        done = done && json_array_extend(all, runs) == 0;
    }
    json_decref(rows);
    if (done)
        return all;
    json_decref(all);
    return NULL;
}

/* What the reports of the sides say of themselves, by name. */
static json_t *contexts_of(const struct campaign *campaign)
{
    json_t *all = json_object(), *line;
    size_t i;
    json_array_foreach(campaign->contexts, i, line)
    {
        all = built_with(all, side_name(campaign, line),
                         json_incref(json_object_get(line, "context")));
    }
    return all;
}

json_t *campaign_report(const struct campaign *campaign)
{
    json_t *first = json_object_get(json_array_get(campaign->contexts, 0), "context");
    json_t *context = json_copy(first);
    json_t *about =
        json_pack("{s:O, s:O*, s:O*}", "design", json_object_get(campaign->header, "design"),
                  "plan", json_object_get(campaign->plan, "repetitions"), "self_check",
                  json_object_get(campaign->end, "self_check"));
    context =
        built_with(context, "command", json_incref(json_object_get(campaign->header, "command")));
    if (json_array_size(sides_of(campaign)) > 1)
        about = built_with(about, "contexts", contexts_of(campaign));
    context = built_with(context, "campaign", about);
    json_t *report = built_with(json_object(), "context", context);
    return built_with(report, "benchmarks", runs_of(campaign));
}

/* --- Sides -------------------------------------------------------------------------------------- */

const json_t *campaign_sides(const json_t *report)
{
    const json_t *campaign = json_object_get(json_object_get(report, "context"), "campaign");
    const json_t *sides = json_object_get(json_object_get(campaign, "design"), "sides");
    return json_array_size(sides) > 1 ? sides : NULL;
}

static json_t *without_side(const json_t *given, const char *side)
{
    static const char *const members[] = {"name", "run_name"};
    json_t *run = json_copy((json_t *)given);
    for (size_t i = 0; run && i < sizeof members / sizeof *members; i++) {
        const char *name = json_string_value(json_object_get(run, members[i]));
        size_t length = strlen(side) + 2;
        if (name && strlen(name) > length)
            run = built_with(run, members[i], json_string(name + length));
    }
    json_object_del(run, "side");
    return run;
}

json_t *campaign_of_side(const json_t *report, const char *side)
{
    json_t *context = json_object_get(report, "context"), *runs = json_array(), *run;
    json_t *contexts = json_object_get(json_object_get(context, "campaign"), "contexts");
    json_t *own = json_copy(context);
    json_object_update(own, json_object_get(contexts, side));
    json_object_set(own, "command", json_object_get(context, "command"));
    json_object_del(own, "campaign");
    size_t i;
    json_array_foreach(json_object_get(report, "benchmarks"), i, run)
    {
        const char *of = json_string_value(json_object_get(run, "side"));
        if (of && strcmp(of, side) == 0)
            runs = built_and(runs, without_side(run, side));
    }
    json_t *all = built_with(json_object(), "context", own);
    return built_with(all, "benchmarks", runs);
}
