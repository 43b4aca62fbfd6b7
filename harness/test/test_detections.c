/* What leak detectors said, as a record: each figure has its name and comes back, and each member has its limit. */
#include "test/detected.h"
#include "test/quoted.h"

#include <stdlib.h>
#include <string.h>

/* --- Written and read ------------------------------------------------------------------------ */

static const struct detection two[] = {
    {.detector = 0,
     .id = "x",
     .family = "io",
     .title = "A title",
     .program = DETECTED_LEAK,
     .findings = 21,
     .found = true,
     .at = "leaks/io/x.c:3",
     .why = "",
     .cpu = 22,
     .wall = 23,
     .peak = 24},
    {.detector = 1,
     .id = "y",
     .family = "libuv",
     .title = "Another",
     .program = DETECTED_CONTROL,
     .findings = -1,
     .at = "",
     .why = "it died",
     .cpu = -1,
     .wall = -1,
     .peak = -1},
};

static void each_figure_has_its_name(void **state)
{
    (void)state;
    plant_detections(two, 2);
    size_t length;
    char *text = planted_read(planted_path("d"), &length), *second = strchr(text, '\n') + 1;
    char *wanted = quoted(
        "{'type':'detector','name':'a','version':'v1','how':'it looks','go':true,'plain':false,"
        "'stops':true,'reads':false,'skipped':null,'findings':11,'cpu_ns':12,'peak_bytes':13}\n"
        "{'type':'detector','name':'a','version':null,'how':'it reads','go':false,'plain':true,"
        "'stops':false,'reads':true,'skipped':'not here','findings':null,'cpu_ns':null,"
        "'peak_bytes':null}\n"
        "{'type':'detector','name':'last','version':null,'how':'','go':false,'plain':false,"
        "'stops':false,'reads':false,'skipped':null,'findings':0,'cpu_ns':0,'peak_bytes':0}\n"
        "{'type':'detection','detector':'a','plain':false,'id':'x','family':'io','title':'A title',"
        "'program':'leak','findings':21,'found':true,'at':'leaks/io/x.c:3','why':null,"
        "'cpu_ns':22,'wall_ns':23,'peak_bytes':24}\n"
        "{'type':'detection','detector':'a','plain':true,'id':'y','family':'libuv',"
        "'title':'Another','program':'control','findings':null,'found':false,'at':null,"
        "'why':'it died','cpu_ns':null,'wall_ns':null,'peak_bytes':null}\n"
        "{'type':'close','interrupted_by':null}\n");
    assert_string_equal(second, wanted);
    free(wanted);
    json_t *header = json_loadb(text, (size_t)(second - text), 0, NULL);
    const char *name;
    json_t *value;
    char names[256] = "";
    json_object_foreach(header, name, value)
    {
        snprintf(names + strlen(names), sizeof names - strlen(names), "%s ", name);
    }
    assert_string_equal(names, "type schema leaklab commit time command machine build libraries ");
    assert_int_equal(json_integer_value(json_object_get(header, "schema")), 2);
    assert_string_equal(json_string_value(json_object_get(header, "type")), "detections");
    json_decref(header);
    free(text);
}

static void each_figure_comes_back(void **state)
{
    (void)state;
    char why[300];
    plant_detections(two, 2);
    struct detections *d = detections_read(planted_path("d"), why, sizeof why);
    assert_non_null(d);
    assert_int_equal(d->detector_count, 3);
    for (size_t i = 0; i < 3; i++) {
        const struct detector_said *is = &d->detectors[i], *was = &detectors[i];
        assert_string_equal(is->name, was->name);
        assert_string_equal(is->version, was->version);
        assert_string_equal(is->how, was->how);
        assert_string_equal(is->skipped, was->skipped);
        assert_true(is->go == was->go && is->plain == was->plain && is->stops == was->stops &&
                    is->reads == was->reads && is->findings == was->findings &&
                    is->cpu == was->cpu && is->peak == was->peak);
    }
    assert_int_equal(d->count, 2);
    for (size_t i = 0; i < 2; i++) {
        const struct detection *is = &d->all[i], *was = &two[i];
        assert_string_equal(is->id, was->id);
        assert_string_equal(is->family, was->family);
        assert_string_equal(is->title, was->title);
        assert_string_equal(is->at, was->at);
        assert_string_equal(is->why, was->why);
        assert_true(is->detector == was->detector && is->program == was->program &&
                    is->findings == was->findings && is->found == was->found &&
                    is->cpu == was->cpu && is->wall == was->wall && is->peak == was->peak);
    }
    assert_string_equal(d->cut, "");
    assert_int_equal(detections_detector_named(d, "a", false), 0);
    assert_int_equal(detections_detector_named(d, "a", true), 1);
    assert_int_equal(detections_detector_named(d, "last", true), 3);
    assert_ptr_equal(detections_find(d, 0, "x", DETECTED_LEAK), &d->all[0]);
    assert_null(detections_find(d, 0, "x", DETECTED_FIX));
    assert_null(detections_find(d, 1, "x", DETECTED_LEAK));
    assert_null(detections_find(d, 0, "y", DETECTED_LEAK));
    detections_free(d);
}

