/* What `leaklab explain` says, whole: of every dump in harness/test/dumps/, in each form, and of some that have more
 * than is shown. */
#include "test/golden.h"

#include "dumps/course.h"
#include "dumps/input.h"
#include "explain/explanation.h"
#include "explain/flames.h"
#include "explain/growing.h"
#include "explain/shape.h"
#include "explain/tell.h"
#include "explain/written.h"
#include <ctype.h>
#include <dirent.h>

enum form { TEXT, MARKDOWN, JSON, FOLDED, SVG };

static void write_one(FILE *out, const struct dump *dump, const char *name, enum form form)
{
    struct explanation e;
    const struct own own = {0};
    assert_true(explanation_make(&e, dump, name, &own));
    if (form == TEXT)
        explanation_tell(&e, out);
    else if (form == MARKDOWN)
        explanation_markdown(&e, out);
    else if (form == JSON)
        assert_int_equal(explanation_json(&e, out), 0);
    else if (form == FOLDED)
        flames_folded(dump, out);
    else
        assert_int_equal(flames_svg(dump, name, out), 0);
    explanation_free(&e);
}

static void write_all(FILE *out, struct dumps *dumps, const char *name, enum form form)
{
    for (size_t i = 0; i < dumps->length; i++)
        write_one(out, &dumps->all[i], name, form);
}

static struct dumps dumps_in(const char *name)
{
    struct dumps dumps = {0};
    const struct fetch_how how = {0};
    char path[512], error[256];
    snprintf(path, sizeof path, "harness/test/dumps/%s", name);
    if (!input_read(path, &how, &dumps, error, sizeof error))
        fail_msg("%s", error);
    return dumps;
}

static int is_dump(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && !strstr(entry->d_name, ".read") &&
           !strstr(entry->d_name, ".md");
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static void expect_and_free(const char *name, FILE *out, char **text)
{
    fclose(out);
    expect_golden(name, *text);
    free(*text);
}

/* All of them, one after another. */
static void every_dump(void **state)
{
    (void)state;
    struct dirent **names;
    char *text;
    size_t size;
    int count = scandir("harness/test/dumps", &names, is_dump, by_name);
    FILE *out = open_memstream(&text, &size);
    assert_true(count > 0);
    for (int i = 0; i < count; i++) {
        struct dumps dumps = dumps_in(names[i]->d_name);
        fputc('\n', out);
        write_all(out, &dumps, names[i]->d_name, TEXT);
        dumps_free(&dumps);
        free(names[i]);
    }
    free(names);
    expect_and_free("explain.txt", out, &text);
}

static void every_form(void **state)
{
    (void)state;
    static const char *const names[] = {"full.txt",          "plain.txt",       "sigquit.txt",
                                        "labels_debug2.txt", "comma_total.txt", "own_json.json",
                                        "odd_full.txt"};
    static const char *const forms[] = {
        [MARKDOWN] = "markdown", [JSON] = "json", [FOLDED] = "folded"};
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct dumps dumps = dumps_in(names[i]);
        for (enum form form = MARKDOWN; form <= FOLDED; form++) {
            fprintf(out, "=== %s\n", forms[form]);
            write_all(out, &dumps, names[i], form);
        }
        dumps_free(&dumps);
    }
    expect_and_free("explain_forms.txt", out, &text);
    out = open_memstream(&text, &size);
    struct dumps dumps = dumps_in("full.txt");
    write_all(out, &dumps, "full.txt", SVG);
    dumps_free(&dumps);
    expect_and_free("explain.svg", out, &text);
}

/* A dump that is made up: so many in each of `places` places, one line further on each. */
struct made_up {
    int count;
    const char *wait, *function;
    int places;
    const char *then; /* lines behind each */
};

static struct dumps made_up(int total, const struct made_up *all)
{
    struct dumps dumps = {0};
    char *text, error[256];
    size_t size, at = 0;
    FILE *dump = open_memstream(&text, &size);
    fprintf(dump, "task profile: total %d\n", total);
    for (; all->wait; all++)
        for (int i = 0; i < all->places; i++) {
            char number[16] = "";
            at++;
            if (all->places > 1)
                snprintf(number, sizeof number, "%d", i + 1);
            fprintf(dump,
                    "%d @ 0x%zx\n# %s; created by main at "
                    "app.c:%zu\n#\t0x%zx\t%s%s+0x1\tapp.c:%zu\n\n%s",
                    all->count, at, all->wait, at, at, all->function, number, at,
                    all->then ? all->then : "");
        }
    fclose(dump);
    assert_true(dumps_read(text, size, &dumps, error, sizeof error));
    free(text);
    return dumps;
}

