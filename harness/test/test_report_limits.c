/* How much is taken of a report of google-benchmark and of a campaign's journal: as much as is told here, and no
 * more; and what each line of a journal may be. */
#include "test/planted.h"
#include "test/quoted.h"

#include "record/benchmarks.h"
#include "record/campaign.h"
#include <stdlib.h>
#include <string.h>

static char why[600];

/* What is said behind the file's name; "" where it was taken. */
static const char *behind(const char *path)
{
    return why[0] ? why + strlen(path) : why;
}

/* `a` as often as that; the caller frees it. */
static char *many(size_t count)
{
    char *text = malloc(count + 1);
    memset(text, 'a', count);
    text[count] = 0;
    return text;
}

/* --- Reports --------------------------------------------------------------------------------- */

/* Of a report with these members in its context, and these entries; with ' for ". */
static const char *said_of_report(const char *context, const char *entries)
{
    const char *path = planted_path("report");
    char *text, *whole;
    assert_true(asprintf(&text,
                         "{'context': {'date': '2026-01-31T01:30:00+02:00', %s}, "
                         "'benchmarks': [%s]}",
                         context, entries) > 0);
    whole = quoted(text);
    planted_write(path, whole, strlen(whole));
    free(text);
    free(whole);
    why[0] = 0;
    benchmarks_free(benchmarks_read(path, why, sizeof why));
    return behind(path);
}

#define CONTEXT "'num_cpus': 4"
#define ENTRY   "{'run_name': 'a', 'time_unit': 'ns', 'cpu_time': 1%s}"

/* Of an entry, or a context, with a member that is so long. */
static void expect_longest(bool in_context, const char *name, size_t longest, const char *behind_it)
{
    char wanted[160];
    for (size_t more = 0; more < 2; more++) {
        char *text = many(longest + more), *member, *entry;
        assert_true(asprintf(&member, ", '%s': '%s'", name, text) > 0);
        assert_true(asprintf(&entry, ENTRY, in_context ? "" : member) > 0);
        char *context;
        assert_true(asprintf(&context, CONTEXT "%s", in_context ? member : "") > 0);
        const char *said = said_of_report(context, entry);
        snprintf(wanted, sizeof wanted, ": \"%s\" is no text of at most %zu bytes%s", name, longest,
                 behind_it);
        assert_string_equal(said, more ? wanted : "");
        free(text);
        free(member);
        free(entry);
        free(context);
    }
}

static void texts_of_a_report_have_their_limits(void **state)
{
    (void)state;
    static const char *const about[] = {"commit",   "leaklab", "command", "processor", "kernel",
                                        "compiler", "flags",   "go",      "boost",     "libuv"};
    for (size_t i = 0; i < sizeof about / sizeof *about; i++)
        expect_longest(true, about[i], 4000, "");
    expect_longest(false, "label", 1 << 20, ", in its benchmark 1");
    assert_string_equal(
        said_of_report(CONTEXT, "{'run_name': 'a', 'time_unit': 'aaaaaaaaa', 'cpu_time': 1}"),
        ": \"time_unit\" is no text of at most 8 bytes, in its benchmark 1");
    assert_string_equal(
        said_of_report(CONTEXT, "{'run_name': 'a', 'time_unit': 'aaaaaaaa', 'cpu_time': 1}"),
        ": \"time_unit\" is no unit that is known, in its benchmark 1");
}

static void a_context_is_kept_as_a_record_has_it(void **state)
{
    (void)state;
    said_of_report("'num_cpus': 4, 'commit': 'c', 'leaklab': 'l', 'command': 'a  b c', "
                   "'processor': 'p', 'kernel': 'k', 'compiler': 'cc', 'flags': 'f', 'go': 'g', "
                   "'boost': 'b', 'libuv': 'u', 'unknown': 'x'",
                   "{'run_name': 'a', 'time_unit': 'ns', 'cpu_time': 1}");
    struct benchmarks *read = benchmarks_read(planted_path("report"), why, sizeof why);
    assert_non_null(read);
    expect_json(read->about,
                "{'time':'2026-01-30T23:30:00Z','commit':'c','leaklab':'l','command':['a','b','c'],"
                "'machine':{'processor':'p','cores':4,'kernel':'k'},'build':{'compiler':'cc',"
                "'flags':'f'},'libraries':{'libuv':'u','Go':'g','Boost':'b'}}");
    benchmarks_free(read);
}

