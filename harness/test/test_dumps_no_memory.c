/* No memory while somebody's dump is read: whatever allocation fails, nothing falls over, and what there is of it is whole,
 * says that it is not, or is not there. */
#include "test/no_memory.h"
#include "test/words.h"

#include "dumps/course.h"
#include "dumps/input.h"
#include "dumps/text.h"
#include <errno.h>

static const char *path;
static char *bytes;
static size_t length;

static char *of_dump(const struct dump *d)
{
    char *text = NULL;
    const struct own own = {0};
    size_t count;
    struct site *sites = sites_of(d, &own, &count);
    if (sites &&
        asprintf(&text, "%s %llu %zu %zu %zu %llu", d->form, (unsigned long long)d->total,
                 d->length, d->remark_count, count, (unsigned long long)sites[0].count) < 0)
        text = NULL;
    free(sites);
    return text;
}

/* What is not whole has a remark that says so. */
static char *a_dump(void)
{
    struct dumps dumps = {0};
    char error[256] = "";
    char *text = NULL;
    if (dumps_read(bytes, length, &dumps, error, sizeof error)) {
        const struct dump *d = &dumps.all[0];
        if (!d->no_memory)
            text = of_dump(d);
        else if (d->remarks) /* else there was none for that either */
            expect_words(d->remarks[d->remark_count - 1].text ? d->remarks[d->remark_count - 1].text
                                                              : "no memory",
                         "no memory");
    } else {
        expect_words(error, "memory");
    }
    dumps_free(&dumps);
    return text;
}

static char *a_file(void)
{
    size_t size;
    char error[512] = "";
    char *all = input_bytes(path, &size, error, sizeof error);
    if (!all)
        expect_words(error, strerror(ENOMEM));
    else
        assert_memory_equal(all, bytes, length);
    assert_true(!all || size == length);
    free(all);
    return all ? __real_strdup("whole") : NULL;
}

static void every_form_is_whole_or_says_so(void **state)
{
    (void)state;
    static const char *const names[] = {"plain.txt",     "full.txt",     "goleak.txt", "java.json",
                                        "own_json.json", "own_text.txt", "pprof.pb.gz"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char name[256], error[512];
        snprintf(name, sizeof name, "harness/test/dumps/%s", names[i]);
        path = name;
        bytes = input_bytes(path, &length, error, sizeof error);
        assert_non_null(bytes);
        assert_true(try_all_kept(path, a_dump, 1) > 8);
        assert_int_equal(try_all_kept("a file", a_file, 1), 2);
        free(bytes);
    }
}

/* The first one alone: of others jansson blames the text, or stops the program. */
static void json_is_not_blamed_for_it(void **state)
{
    (void)state;
    struct dumps dumps = {0};
    char error[256] = "";
    json_set_alloc_funcs(json_malloc, free);
    failing_left = 0;
    assert_false(dumps_read("{}", 2, &dumps, error, sizeof error));
    failing_left = -1;
    json_set_alloc_funcs(__real_malloc, free);
    assert_string_equal(error, "there is no memory for it");
}

/* --- A course of looks ---------------------------------------------------------------------- */

static struct dumps two;

/* So many looks that all that it has grows, and a new life. */
static char *a_course(void)
{
    struct course course = {0};
    const struct own own = {0};
    bool done = true;
    char *text = NULL;
    for (int i = 0; done && i < 70; i++)
        done = course_add(&course, &two.all[i % 2], &own, i, i == 40);
    if (done && asprintf(&text, "%zu %zu %zu", course.looks, course.length, course.life_count) < 0)
        text = NULL;
    course_end(&course);
    return text;
}

static void a_course_is_whole_or_not(void **state)
{
    (void)state;
    static const char log[] =
        "goroutine profile: total 3\n2 @ 0x1\n#\t0x1\tmain.f+0x1\t/a.go:1\n\n1 @ 0x2\n#\t0x2\t"
        "main.g+0x1\t/a.go:2\n\n"
        "goroutine profile: total 1\n1 @ 0x3\n#\t0x3\tmain.h+0x1\t/a.go:3\n\n";
    char error[256];
    assert_true(dumps_read(log, strlen(log), &two, error, sizeof error));
    assert_int_equal(two.length, 2);
    assert_true(try_all_kept("a course", a_course, 1) > 70);
    dumps_free(&two);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_is_whole_or_says_so),
        cmocka_unit_test(json_is_not_blamed_for_it),
        cmocka_unit_test(a_course_is_whole_or_not),
    };
    return cmocka_run_group_tests_name("dumps_no_memory", tests, NULL, NULL);
}