static void write_made_up(FILE *out, const char *title, int total, const struct made_up *all)
{
    struct dumps dumps = made_up(total, all);
    for (enum form form = TEXT; form <= MARKDOWN; form++) {
        fprintf(out, "=== %s\n", title);
        write_all(out, &dumps, "a dump", form);
    }
    dumps_free(&dumps);
}

/* Ten places are shown; of more than ten suspects each is. */
static void more_places_than_are_shown(void **state)
{
    (void)state;
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    write_made_up(out, "a suspect, none, and more", 63,
                  (const struct made_up[]){
                      {30, "chan send (leaked), 3 to 45 minutes", "serve.func1", 1, NULL},
                      {11, "chan receive, 1 minutes", "work", 1, NULL},
                      {10, "select, 1 to 1 minutes", "work2", 1, NULL},
                      {2, "sleep, 0 to 9 minutes", "nap", 10, NULL},
                      {1, "IO wait", "read", 1, NULL},
                      {0}});
    write_made_up(out, "eleven suspects and one place more", 1111,
                  (const struct made_up[]){{101, "chan send, 10 minutes", "post", 11, NULL},
                                           {3, "sync.Mutex.Lock, 1 minutes", "lock", 1, NULL},
                                           {0}});
    write_made_up(out, "eleven suspects, no other place", 1111,
                  (const struct made_up[]){{101, "chan send", "post", 11, NULL}, {0}});
    write_made_up(out, "ten places", 10,
                  (const struct made_up[]){{1, "select", "poll", 10, NULL}, {0}});
    write_made_up(out, "many lines that are none of it", 2,
                  (const struct made_up[]){{1, "select", "poll", 11, "what is this\n\n"},
                                           {1, "sleep", "nap", 1, "and\nthis\n\n"},
                                           {0}});
    write_made_up(out, "no tasks", 0, (const struct made_up[]){{0}});
    write_made_up(out, "just long enough", 20,
                  (const struct made_up[]){{20, "select, 10 minutes", "poll", 1, NULL}, {0}});
    write_made_up(out, "not long enough, and not enough", 79,
                  (const struct made_up[]){{20, "select, 9 minutes", "poll", 1, NULL},
                                           {19, "chan receive, 10 minutes", "work", 1, NULL},
                                           {40, "running", "spin", 1, NULL},
                                           {0}});
    expect_and_free("explain_places.txt", out, &text);
}

/* Looks at four places, of which two come or go, so many seconds apart; 0: no times are known. */
static void write_growth(FILE *out, const char *title, const int (*counts)[4], int looks,
                         double every)
{
    static struct course course;
    const struct own own = {0};
    bool timed = every > 0;
    course = (struct course){0};
    for (int i = 0; i < looks; i++) {
        const int *c = counts[i];
        struct dumps dumps =
            made_up(c[0] + c[1] + c[2] + c[3],
                    (const struct made_up[]){{c[0], "chan send", "post", c[0] > 0, NULL},
                                             {c[1], "select", "po|ll", c[1] > 0, NULL},
                                             {c[2], "sleep, 1 minutes", "nap", c[2] > 0, NULL},
                                             {c[3], "IO wait", "read", c[3] > 0, NULL},
                                             {0}});
        assert_true(course_add(&course, &dumps.all[0], &own, timed ? i * every : i, false));
        dumps_free(&dumps);
    }
    course_judge(&course);
    fprintf(out, "=== %s\n", title);
    fprintf(out, "(%zu grow)\n", growing_tell(&course, timed, out));
    fprintf(out, "(%zu grow)\n", growing_markdown(&course, timed, out));
    assert_int_equal(growing_json(&course, timed, out), 0);
    course_end(&course);
}

