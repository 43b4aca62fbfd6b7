/* The dump in JSON: by its schema, and saying what is so. */
#include "test/words.h"

#include "profile/dump.h"
#include "task/chan.h"
#include "task/ctx.h"
#include "task/defer.h"
#include "task/inspect.h"
#include "task/mutex.h"
#include "task/wait_group.h"
#include <jansson.h>

/* --- As much of JSON Schema as ours uses ------------------------------------------------------ */

static json_t *schema_root;

static bool has_type(const json_t *value, const char *type)
{
    static const char *const names[] = {
        [JSON_OBJECT] = "object",   [JSON_ARRAY] = "array", [JSON_STRING] = "string",
        [JSON_INTEGER] = "integer", [JSON_REAL] = "number", [JSON_TRUE] = "boolean",
        [JSON_FALSE] = "boolean",   [JSON_NULL] = "null"};
    return !strcmp(names[json_typeof(value)], type);
}

static const char *finding(const json_t *schema, const json_t *value);

static const char *finding_of_members(const json_t *schema, const json_t *value)
{
    const json_t *known = json_object_get(schema, "properties");
    const json_t *others = json_object_get(schema, "additionalProperties");
    const char *key;
    size_t i;
    json_t *member;
    json_array_foreach(
        json_object_get(schema, "required"), i,
        member) if (!json_object_get(value,
                                     json_string_value(member))) return json_string_value(member);
    json_object_foreach((json_t *)value, key, member)
    {
        const json_t *rule = json_object_get(known, key);
        if (!rule && json_is_false(others))
            return key;
        if (!rule)
            rule = others;
        if (rule && !json_is_true(rule) && finding(rule, member))
            return key;
    }
    return NULL;
}

static const char *finding_of_type(const json_t *types, const json_t *value)
{
    size_t i;
    json_t *type;
    if (json_is_string(types))
        return has_type(value, json_string_value(types)) ? NULL : json_string_value(types);
    json_array_foreach(types, i, type) if (has_type(value, json_string_value(type))) return NULL;
    return "none of the types";
}

static const char *finding_of_enum(const json_t *values, const json_t *value)
{
    size_t i;
    json_t *one;
    json_array_foreach(values, i, one) if (json_equal(one, value)) return NULL;
    return "none of the values";
}

static const char *finding_of_word(const json_t *schema, const char *word, const json_t *rule,
                                   const json_t *value)
{
    static const char members[] = "properties required additionalProperties";
    static const char silent[] = "$schema title description $defs";
    size_t i;
    json_t *item;
    if (strstr(silent, word))
        return NULL;
    if (strstr(members, word))
        return json_is_object(value) ? finding_of_members(schema, value) : NULL;
    if (!strcmp(word, "type"))
        return finding_of_type(rule, value);
    if (!strcmp(word, "enum"))
        return finding_of_enum(rule, value);
    if (!strcmp(word, "minimum"))
        return json_number_value(value) < json_number_value(rule) ? word : NULL;
    if (!strcmp(word, "$ref")) {
        const char *name = strrchr(json_string_value(rule), '/') + 1;
        return finding(json_object_get(json_object_get(schema_root, "$defs"), name), value);
    }
    if (!strcmp(word, "items")) {
        json_array_foreach(value, i, item) if (finding(rule, item)) return word;
        return NULL;
    }
    fail_msg("the schema has a word that this test does not know: %s", word);
    return NULL;
}

/* What is wrong with the value; NULL where it is as the schema says. */
static const char *finding(const json_t *schema, const json_t *value)
{
    const char *word;
    json_t *rule;
    assert_non_null(schema);
    json_object_foreach((json_t *)schema, word, rule)
    {
        const char *found = finding_of_word(schema, word, rule, value);
        if (found)
            return found;
    }
    return NULL;
}

static void expect_schema(const json_t *dump)
{
    json_error_t error;
    if (!schema_root)
        schema_root = json_load_file("harness/profile/dump.schema.json", 0, &error);
    if (!schema_root)
        fail_msg("the schema: %s:%d: %s", error.source, error.line, error.text);
    const char *found = finding(schema_root, dump);
    if (found)
        fail_msg("the dump is not as its schema says: %s", found);
}

/* --- Dumps ------------------------------------------------------------------------------------ */

static void receive(void *c)
{
    chan_recv(c, NULL);
}

static void select_both(void *c)
{
    chan_select(on_recv(c, NULL), on_send(NULL, NULL));
}

static void lock(void *m)
{
    mutex_lock(m);
    mutex_unlock(m);
}

static void read_lock(void *m)
{
    rw_mutex_rlock(m);
    rw_mutex_runlock(m);
}

static void wait(void *group)
{
    wait_group_wait(group);
}