/* --- Limits ---------------------------------------------------------------------------------- */

static const char first[] = "{'type':'detections','schema':1}",
                  said[] = "{'type':'detector','name':'a','go':false,'stops':true,'reads':false",
                  found[] = "{'type':'detection','detector':'a','program':'fix','found':false";

/* Lines of that text, so many times the last one; what is said of them without the file's name, "" where it is taken. */
static const char *said_of(const char *lines, size_t times, const char *last)
{
    static char why[600];
    const char *path = planted_path("given");
    char *a = quoted(lines), *b = quoted(last);
    FILE *out = fopen(path, "we");
    fputs(a, out);
    for (size_t i = 0; i < times; i++)
        fputs(b, out);
    fclose(out);
    free(a);
    free(b);
    why[0] = 0;
    struct detections *d = detections_read(path, why, sizeof why);
    assert_int_equal(!d, why[0] != 0);
    detections_free(d);
    return why[0] ? why + strlen(path) : why;
}

static void each_text_has_its_limit(void **state)
{
    (void)state;
    static const char *const of_detector[] = {"name", "version", "how", "skipped"},
                             *const of_case[] = {"id", "family", "title", "at", "why"};
    char longest[4002], lines[1024], last[8192], wanted[128];
    memset(longest, 'b', sizeof longest);
    for (size_t i = 0; i < 9; i++)
        for (int more = 0; more < 2; more++) {
            bool detector = i < 4;
            const char *name = detector ? of_detector[i] : of_case[i - 4];
            snprintf(lines, sizeof lines, "%s\n%s}\n", first, said);
            snprintf(last, sizeof last, "%s,'%s':'%.*s'}\n", detector ? said : found, name,
                     4000 + more, longest);
            if (i == 0) /* it has one already */
                snprintf(last, sizeof last,
                         "{'type':'detector','name':'%.*s','go':false,'stops':true,"
                         "'reads':false}\n",
                         4000 + more, longest);
            snprintf(wanted, sizeof wanted, ", line 3: \"%s\" is no text of at most 4000 bytes",
                     name);
            assert_string_equal(said_of(lines, 1, last), more ? wanted : "");
        }
}

static void there_are_64_detectors(void **state)
{
    (void)state;
    char last[256];
    snprintf(last, sizeof last, "%s}\n", said);
    assert_string_equal(said_of("{'type':'detections','schema':2}\n", 64, last), "");
    assert_string_equal(said_of("{'type':'detections','schema':2}\n", 65, last),
                        ", line 66: there are too many of its lines");
}