static void what_grows(void **state)
{
    (void)state;
    static const int steady[][4] = {
        {10, 7, 5, 0}, {1010, 7, 4, 0}, {2010, 7, 0, 3}, {3010, 7, 0, 4}, {4010, 7, 0, 5}};
    static const int lives[][4] = {{10, 7, 5, 0},  {1010, 7, 4, 0}, {2010, 7, 0, 3}, {10, 7, 5, 0},
                                   {510, 7, 4, 0}, {1010, 7, 4, 0}, {1510, 7, 0, 3}, {2, 0, 0, 0}};
    static const int waver[][4] = {{10, 7, 5, 1}, {22, 8, 5, 3},  {29, 7, 4, 2},   {41, 9, 3, 5},
                                   {48, 7, 6, 4}, {62, 6, 5, 7},  {69, 7, 4, 6},   {81, 8, 2, 9},
                                   {92, 7, 5, 8}, {99, 7, 1, 11}, {110, 6, 4, 10}, {123, 7, 3, 12}};
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    write_growth(out, "no look", steady, 0, 0);
    write_growth(out, "one look", steady, 1, 0);
    write_growth(out, "five looks", steady, 5, 0);
    write_growth(out, "each 2 s", steady, 5, 2);
    write_growth(out, "each hour", steady, 5, 3600);
    write_growth(out, "three lives, the last one of one look", lives, 8, 1);
    write_growth(out, "it wavers", waver, 12, 10);
    expect_and_free("explain_growth.txt", out, &text);
}

/* --- What there is to see in a place --------------------------------------------------------------- */

static const char *const sign_names[SIGNS] = {
#define X(name, where, words) [name] = #name,
    FOR_EACH_SIGN(X)
#undef X
        [SIGN_CLOSURE] = "SIGN_CLOSURE",
    [SIGN_MANY] = "SIGN_MANY",
    [SIGN_FEW] = "SIGN_FEW",
    [SIGN_TWICE] = "SIGN_TWICE",
    [SIGN_BESIDE_SEND] = "SIGN_BESIDE_SEND",
    [SIGN_BESIDE_LOCK] = "SIGN_BESIDE_LOCK",
    [SIGN_BESIDE_WRITE] = "SIGN_BESIDE_WRITE",
    [SIGN_BESIDE_GROUP] = "SIGN_BESIDE_GROUP",
    [SIGN_BESIDE_IO] = "SIGN_BESIDE_IO",
    [SIGN_OTHER_FUNCTION] = "SIGN_OTHER_FUNCTION",
};