static void wait_for_signal(void *cond)
{
    struct cond *c = cond;
    mutex_lock(c->mutex);
    cond_wait(c);
    mutex_unlock(c->mutex);
}

static void sleep_long(void *unused)
{
    (void)unused;
    task_sleep(HOUR);
}

static json_t *dump_json(const struct dump_subject *subject)
{
    json_error_t error;
    char *text = dump_text(&(struct dump){.format = DUMP_JSON, .subject = subject});
    assert_non_null(text);
    json_t *dump = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    if (!dump)
        fail_msg("not JSON: %s in:\n%s", error.text, text);
    free(text);
    expect_schema(dump);
    return dump;
}

/* The group of tasks with this entry. */
static json_t *group_of(const json_t *dump, const char *entry)
{
    size_t i;
    json_t *group;
    json_array_foreach(json_object_get(dump, "groups"), i, group)
    {
        json_t *made = json_object_get(group, "created_by");
        if (!strcmp(json_string_value(json_object_get(made, "entry")), entry))
            return group;
    }
    fail_msg("no group of %s", entry);
    return NULL;
}

static json_t *waits_on(const json_t *group, size_t i)
{
    json_t *list = json_object_get(group, "waits_on");
    assert_true(i < json_array_size(list));
    return json_array_get(list, i);
}

static json_int_t number(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    assert_true(json_is_integer(value));
    return json_integer_value(value);
}

static const char *words(const json_t *object, const char *key)
{
    const char *value = json_string_value(json_object_get(object, key));
    assert_non_null(value);
    return value;
}

TASK_TEST(the_json_says_who_waits_where_and_since_when)
{
    struct chan *c = chan_make(int, 3);
    defer(chan_drop, c);
    task_label("sample", "x");
    for (int i = 0; i < 3; i++)
        go(receive, c);
    int line = __LINE__ - 1;
    settle();
    int64_t start = clock_now();
    task_sleep(10 * MINUTE);
    json_t *dump = dump_json(&(struct dump_subject){"channel_receive", "leak", 3});
    assert_int_equal(number(dump, "total"), 4);
    assert_int_equal(number(dump, "time"), start + 10 * MINUTE);
    assert_int_equal(number(json_object_get(dump, "subject"), "requests"), 3);
    json_t *group = group_of(dump, "receive");
    assert_int_equal(number(group, "count"), 3);
    assert_string_equal(words(group, "reason"), "chan receive");
    assert_string_equal(words(group, "state"), "parked");
    assert_int_equal(number(json_object_get(group, "age"), "median"), 10 * MINUTE);
    assert_int_equal(number(json_object_get(group, "since"), "min"), start);
    assert_string_equal(words(json_object_get(group, "labels"), "sample"), "x");
    json_t *made = json_object_get(group, "created_by");
    assert_int_equal(number(made, "line"), line);
    assert_string_equal(words(made, "file"), "harness/test/test_profile_json.c");
    json_t *leaf = json_array_get(json_object_get(group, "frames"), 0);
    assert_string_equal(words(leaf, "function"), "receive");
    assert_string_equal(words(leaf, "file"), "harness/test/test_profile_json.c");
    json_t *object = waits_on(group, 0);
    assert_string_equal(words(object, "kind"), "channel");
    assert_string_equal(words(object, "direction"), "receive");
    assert_int_equal(number(object, "objects"), 1);
    assert_int_equal(number(object, "tasks"), 3);
    assert_int_equal(number(object, "capacity"), 3);
    assert_int_equal(number(object, "length"), 0);
    assert_int_equal(number(object, "references"), 1);
    assert_int_equal(number(object, "receivers"), 3);
    assert_true(json_is_null(json_object_get(object, "closed_at")));
    assert_string_equal(words(json_object_get(object, "made_at"), "file"),
                        "harness/test/test_profile_json.c");
    json_decref(dump);
    json_decref(schema_root);
    schema_root = NULL;
    chan_close(c);
}

TASK_TEST(ages_go_from_the_youngest_to_the_oldest)
{
    struct chan *c = chan_make(int, 0);
    defer(chan_drop, c);
    for (int i = 0; i < 3; i++) {
        go(receive, c);
        settle();
        task_sleep(i ? SECOND : MINUTE);
    }
    json_t *dump = dump_json(NULL);
    json_t *age = json_object_get(group_of(dump, "receive"), "age");
    assert_int_equal(number(age, "min"), SECOND);
    assert_int_equal(number(age, "median"), 2 * SECOND);
    assert_int_equal(number(age, "max"), MINUTE + 2 * SECOND);
    json_decref(dump);
    json_decref(schema_root);
    schema_root = NULL;
    chan_close(c);
}

