#include "explain/growing.h"
#include "explain/json_text.h"
#include "probe/figures.h"
#include "probe/printable.h"
#include <math.h>
#include <string.h>

enum { SITES = 10, GROWING = 20 };

static double first_of(const struct course *c, const struct course_site *site)
{
    return c->looks ? site->counts[0] : 0;
}

static bool came(const struct course *c, const struct course_site *site)
{
    return first_of(c, site) == 0 && course_last(c, site) > 0;
}

static bool went(const struct course *c, const struct course_site *site)
{
    return first_of(c, site) > 0 && course_last(c, site) == 0;
}

static void tell_rate(const struct estimate *rate, bool timed, FILE *out)
{
    double per = timed && rate->value < 1 ? 60 : 1; /* few a second are told by the minute */
    const char *unit = !timed ? "a dump" : per > 1 ? "a minute" : "a second";
    fprintf(out, "%+.3g %s", per * rate->value, unit);
    if (!isnan(rate->low))
        fprintf(out, " (%.3g to %.3g)", per * rate->low, per * rate->high);
}

static void tell_site(const struct course *c, const struct course_site *site, bool timed, FILE *out)
{
    const char *reason = course_text(c, site->reason);
    char before[FIGURE], after[FIGURE];
    fputs("  ", out);
    tell_rate(&site->rate, timed, out);
    fprintf(out, ", %s to %s%s", figure_count(before, (int64_t)course_first(c, site)),
            figure_count(after, (int64_t)course_last(c, site)), *reason ? ", in " : "");
    printable_write(out, reason);
    fputs("\n    at ", out);
    printable_write(out, course_text(c, site->name));
    if (site->entry != site->name) {
        fputs("\n    begun in ", out);
        printable_write(out, course_text(c, site->entry));
    }
    fputc('\n', out);
}

static void tell_some(const struct course *c, const char *title,
                      bool (*is)(const struct course *, const struct course_site *), FILE *out)
{
    size_t count = 0;
    for (size_t i = 0; i < c->length; i++) {
        if (!is(c, &c->sites[i]) || ++count > SITES)
            continue;
        double most = fmax(first_of(c, &c->sites[i]), course_last(c, &c->sites[i]));
        fprintf(out, "%s %.0f at ", count == 1 ? title : ",", most);
        printable_write(out, course_text(c, c->sites[i].name));
    }
    if (count > SITES)
        fprintf(out, " and %zu more", count - SITES);
    fputs(count ? "\n" : "", out);
}

static size_t count_growing(const struct course *c)
{
    size_t count = 0;
    for (size_t i = 0; i < c->length; i++)
        count += course_grows(c, &c->sites[i]);
    return count;
}

size_t growing_sites(const struct course *c, bool timed, FILE *out)
{
    size_t growing = count_growing(c), told = 0;
    fputs(growing ? "places that grow:\n" : "", out);
    for (size_t i = 0; i < c->length && told < GROWING; i++)
        if (course_grows(c, &c->sites[i])) {
            tell_site(c, &c->sites[i], timed, out);
            told++;
        }
    if (growing > told)
        fprintf(out, "  and %zu more\n", growing - told);
    return growing;
}

size_t growing_tell(const struct course *c, bool timed, FILE *out)
{
    struct estimate total = course_total_rate(c);
    fprintf(out, "%zu looks", c->looks);
    if (c->life_count > 1)
        fprintf(out, ", in %zu lives of the program, as it seems: its tasks fell by half",
                c->life_count);
    if (!isnan(total.value)) {
        fputs("; all tasks ", out);
        tell_rate(&total, timed, out);
    }
    fputc('\n', out);
    size_t growing = growing_sites(c, timed, out);
    fputs(growing ? "" : "no place grows\n", out);
    tell_some(c, "came:", came, out);
    tell_some(c, "went:", went, out);
    return growing;
}

size_t growing_markdown(const struct course *c, bool timed, FILE *out)
{
    size_t growing = count_growing(c), told = 0;
    fprintf(out, "**%zu place%s over %zu looks**\n\n", growing, growing == 1 ? " grows" : "s grow",
            c->looks);
    fputs("| rate | from | to | wait for | at |\n|--:|--:|--:|---|---|\n", out);
    for (size_t i = 0; i < c->length && told < GROWING; i++) {
        const struct course_site *site = &c->sites[i];
        if (!course_grows(c, site))
            continue;
        told++;
        fputs("| ", out);
        tell_rate(&site->rate, timed, out);
        fprintf(out, " | %.0f | %.0f | ", course_first(c, site), course_last(c, site));
        printable_write(out, course_text(c, site->reason));
        fputs(" | `", out);
        printable_write(out, course_text(c, site->name));
        fputs("` |\n", out);
    }
    if (growing > told)
        fprintf(out, "\nand %zu more\n", growing - told);
    return growing;
}

static json_t *number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

int growing_json(const struct course *c, bool timed, FILE *out)
{
    json_t *sites = json_array();
    struct estimate total = course_total_rate(c);
    for (size_t i = 0; i < c->length; i++) {
        const struct course_site *site = &c->sites[i];
        json_t *counts = json_array();
        for (size_t j = 0; j < c->looks; j++)
            json_array_append_new(counts, json_integer((json_int_t)site->counts[j]));
        json_array_append_new(
            sites, json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:b, s:b, s:o}", "place",
                             json_text(course_text(c, site->name)), "begun_in",
                             json_text(course_text(c, site->entry)), "reason",
                             json_text(course_text(c, site->reason)), "rate",
                             number(site->rate.value), "low", number(site->rate.low), "high",
                             number(site->rate.high), "grows", course_grows(c, site), "came",
                             came(c, site), "went", went(c, site), "counts", counts));
    }
    json_t *root =
        json_pack("{s:i, s:I, s:I, s:s, s:o, s:o}", "schema", 1, "looks", (json_int_t)c->looks,
                  "lives", (json_int_t)c->life_count, "rate_is", timed ? "a second" : "a dump",
                  "total_rate", number(total.value), "places", sites);
    bool failed = !root || json_dumpf(root, out, JSON_INDENT(1) | JSON_ENSURE_ASCII);
    fputc('\n', out);
    json_decref(root);
    return failed ? -1 : 0;
}