/* The signs of the dump's largest place, in small letters. */
static void expect_signs(const char *text, const char *signs)
{
    struct dumps dumps = {0};
    const struct own own = {0};
    char error[128], seen[1024] = "";
    size_t length, at = 0;
    assert_true(dumps_read(text, strlen(text), &dumps, error, sizeof error));
    struct site *sites = sites_of(&dumps.all[0], &own, &length);
    uint64_t shape = shape_of(&dumps.all[0], &own, sites, length, 0);
    for (int i = 0; i < SIGNS; i++)
        if (shape >> i & 1)
            at += (size_t)snprintf(seen + at, sizeof seen - at, "%s%s", at ? " " : "",
                                   sign_names[i] + strlen("SIGN_"));
    for (char *c = seen; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    if (strcmp(seen, signs))
        fail_msg("of\n%s\nthese signs: %s\ninstead of:  %s", text, seen, signs);
    free(sites);
    dump_free(&dumps.all[0]);
    free(dumps.all);
}

#define TASK(wait, function) "goroutine 7 [" wait "]:\n" function "()\n\t/src/a.go:1 +0x1\n"
#define MADE(function)       "created by " function "\n\t/src/a.go:9 +0x1\n"
#define ALSO(number, wait, function)                                                               \
    "\ngoroutine " #number " [" wait "]:\n" function "()\n\t/src/b.go:" #number " +0x1\n"
#define TWO(function)                                                                              \
    TASK("chan receive", function) "\n" TASK("chan receive", function) /* at one place */

static void names_tell(void **state)
{
    (void)state;
    static const struct {
        const char *text, *signs;
    } all[] = {
        {TASK("select", "x.f"), "few"},
        /* a closure of who made it, and of no one else */
        {TASK("select", "x.f.func1") MADE("x.f"), "closure few"},
        {TASK("select", "x.f.func1") MADE("x.ff"), "few"},
        {TASK("select", "x.f.gunc1") MADE("x.f"), "few"},
        {TASK("select", "x.f.func1"), "few"},
        /* by the last element of a path alone, but where any frame may say it */
        {TASK("select", "poll/x.f"), "few"},
        {TASK("select", "a/x.poll"), "time few"},
        {TASK("select", "x.POLL"), "time few"},
        {TASK("select", "database/sql/x.f"), "sql few"},
        /* who made it, or where nobody is said to have: the frame furthest out */
        {TASK("select", "x.f") MADE("x.newclient"), "owner few"},
        {TASK("select", "x.f") "x.newclient()\n\t/src/a.go:3 +0x1\n", "owner few"},
        {TASK("select", "x.newclient") "x.f()\n\t/src/a.go:3 +0x1\n", "few"},
        {TASK("select", "x.newclient") MADE("x.f"), "few"},
        {TASK("select", "x.newclient"), "owner few"},
        /* two functions of one type, a library's between them */
        {TASK("select", "x.(*T).f") "sync.(*M).Do()\n\t/usr/local/go/src/sync/m.go:3 "
                                    "+0x1\nx.(*T).g()\n\t/src/a.go:3 "
                                    "+0x1\n",
         "few twice"},
        {TASK("select", "x.(*T).f") "x.(*T).f()\n\t/src/a.go:3 +0x1\n", "few"},
        {TASK("select", "x.(*T).f") "x.(*U).g()\n\t/src/a.go:3 +0x1\n", "few"},
        {TASK("select",
              "x.(*T).f") "x.(*U).h()\n\t/src/a.go:3 +0x1\nx.(*T).g()\n\t/src/a.go:4 +0x1\n",
         "few"},
        {TASK("select", "x.(*T).f") "x.(*Tx).g()\n\t/src/a.go:3 +0x1\n", "few"},
        {TASK("select", "x.T.f") "x.T.g()\n\t/src/a.go:3 +0x1\n", "few"},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        expect_signs(all[i].text, all[i].signs);
}

static void company_tells(void **state)
{
    (void)state;
    static const struct {
        const char *text, *signs;
    } all[] = {
        {TWO("x.f"), "few"},
        {TWO("x.f") ALSO(8, "chan send", "x.g"), "few beside_send"},
        {TWO("x.f") ALSO(8, "chan send", "y.g"), "few"},
        {TWO("x.f") ALSO(8, "chan send", "xx.g"), "few"},
        {TWO("a/x.f") ALSO(8, "chan send", "b/x.g"), "few"},
        {TWO("x.f") ALSO(8, "chan receive", "x.g"), "few other_function"},
        {TWO("x.f") ALSO(8, "sync.Mutex.Lock", "x.g"), "few beside_lock"},
        {TWO("x.f") ALSO(8, "sync.RWMutex.RLock", "x.g"), "few beside_lock"},
        {TWO("x.f") ALSO(8, "sync.RWMutex.Lock", "x.g"), "few beside_lock beside_write"},
        {TWO("x.f") ALSO(8, "sync.WaitGroup.Wait", "x.g"), "few beside_group"},
        {TWO("x.f") ALSO(8, "IO wait", "x.g"), "few beside_io"},
        {TWO("x.f") ALSO(8, "sleep", "x.g") ALSO(9, "chan send", "x.h"), "few beside_send"},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        expect_signs(all[i].text, all[i].signs);
}

static void counts_tell(void **state)
{
    (void)state;
    static const struct {
        int count;
        const char *signs;
    } all[] = {{3, "few"}, {4, ""}, {99, ""}, {100, "many"}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        char text[256];
        snprintf(text, sizeof text,
                 "goroutine profile: total %d\n%d @ 0x1\n#\t0x1\tx.f+0x1\t/src/a.go:1\n",
                 all[i].count, all[i].count);
        expect_signs(text, all[i].signs);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_dump),  cmocka_unit_test(more_places_than_are_shown),
        cmocka_unit_test(every_form),  cmocka_unit_test(what_grows),
        cmocka_unit_test(names_tell),  cmocka_unit_test(company_tells),
        cmocka_unit_test(counts_tell),
    };
    return cmocka_run_group_tests_name("explained", tests, NULL, NULL);
}