TASK_TEST(every_kind_of_object_is_told_by_the_schema)
{
    struct chan *c = chan_make(int, 0);
    defer(chan_drop, c);
    struct wait_group group = {0};
    struct mutex m = {0}, outer = {0};
    struct rw_mutex rw = {0};
    struct cond cond = {.mutex = &outer};
    wait_group_add(&group, 2);
    mutex_lock(&m);
    rw_mutex_lock(&rw);
    go(select_both, c);
    go(wait, &group);
    go(lock, &m);
    go(read_lock, &rw);
    go(wait_for_signal, &cond);
    go(sleep_long, NULL);
    settle();
    json_t *dump = dump_json(NULL);
    json_t *both = group_of(dump, "select_both");
    assert_int_equal(json_array_size(json_object_get(both, "waits_on")), 1); /* NULL is none */
    assert_int_equal(number(waits_on(both, 0), "case"), 0);
    assert_string_equal(words(waits_on(both, 0), "direction"), "receive");
    json_t *waited = waits_on(group_of(dump, "wait"), 0);
    assert_string_equal(words(waited, "kind"), "wait group");
    assert_int_equal(number(waited, "counter"), 2);
    waited = waits_on(group_of(dump, "lock"), 0);
    assert_string_equal(words(waited, "kind"), "mutex");
    assert_true(json_is_true(json_object_get(waited, "locked")));
    waited = waits_on(group_of(dump, "read_lock"), 0);
    assert_string_equal(words(waited, "kind"), "readers-writer mutex");
    assert_true(json_is_true(json_object_get(waited, "writing")));
    assert_string_equal(words(waits_on(group_of(dump, "wait_for_signal"), 0), "kind"), "condition");
    assert_int_equal(json_array_size(json_object_get(group_of(dump, "sleep_long"), "waits_on")), 0);
    json_decref(dump);
    json_decref(schema_root);
    schema_root = NULL;
    chan_close(c);
    wait_group_add(&group, -2);
    mutex_unlock(&m);
    rw_mutex_unlock(&rw);
    cond_signal(&cond);
    task_sleep(HOUR);
}

TASK_TEST(hostile_labels_come_back_as_they_were)
{
    enum { LONG = 1 << 20 };
    struct chan *c = chan_make(int, 0);
    defer(chan_drop, c);
    char *longest = malloc(LONG + 1);
    memset(longest, 'x', LONG);
    longest[LONG] = 0;
    task_label("long", longest);
    task_label("lines\nand \"quotes\"", "a\n\"b\"\\\x1b</script>\xc3\xa9");
    task_label("broken", "\xff.");
    go(receive, c);
    settle();
    json_t *dump = dump_json(NULL);
    json_t *labels = json_object_get(group_of(dump, "receive"), "labels");
    assert_string_equal(words(labels, "long"), longest);
    assert_string_equal(words(labels, "lines\nand \"quotes\""), "a\n\"b\"\\\x1b</script>\xc3\xa9");
    assert_string_equal(words(labels, "broken"), "\xEF\xBF\xBD.");
    json_decref(dump);
    json_decref(schema_root);
    schema_root = NULL;
    free(longest);
    chan_close(c);
}

static void the_schema_refuses_what_it_does_not_say(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "{}",
        "{\"schema\":2,\"time\":1,\"total\":0,\"peers_by\":\"\",\"groups\":[],\"remarks\":[]}",
        "{\"schema\":1,\"time\":\"1\",\"total\":0,\"peers_by\":\"\",\"groups\":[],\"remarks\":[]}",
        "{\"schema\":1,\"time\":1,\"total\":-1,\"peers_by\":\"\",\"groups\":[],\"remarks\":[]}",
        "{\"schema\":1,\"time\":1,\"total\":0,\"peers_by\":\"\",\"groups\":[],\"remarks\":[1]}",
        "{\"schema\":1,\"time\":1,\"total\":0,\"peers_by\":\"\",\"groups\":[{}],\"remarks\":[]}",
        ("{\"schema\":1,\"time\":1,\"total\":0,\"peers_by\":\"\",\"groups\":[],\"remarks\":[],"
         "\"more\":1}"),
    };
    json_error_t error;
    schema_root = json_load_file("harness/profile/dump.schema.json", 0, &error);
    assert_non_null(schema_root);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        json_t *value = json_loads(wrong[i], 0, &error);
        assert_non_null(value);
        assert_non_null(finding(schema_root, value));
        json_decref(value);
    }
    json_decref(schema_root);
    schema_root = NULL;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_json_says_who_waits_where_and_since_when),
        cmocka_unit_test(ages_go_from_the_youngest_to_the_oldest),
        cmocka_unit_test(every_kind_of_object_is_told_by_the_schema),
        cmocka_unit_test(hostile_labels_come_back_as_they_were),
        cmocka_unit_test(the_schema_refuses_what_it_does_not_say),
    };
    return cmocka_run_group_tests_name("profile: JSON", tests, NULL, NULL);
}
