/* What is for other programs is valid by these programs: cffconvert, frictionless, schema.org's types. */
#include "test/planted.h"
#include "test/words.h"

static void each_form_is_valid_by_its_own_tool(void **state)
{
    (void)state;
    char command[700];
    planted_saved("m");
    snprintf(command, sizeof command, "sh harness/test/metadata.sh '%s' 2>&1",
             planted_path("results"));
    FILE *in = popen(command, "re");
    char said[4096] = "";
    assert_non_null(in);
    said[fread(said, 1, sizeof said - 1, in)] = 0;
    int status = pclose(in);
    if (status == 77 << 8) {
        said[strcspn(said, "\n")] = 0;
        support_skip("%s", said);
    }
    if (status)
        fail_msg("%s", said);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_form_is_valid_by_its_own_tool, planted_folder_make,
                                        planted_folder_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