static void a_context_has_processors_and_a_date(void **state)
{
    (void)state;
    static const struct {
        const char *context, *wrong;
    } all[] = {{"'num_cpus': 1", ""},
               {"'num_cpus': 1048576", ""},
               {"'num_cpus': 0", ": \"num_cpus\" is no whole number from 1 to 1048576"},
               {"'num_cpus': 1048577", ": \"num_cpus\" is no whole number from 1 to 1048576"},
               {"'n': 1", ": \"num_cpus\" is no whole number from 1 to 1048576"},
               {"'num_cpus': 1, 'commit': 7", ": \"commit\" is no text"}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        assert_string_equal(
            said_of_report(all[i].context, "{'run_name': 'a', 'time_unit': 'ns', 'cpu_time': 1}"),
            all[i].wrong);
    static const char *const dates[] = {"2026-01-31", "2026-01-31T01:30:00+02:00 later",
                                        "1969-12-31T23:59:59+00:00", ""};
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        const char *path = planted_path("report");
        char *text;
        assert_true(asprintf(&text,
                             "{\"context\": {\"date\": \"%s\", \"num_cpus\": 1}, \"benchmarks\": "
                             "[{\"run_name\": \"a\", \"time_unit\": \"ns\", \"cpu_time\": 1}]}",
                             dates[i]) > 0);
        planted_write(path, text, strlen(text));
        free(text);
        assert_null(benchmarks_read(path, why, sizeof why));
        assert_string_equal(behind(path), ": its context has no \"date\"");
    }
}

/* So many members of an array; the caller frees it. */
static char *repeated(const char *each, size_t count)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    for (size_t i = 0; i < count; i++)
        fprintf(out, "%s%s", i ? "," : "", each);
    fclose(out);
    return text;
}

static void there_are_so_many_entries(void **state)
{
    (void)state;
    for (size_t more = 0; more < 2; more++) {
        char *entries = repeated("0", 20000 + more);
        assert_string_equal(said_of_report(CONTEXT, entries),
                            more ? ": \"benchmarks\" has more than 20000 elements"
                                 : ": an entry has no \"run_name\", in its benchmark 1");
        free(entries);
    }
}

static void there_are_so_many_benchmarks(void **state)
{
    (void)state;
    for (int count = 2000; count <= 2001; count++) {
        char *text = NULL;
        size_t size;
        FILE *out = open_memstream(&text, &size);
        for (int i = 0; i < count; i++)
            fprintf(out, "%s{'run_name':'%da','time_unit':'ns','cpu_time':1}", i ? "," : "", i);
        fclose(out);
        assert_string_equal(said_of_report(CONTEXT, text),
                            count == 2000 ? ""
                                          : ": more than 2000 benchmarks, in its benchmark 2001");
        free(text);
    }
}

/* One text that does not end, which is passed over quickly. */
static void a_report_has_16_mib(void **state)
{
    (void)state;
    enum { MOST = 16 << 20 };
    char *text = many(MOST + 1);
    const char *path = planted_path("report");
    text[0] = '"';
    planted_write(path, text, MOST);
    assert_null(benchmarks_read(path, why, sizeof why));
    assert_non_null(strstr(why, ": no whole report: line "));
    planted_write(path, text, MOST + 1);
    assert_null(benchmarks_read(path, why, sizeof why));
    assert_non_null(strstr(why, ": File too large"));
    free(text);
}

/* --- Journals -------------------------------------------------------------------------------- */

static const char header[] =
    "{'type': 'campaign', 'schema': 1, 'command': 'b', 'design': {'sides': [{'name': 'a'}, "
    "{'name': 'b'}]}}\n";

static const char *said_of_journal(const char *lines)
{
    struct campaign campaign;
    const char *path = planted_path("journal");
    char *whole = quoted(lines);
    planted_write(path, whole, strlen(whole));
    free(whole);
    why[0] = 0;
    if (campaign_read(&campaign, path, why, sizeof why))
        campaign_free(&campaign);
    return behind(path);
}

#define PROCESS(more)                                                                              \
    "{'type': 'process', 'side': 0, 'build': 0, 'invocation': 0, 'noisy': false, " more "}\n"

