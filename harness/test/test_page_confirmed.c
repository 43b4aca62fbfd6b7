/* How often a result was confirmed, and by whom, as its pages tell it: in HTML and in Markdown, word by word. */
#include "test/support.h"

#include "page/page_confirmed.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct confirm_row rows[] = {
    {(char *)"a", VARIANT_LEAK, (char *)"bytes a request", 4200, 4190.25, 4210, 4201,
     CONFIRMED_MET},
    {(char *)"a", VARIANT_FIX, (char *)"bytes a request", 1, NAN, NAN, 2, CONFIRMED_NO_INTERVAL},
    {NULL, VARIANT_LEAK, (char *)"micro/x_y", 100000.4, 90, 110, 50, CONFIRMED_MISSED},
};
static struct confirmation whole = {(char *)"first", 3, rows}, part = {(char *)"first", 1, rows};

/* Two that measured "first" again, and "first" itself. */
struct three {
    struct summary first, whole, part;
    struct summary *again[2];
    struct confirmers others;
};

static void make(struct three *three)
{
    *three =
        (struct three){.first = {.name = (char *)"first"},
                       .whole = {.name = (char *)"second",
                                 .confirmation = &whole,
                                 .about = json_pack("{s:{s:s, s:i, s:s}}", "machine", "processor",
                                                    "P<1>_x", "cores", 2, "kernel", "Linux 6.1")},
                       .part = {.name = (char *)"third",
                                .confirmation = &part,
                                .about = json_pack("{s:{s:s, s:i, s:s}}", "machine", "processor",
                                                   "Q", "cores", 1, "kernel", "Linux 6.2")}};
    three->again[0] = &three->whole;
    three->again[1] = &three->part;
    three->others = (struct confirmers){three->again, 2};
}

static FILE *out;
static char *text;
static size_t size;

static void expect_written(const char *wanted)
{
    fclose(out);
    assert_string_equal(text, wanted);
    free(text);
    out = open_memstream(&text, &size);
}

static void each_form_has_its_links(void **state)
{
    (void)state;
    struct three three;
    make(&three);
    out = open_memstream(&text, &size);
    html_confirmed(out, &three.others, "first", NULL, "../");
    expect_written(
        "confirmed by 1 of 2 that measured it again: <a href=\"../second/README.md\">second</a> (1 "
        "of 3 figures met, 1 missed, 1 open, on P&lt;1&gt;_x, 2 cores, Linux 6.1), <a "
        "href=\"../third/README.md\">third</a> (1 of 1 figure met, on Q, 1 core, Linux 6.2)");
    markdown_confirmed(out, &three.others, "first", NULL, "x/");
    expect_written("confirmed by 1 of 2 that measured it again: [second](x/second/README.md) (1 of "
                   "3 figures met, 1 missed, 1 open, on P&lt;1&gt;\\_x, 2 cores, Linux 6.1), "
                   "[third](x/third/README.md) (1 of 1 figure met, on Q, 1 core, Linux 6.2)");
    markdown_confirmed(out, &three.others, "first", "a", "");
    expect_written("confirmed 2 times: [second](second/README.md) (1 of 2 figures met, 1 open, on "
                   "P&lt;1&gt;\\_x, 2 cores, Linux 6.1), [third](third/README.md) (1 of 1 figure "
                   "met, on Q, 1 core, Linux 6.2)");
    html_confirmed(out, &three.others, "second", NULL, "../");
    expect_written("not confirmed yet");
    html_confirms(out, &three.whole, "../");
    expect_written(", measures <a href=\"../first/README.md\">first</a> again: 1 of 3 figures met, "
                   "1 missed, 1 open");
    markdown_confirms(out, &three.part, "");
    expect_written(", measures [first](first/README.md) again: 1 of 1 figure met");
    html_confirms(out, &three.first, "../");
    markdown_confirms(out, &three.first, "../");
    expect_written("");
    fclose(out);
    free(text);
    json_decref(three.whole.about);
    json_decref(three.part.about);
}

static void a_result_tells_of_both_sides(void **state)
{
    (void)state;
    struct three three;
    make(&three);
    out = open_memstream(&text, &size);
    markdown_confirmation(out, &three.others, &three.first);
    expect_written("## Confirmed\n"
                   "\n"
                   "This result is confirmed by 1 of 2 that measured it again: "
                   "[second](../second/README.md) (1 of 3 figures met, 1 missed, 1 open, on "
                   "P&lt;1&gt;\\_x, 2 cores, Linux 6.1), [third](../third/README.md) (1 of 1 "
                   "figure met, on Q, 1 core, Linux 6.2). `leaklab confirm first` says by which "
                   "command it was measured, and how to hold to it what you have measured.\n"
                   "\n");
    markdown_confirmation(out, &three.others, &three.whole);
    expect_written(
        "## Confirmed\n"
        "\n"
        "This result is not confirmed yet. `leaklab confirm second` says by which command it was "
        "measured, and how to hold to it what you have measured.\n"
        "\n"
        "It measures [first](../first/README.md) again: 1 of 3 figures met, 1 missed, 1 open.\n"
        "\n"
        "| figure | published | interval for a new mean | here | |\n"
        "|---|--:|--:|--:|---|\n"
        "| a leak, bytes a request | 4200 | 4190.2 to 4210 | 4201 | met |\n"
        "| a fix, bytes a request | 1 |  | 2 | no interval |\n"
        "| micro/x\\_y | 100,000 | 90 to 110 | 50 | missed |\n"
        "\n");
    fclose(out);
    free(text);
    json_decref(three.whole.about);
    json_decref(three.part.about);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_form_has_its_links),
        cmocka_unit_test(a_result_tells_of_both_sides),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
