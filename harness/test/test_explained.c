/* What `leaklab explain` says, whole: of every dump in harness/test/dumps/, in each form, and of some that have more
 * than is shown. */
#include "test/golden.h"
#include "test/shell.h"

#include "dumps/input.h"
#include "explain/shape.h"

/* All of them, one after another, each with its name in front. */
static void every_dump(void **state)
{
    (void)state;
    char *said = shell(0, "cd $tree/harness/test/dumps && for dump in *.txt *.json *.gz; do "
                          "echo; leaklab explain $dump; done");
    expect_golden("explain.txt", said);
    free(said);
}

/* A function that prints dumps: what the file begins with, and `place N WAIT FUNCTION`, a group of it. */
#define PLACES                                                                                     \
    "head() { echo \"task profile: total $1\"; }; line=0; place() { line=$((line + 1)); "          \
    "printf '%%s @ 0x%%d\\n# %%s; created by main at "                                             \
    "app.c:%%d\\n#\\t0x%%d\\t%%s+0x1\\tapp.c:%%d\\n\\n' "                                          \
    "\"$1\" $line \"$2\" $line $line \"$3\" $line; }; "

/* Twelve places, of which ten are shown; of twelve suspects each is. */
static void more_places_than_are_shown(void **state)
{
    (void)state;
    static const struct {
        const char *name, *dump;
    } dumps[] = {
        {"a suspect, none, and ten more",
         "head 63; place 30 'chan send (leaked), 3 to 45 minutes' serve.func1; "
         "place 11 'chan receive, 1 minutes' work; place 10 'select, 1 to 1 minutes' work2; "
         "for i in $(seq 11 20); do place 2 'sleep, 0 to 9 minutes' nap$i; done; place 1 'IO wait' "
         "read"},
        {"eleven suspects and one place more",
         "head 1111; for i in $(seq 11 21); do place 101 'chan send, 10 minutes' post$i; done; "
         "place 3 'sync.Mutex.Lock, 1 minutes' lock"},
        {"eleven suspects, no other place",
         "head 1111; for i in $(seq 11 21); do place 101 'chan send' post$i; done"},
        {"ten places", "head 10; for i in $(seq 11 20); do place 1 'select' poll$i; done"},
        {"many lines that are none of it",
         "head 2; for i in $(seq 11); do place 1 'select' poll$i; echo what is this; echo; "
         "test $i -lt 3 || { echo and this; echo; }; place 0 'sleep' nap$i; done"},
        {"no tasks", "head 0; echo"},
        {"just long enough", "head 20; place 20 'select, 10 minutes' poll; head 39; place 20 "
                             "'select, 9 minutes' poll; place 19 "
                             "'chan receive, 10 minutes' work"},
    };
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    for (size_t i = 0; i < sizeof dumps / sizeof *dumps; i++)
        for (int markdown = 0; markdown < 2; markdown++) {
            char *said = shell(0, PLACES "{ %s; } | leaklab explain %s -", dumps[i].dump,
                               markdown ? "--markdown" : "");
            fprintf(out, "=== %s\n%s", dumps[i].name, said);
            free(said);
        }
    fclose(out);
    expect_golden("explain_places.txt", text);
    free(text);
}

static void every_form(void **state)
{
    (void)state;
    static const char *const dumps[] = {"full.txt",          "plain.txt",       "sigquit.txt",
                                        "labels_debug2.txt", "comma_total.txt", "own_json.json"};
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    for (size_t i = 0; i < sizeof dumps / sizeof *dumps; i++) {
        char *said = shell(0,
                           "cd $tree/harness/test/dumps && for form in json markdown folded; do "
                           "echo \"=== $form\"; leaklab explain --$form %s; done",
                           dumps[i]);
        fputs(said, out);
        free(said);
    }
    fclose(out);
    expect_golden("explain_forms.txt", text);
    free(text);
    text = shell(0, "cd $tree/harness/test/dumps && leaklab explain --svg full.txt");
    expect_golden("explain.svg", text);
    free(text);
}

/* Three looks at four places, and once more in two lives; with an interval, and without one. */
static void what_grows(void **state)
{
    (void)state;
    char *said = shell(0, PLACES
                       "look() { line=0; echo \"task profile: total $(($1 + $2 + $3 + $4))\"; test "
                       "$1 = 0 || place $1 'chan send' post; "
                       "place $2 'select' 'po|ll'; test $3 = 0 || place $3 'sleep, 1 minutes' nap; "
                       "test $4 = 0 || place $4 'IO wait' read; "
                       "}; n=0; for counts in '10 7 5 0' '1010 7 4 0' '2010 7 0 3' '3010 7 0 4' "
                       "'4010 7 0 5'; do n=$((n + 1)); "
                       "look $counts >grow$n; done; for form in '' --markdown --json; do for every "
                       "in '' '--interval 2s' "
                       "'--interval 1h'; do echo \"=== $form $every\"; leaklab explain $form "
                       "$every grow?; done; done; "
                       "echo '=== two lives'; leaklab explain grow1 grow2 grow3 grow1 grow2 grow3");
    expect_golden("explain_growth.txt", said);
    free(said);
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
    size_t length;
    assert_true(dumps_read(text, strlen(text), &dumps, error, sizeof error));
    struct site *sites = sites_of(&dumps.all[0], &own, &length);
    uint64_t shape = shape_of(&dumps.all[0], &own, sites, length, 0);
    for (int i = 0; i < SIGNS; i++)
        if (shape >> i & 1) {
            strcat(seen, *seen ? " " : "");
            for (const char *c = sign_names[i] + strlen("SIGN_"); *c; c++)
                strncat(seen, &(char){*c >= 'A' && *c <= 'Z' ? (char)(*c + 32) : *c}, 1);
        }
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
    return cmocka_run_group_tests_name("explained", tests, shell_begin, shell_end);
}