static void what_is_amiss_is_told_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *line, *wrong;
    } all[] = {
        {"{'type':'detection','detector':'y','program':'leak','found':true}",
         "no line before tells of the detector \"y\""},
        {"{'type':'detection','detector':'a','plain':true,'program':'leak','found':true}",
         "no line before tells of the detector \"a\" of plain C"},
        {"{'type':'detection','detector':'a','id':'i','program':'leak','found':true}",
         "i is found where nobody could look"},
        {"{'type':'detection','detector':'a','id':'i','program':'leak','found':true,'findings':0}",
         ""},
        {"{'type':'detection','detector':'a','program':'cure','found':false}",
         "\"program\" is \"cure\""},
        {"{'type':'detection','detector':'a','program':'fix'}",
         "\"found\" is neither true nor false"},
        {"{'type':'detector','name':'b','go':1,'stops':true,'reads':false}",
         "\"go\" is neither true nor false"},
        {"{'type':'detector','name':'b','go':true,'plain':1,'stops':true,'reads':false}",
         "\"plain\" is neither true nor false"},
        {"[]", "no JSON object: something else"},
        {"{'type':'weather'}", ""},
        {"{'type':'0123456789012345678901234567890123456789012345678901234567890123'}", ""},
        {"{'type':'01234567890123456789012345678901234567890123456789012345678901234'}",
         "\"type\" is no text of at most 64 bytes"},
        {"{'type':'detections','schema':1}", "it begins twice"},
        {"{'type':'detections','schema':3}", "\"schema\" is no whole number from 1 to 2"},
        {"{'type':'detections','schema':0}", "\"schema\" is no whole number from 1 to 2"},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        char lines[512], last[512], wanted[256];
        snprintf(lines, sizeof lines, "%s\n%s}\n", first, said);
        snprintf(last, sizeof last, "%s\n", all[i].line);
        snprintf(wanted, sizeof wanted, ", line 3: %s", all[i].wrong);
        assert_string_equal(said_of(lines, 1, last), *all[i].wrong ? wanted : "");
    }
    assert_string_equal(said_of("{'type':'detector'}\n", 0, ""),
                        ", line 1: it does not begin as a record of detectors");
}

/* --- Files ----------------------------------------------------------------------------------- */

static void it_begins_as_such_a_record(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool begins;
    } all[] = {{"{\"type\":\"detections\"}\n", true},
               {"{\"type\":\"detections\"}", false}, /* not a whole line */
               {"{\"type\":\"header\"}\n", false},
               {"{\"type\":7}\n", false},
               {"x\n", false}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        planted_write(planted_path("x"), all[i].text, strlen(all[i].text));
        assert_int_equal(detections_begin(planted_path("x")), all[i].begins);
    }
    assert_false(detections_begin(planted_path("nowhere")));
}

/* What was being written when it was killed goes; and an empty file is as good as none. */
static void a_record_is_gone_on_with_behind_its_last_line(void **state)
{
    (void)state;
    static char words[] = "detect", *argv[] = {words, NULL};
    char why[300], wanted[300];
    const char *path = planted_path("d");
    const struct detections none = {.count = 0};
    planted_write(path, "one\ntwo\nthr", 11);
    struct detections_file *file = detections_open(path, &none, 1, argv, why, sizeof why);
    assert_non_null(file);
    assert_true(detections_close(file, why, sizeof why));
    char *text = planted_read(path, NULL);
    assert_string_equal(text, "one\ntwo\n{\"type\":\"close\",\"interrupted_by\":null}\n");
    free(text);
    assert_null(detections_open(path, NULL, 1, argv, why, sizeof why));
    snprintf(wanted, sizeof wanted,
             "%s holds something already: --resume goes on with it, or name another file", path);
    assert_string_equal(why, wanted);
    assert_null(detections_open("/dev/null/x", NULL, 1, argv, why, sizeof why));
    assert_string_equal(why, "/dev/null/x can not be written: Not a directory");
    planted_write(path, "", 0);
    file = detections_open(path, NULL, 1, argv, why, sizeof why);
    assert_non_null(file);
    assert_true(detections_close(file, why, sizeof why));
    file = detections_open("/dev/full", NULL, 1, argv, why, sizeof why);
    assert_non_null(file);
    assert_false(detections_close(file, why, sizeof why));
    assert_string_equal(why, "/dev/full can not be written on: No space left on device; it is good "
                             "up to its last whole line");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, planted_folder_make, planted_folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_figure_has_its_name),
        TEST(each_figure_comes_back),
        TEST(each_text_has_its_limit),
        TEST(there_are_64_detectors),
        TEST(what_is_amiss_is_told_with_its_line),
        TEST(it_begins_as_such_a_record),
        TEST(a_record_is_gone_on_with_behind_its_last_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