static void each_line_of_a_journal_is_looked_at(void **state)
{
    (void)state;
    static const struct {
        const char *line, *wrong;
    } all[] = {
        {PROCESS("'row': 'r', 'runs': []"), ""},
        {PROCESS("'row': 'r', 'runs': [{}]"), ""},
        {PROCESS("'row': 'r', 'runs': [7]"), ": line 2: a run is no object"},
        {PROCESS("'row': 'r'"), ": line 2: \"runs\" is no array"},
        {PROCESS("'row': 7, 'runs': []"), ": line 2: \"row\" is no text"},
        {"{'type': 'process', 'side': 1, 'build': -1}\n",
         ": line 2: \"build\" is no whole number from 0 to 9223372036854775807"},
        {"{'type': 'process', 'side': 2}\n", ": line 2: \"side\" is no whole number from 0 to 1"},
        {"{'type': 'process', 'side': -1}\n", ": line 2: \"side\" is no whole number from 0 to 1"},
        {"{'type': 'process', 'side': 0, 'build': 0, 'invocation': 'x'}\n",
         ": line 2: \"invocation\" is no whole number from 0 to 9223372036854775807"},
        {"{'type': 'process', 'side': 0, 'build': 0, 'invocation': 0, 'noisy': 0}\n",
         ": line 2: \"noisy\" is neither true nor false"},
        {"{'type': 'plan', 'repetitions': {}}\n", ""},
        {"{'type': 'plan', 'repetitions': 7}\n", ": line 2: \"repetitions\" is no object"},
        {"{'type': 'context', 'side': 1, 'context': {}}\n", ""},
        {"{'type': 'context', 'side': 2, 'context': {}}\n",
         ": line 2: \"side\" is no whole number from 0 to 1"},
        {"{'type': 'context', 'side': 1}\n", ": line 2: \"context\" is no object"},
        {"{'type': 'end'}\n", ""},
        {"{'type': 'weather'}\n", ": line 2: a line of no known type"},
        {"{'type': 7}\n", ": line 2: no line of a campaign"},
        {"[]\n", ": line 2: no line of a campaign"},
        {"{'type': 'end'", ""}, /* is still being written */
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        char lines[512];
        snprintf(lines, sizeof lines, "%s%s", header, all[i].line);
        assert_string_equal(said_of_journal(lines), all[i].wrong);
    }
    struct campaign campaign;
    assert_false(campaign_read(&campaign, planted_path("nowhere"), why, sizeof why));
    assert_non_null(strstr(why, "/nowhere: No such file or directory"));
    assert_string_equal(said_of_journal(""), ": line 1: it has no header");
    assert_string_equal(
        said_of_journal(
            "{'type': 'campaign', 'schema': 2, 'design': {'sides': [{'name': 'a'}]}}\n"),
        ": line 1: \"schema\" is no whole number from 1 to 1");
    assert_string_equal(said_of_journal("{'type': 'campaign', 'schema': 1}\n"),
                        ": line 1: \"design\" is no object");
}

static void texts_and_rows_of_a_journal_have_their_limits(void **state)
{
    (void)state;
    for (size_t more = 0; more < 2; more++) {
        char *name = many(1000 + more), *command = many(100000 + more), *text;
        assert_true(asprintf(&text,
                             "{'type': 'campaign', 'schema': 1, 'design': {'sides': [{'name': "
                             "'%s'}]}}\n",
                             name) > 0);
        assert_string_equal(said_of_journal(text),
                            more ? ": line 1: \"name\" is no text of at most 1000 bytes" : "");
        free(text);
        assert_true(asprintf(&text,
                             "{'type': 'campaign', 'schema': 1, 'command': '%s', 'design': "
                             "{'sides': [{'name': 'a'}]}}\n",
                             command) > 0);
        assert_string_equal(said_of_journal(text),
                            more ? ": line 1: \"command\" is no text of at most 100000 bytes" : "");
        free(text);
        assert_true(asprintf(&text, "%s" PROCESS("'row': '%s', 'runs': []"), header, name) > 0);
        assert_string_equal(said_of_journal(text),
                            more ? ": line 2: \"row\" is no text of at most 1000 bytes" : "");
        free(text);
        free(name);
        free(command);
    }
}

static void a_journal_has_so_many_sides_and_runs(void **state)
{
    (void)state;
    for (size_t more = 0; more < 2; more++) {
        char *sides = repeated("{'name': 'a'}", 64 + more), *runs = repeated("{}", 1000 + more),
             *text;
        assert_true(asprintf(&text,
                             "{'type': 'campaign', 'schema': 1, 'design': {'sides': [%s]}}\n",
                             sides) > 0);
        assert_string_equal(said_of_journal(text),
                            more ? ": line 1: \"sides\" has more than 64 elements" : "");
        free(text);
        assert_true(asprintf(&text, "%s" PROCESS("'row': 'r', 'runs': [%s]"), header, runs) > 0);
        assert_string_equal(said_of_journal(text),
                            more ? ": line 2: \"runs\" has more than 1000 elements" : "");
        free(text);
        free(sides);
        free(runs);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, planted_folder_make, planted_folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(texts_of_a_report_have_their_limits),
        TEST(a_context_is_kept_as_a_record_has_it),
        TEST(a_context_has_processors_and_a_date),
        TEST(there_are_so_many_entries),
        TEST(there_are_so_many_benchmarks),
        TEST(a_report_has_16_mib),
        TEST(each_line_of_a_journal_is_looked_at),
        TEST(texts_and_rows_of_a_journal_have_their_limits),
        TEST(a_journal_has_so_many_sides_and_runs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
