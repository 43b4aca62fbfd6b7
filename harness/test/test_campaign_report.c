/* A campaign's journal as one report, and each side of it as a report of its own: every member in its place. */
#include "test/planted.h"
#include "test/quoted.h"

#include "record/campaign.h"
#include <stdlib.h>
#include <string.h>

static struct campaign campaign;

static void read_journal(const char *lines)
{
    char why[600];
    char *whole = quoted(lines);
    planted_write(planted_path("c"), whole, strlen(whole));
    free(whole);
    if (!campaign_read(&campaign, planted_path("c"), why, sizeof why))
        fail_msg("%s", why);
}

#define RUN(name)                                                                                  \
    "[{'name': '" name "/n', 'run_name': '" name "', 'family_index': 3, "                          \
    "'per_family_instance_index': 4, 'x': 1}]"

/* Two sides; the rows of the design in their order, and one that is in none. A noisy process was repeated at once. */
static const char two_sides[] =
    "{'type': 'campaign', 'schema': 1, 'command': 'the command', 'design': {'sides': [{'name': "
    "'was'}, {'name': 'is'}], 'rows': ['b', 7, 'a']}}\n"
    "{'type': 'context', 'side': 0, 'context': {'num_cpus': 2, 'of': 'was', 'command': 'w'}}\n"
    "{'type': 'context', 'side': 1, 'context': {'num_cpus': 2, 'of': 'is', 'more': 1}}\n"
    "{'type': 'plan', 'repetitions': {'a': 5}}\n"
    "{'type': 'process', 'side': 0, 'build': 1, 'invocation': 2, 'noisy': false, 'row': 'a', "
    "'runs': " RUN("a") "}\n"
                        "{'type': 'process', 'side': 1, 'build': 3, 'invocation': 4, 'noisy': "
                        "true, 'row': 'b', "
                        "'runs': " RUN(
                            "first") "}\n"
                                     "{'type': 'process', 'side': 1, 'build': 3, 'invocation': 4, "
                                     "'noisy': true, 'row': 'b', "
                                     "'runs': " RUN(
                                         "b") "}\n"
                                              "{'type': 'process', 'side': 0, 'build': 5, "
                                              "'invocation': 6, 'noisy': false, 'row': 'z', "
                                              "'runs': [{'run_name': 'z'}]}\n"
                                              "{'type': 'end', 'self_check': {'wrong': 0}}\n";

static void a_campaign_of_two_sides_is_one_report(void **state)
{
    (void)state;
    read_journal(two_sides);
    json_t *report = campaign_report(&campaign);
    expect_json(
        report,
        "{'context':{'num_cpus':2,'of':'was','command':'the "
        "command','campaign':{'design':{'sides':[{'name':'was'},{'name':'is'}],'rows':['b',7,'a']},"
        "'plan':{'a':5},'self_check':{'wrong':0},'contexts':{'was':{'num_cpus':2,'of':'was','"
        "command':'w'},'is':{'num_cpus':2,'of':'is','more':1}}}},'benchmarks':[{'name':'is: "
        "b/n','run_name':'is: "
        "b','x':1,'build':3,'invocation':4,'noisy':true,'side':'is'},{'name':'was: "
        "a/n','run_name':'was: a','x':1,'build':1,'invocation':2,'side':'was'},{'run_name':'was: "
        "z','build':5,'invocation':6,'side':'was'}]}");
    assert_int_equal(json_array_size(campaign_sides(report)), 2);
    json_t *side = campaign_of_side(report, "is");
    expect_json(side, "{'context':{'num_cpus':2,'of':'is','command':'the "
                      "command','more':1},'benchmarks':[{'name':'b/"
                      "n','run_name':'b','x':1,'build':3,'invocation':4,'noisy':true}]}");
    assert_null(campaign_sides(side));
    json_decref(side);
    side = campaign_of_side(report, "was");
    expect_json(side, "{'context':{'num_cpus':2,'of':'was','command':'the "
                      "command'},'benchmarks':[{'name':'a/"
                      "n','run_name':'a','x':1,'build':1,'invocation':2},{'run_name':'z','build':5,"
                      "'invocation':6}]}");
    json_decref(side);
    json_decref(report);
    campaign_free(&campaign);
}

static void a_campaign_of_one_side_has_its_own_names(void **state)
{
    (void)state;
    read_journal("{'type': 'campaign', 'schema': 1, 'command': 'c', 'design': {'sides': [{'name': "
                 "'x'}]}}\n"
                 "{'type': 'context', 'side': 0, 'context': {'num_cpus': 2}}\n"
                 "{'type': 'process', 'side': 0, 'build': 0, 'invocation': 1, 'noisy': true, "
                 "'row': 'a', 'runs': " RUN("a") "}\n");
    json_t *report = campaign_report(&campaign);
    expect_json(
        report,
        "{'context':{'num_cpus':2,'command':'c','campaign':{'design':{'sides':[{'name':'x'}]}}},'"
        "benchmarks':[{'name':'a/n','run_name':'a','x':1,'build':0,'invocation':1,'noisy':true}]}");
    assert_null(campaign_sides(report));
    json_decref(report);
    campaign_free(&campaign);
}

/* Of one place twice in a row, the first of which was noisy. */
static void a_noisy_process_may_have_been_repeated(void **state)
{
    (void)state;
    static const bool repeated[] = {false, true, false, false};
    read_journal(two_sides);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(campaign_was_repeated(&campaign, i), repeated[i]);
    campaign_free(&campaign);
    assert_true(campaign_begins(planted_path("c")));
    planted_write(planted_path("c"), "{\"type\": \"campaig", 17);
    assert_false(campaign_begins(planted_path("c")));
    assert_false(campaign_begins(planted_path("nowhere")));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, planted_folder_make, planted_folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_campaign_of_two_sides_is_one_report),
        TEST(a_campaign_of_one_side_has_its_own_names),
        TEST(a_noisy_process_may_have_been_repeated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
