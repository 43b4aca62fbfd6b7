/* The lines of a record as they are written: each member has its own name. */
#include "test/full_case.h"
#include "test/quoted.h"
#include "test/words.h"

#include "record/record_json.h"

static void each_figure_of_a_sample_has_its_name(void **state)
{
    (void)state;
    json_t *line = record_json_sample(7, &full_sample);
    expect_json(line, "{'type':'sample','case':7,'time_ns':101,'phase':'drain','phase_ends':true,'"
                      "sent':102,'finished':103,"
                      "'refused':104,'tasks':105,'waiting':{'chan "
                      "receive':106,'sleep':107},'timers':108,'channels':109,"
                      "'contexts':110,'armed':111,'stacks_used':112,'stacks_reserved_bytes':113,'"
                      "heap':{'allocated_bytes':"
                      "114,'active_bytes':115,'resident_bytes':116,'retained_bytes':117},'memory':{"
                      "'rss_bytes':118,"
                      "'anon_bytes':119,'file_bytes':120,'shared_bytes':121,'page_tables_bytes':"
                      "122,'swapped_bytes':124,"
                      "'charged_bytes':123,'limited_bytes':130,'exact':true,'mappings':{'stacks_"
                      "bytes':125,'heap_bytes'"
                      ":126,'program_bytes':127,"
                      "'files_bytes':128,'shared_bytes':129}}}");
    json_decref(line);
}

static void each_setting_has_its_name(void **state)
{
    (void)state;
    struct settings settings = full_settings();
    json_t *json = record_json_settings(&settings);
    expect_json(
        json,
        "{'arrivals':'poisson','rate_per_second':1.5,'requests':201,'duration_ns':202,"
        "'warm_up_requests':203,'baseline_ns':204,'patience_ns':205,'settle_ns':206,'seed':207,"
        "'stack_bytes':208,'virtual_clock':true,'samples_per_second':2.5,'memory_limit_bytes':"
        "209}");
    json_decref(json);
    settings = (struct settings){0};
    json = record_json_settings(&settings);
    expect_json(json, "{'arrivals':'constant','rate_per_second':0.0,'requests':0,'duration_ns':0,"
                      "'warm_up_requests':0,'baseline_ns':0,'patience_ns':0,'settle_ns':0,'seed':0,"
                      "'stack_bytes':0,"
                      "'virtual_clock':false,'samples_per_second':0.0,'memory_limit_bytes':null}");
    json_decref(json);
}

static void a_case_s_beginning_is_told(void **state)
{
    (void)state;
    struct outcome outcome = full_outcome();
    json_t *line = record_json_start(7, &outcome);
    json_object_del(line, "settings");
    expect_json(
        line, "{'type':'start','case':7,'id':'wait_group','family':'strategies','title':'A wait "
              "for a worker "
              "that never finishes','variant':'leak','repetition':308,'expected':{'parked':{'chan "
              "receive':1,"
              "'sync.WaitGroup.Wait':1},'timers':0,'timers_held':0},'twin':'go','twin_version':'"
              "go1.99'}");
    json_decref(line);
}

static void a_case_s_end_is_told(void **state)
{
    (void)state;
    struct outcome outcome = full_outcome();
    const struct verdict verdict = {.as_catalogued = true, .words = "LEAK", .wrong = "not so"};
    json_t *line = record_json_end(7, &outcome, &verdict);
    expect_json(
        line,
        "{'type':'end','case':7,'ended':'signal','status':9,'ended_ns':309,'memory_limit':{'by':'"
        "the meter','killed':"
        "true},'words':'why','phase':'done','phase_began_ns':{'load':305,'drain':306},'sent':301,'"
        "timers_gone_ns':304,"
        "'finished':302,'refused':303,'counts':{'baseline':{'tasks':312,'waiting':{'select':322},'"
        "timers':332,"
        "'channels':342,'contexts':352,'heap_bytes':362},'held':{'tasks':311,'waiting':{'select':"
        "321},'timers':331,"
        "'channels':341,'contexts':351,'heap_bytes':361},'left':{'tasks':310,'waiting':{'select':"
        "320},'timers':330,"
        "'channels':340,'contexts':350,'heap_bytes':360}},'parked':[{'count':371,'reason':'chan "
        "send','file':'a.c',"
        "'line':372,'function':'f','made_file':'b.c','made_line':373,'made_function':'g','kept_"
        "awake':true}],"
        "'parked_elsewhere':370,'verdict':{'as_catalogued':true,'words':'LEAK','wrong':'not "
        "so'},'paused_ns':307,'noise':{'load_average':1.5,'others':0.25,"
        "'stolen':0.125,'waited':null}}");
    json_decref(line);
}

/* When all was gone: of the kind that went last, and nothing where one of any kind but the heap stays. */
static void what_stays_is_never_gone(void **state)
{
    (void)state;
    const struct verdict verdict = {.words = "LEAK"};
    for (enum kind kind = 0; kind < KINDS; kind++) {
        struct outcome outcome = full_outcome();
        struct counts *left = &full_gauges.legs[LEG_LOAD].counts[MOMENT_LEFT];
        switch (kind) {
        case KIND_TASKS:
            left->tasks = 313;
            break;
        case KIND_TIMERS:
            left->timers = 333;
            break;
        case KIND_CONTEXTS:
            left->contexts = 353;
            break;
        case KIND_CHANNELS:
            left->channels = 343;
            break;
        case KIND_HANDLES:
            left->handles = 1;
            break;
        case KIND_REQUESTS:
            left->requests = 1;
            break;
        case KIND_QUEUED:
            left->queued = 1;
            break;
        case KIND_DESCRIPTORS:
            left->descriptors = 1;
            break;
        case KIND_THREADS:
            left->threads = 1;
            break;
        default:
            left->heap = 363;
        }
        json_t *line = record_json_end(0, &outcome, &verdict);
        assert_int_equal(json_is_null(json_object_get(line, "timers_gone_ns")), kind != KIND_HEAP);
        json_decref(line);
    }
}

/* Counts are told of moments that the case has got past. */
static void what_was_not_reached_is_null(void **state)
{
    (void)state;
    struct outcome outcome = full_outcome();
    const struct verdict verdict = {.words = "DIED"};
    static const char *const moments[] = {"baseline", "held", "left"};
    static const enum phase after[] = {PHASE_LOAD, PHASE_SETTLE, PHASE_DONE};
    for (enum phase phase = 0; phase < PHASES; phase++) {
        full_gauges.progress.phase = phase;
        json_t *line = record_json_end(0, &outcome, &verdict),
               *counts = json_object_get(line, "counts");
        for (int i = 0; i < 3; i++)
            assert_int_equal(json_is_null(json_object_get(counts, moments[i])), phase < after[i]);
        json_decref(line);
    }
    outcome.gauges = NULL; /* it did not even begin */
    outcome.limit_by = LIMIT_NONE;
    outcome.ending = (struct case_ending){.how = ENDED_NOT_STARTED, .time = -1};
    json_t *line = record_json_end(0, &outcome, &verdict);
    expect_json(line, "{'type':'end','case':0,'ended':'not "
                      "started','status':0,'ended_ns':null,'memory_limit':null,"
                      "'words':null,'phase':'start','phase_began_ns':{},'sent':0,'timers_gone_ns':"
                      "null,'finished':0,"
                      "'refused':0,'counts':{'baseline':null,'held':null,'left':null},'parked':[],'"
                      "parked_elsewhere':0,"
                      "'verdict':{'as_catalogued':false,'words':'DIED','wrong':null},'paused_ns':0,"
                      "'noise':{'load_average':"
                      "1.5,'others':0.25,'stolen':0.125,'waited':null}}");
    json_decref(line);
}

static void other_lines_are_told(void **state)
{
    (void)state;
    static const struct latency latencies[] = {{1, 4}, {6, 0}, {0, 7}};
    json_t *line = record_json_latencies(3, 4, latencies, 3);
    expect_json(line, "{'type':'latencies','case':3,'first':4,'ns':[5,6,7],'late_ns':[1,6,0]}");
    json_decref(line);
    line = record_json_close(0);
    expect_json(line, "{'type':'close','interrupted_by':null}");
    json_decref(line);
    line = record_json_close(2);
    expect_json(line, "{'type':'close','interrupted_by':2}");
    json_decref(line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_figure_of_a_sample_has_its_name),
        cmocka_unit_test(each_setting_has_its_name),
        cmocka_unit_test(a_case_s_beginning_is_told),
        cmocka_unit_test(a_case_s_end_is_told),
        cmocka_unit_test(what_stays_is_never_gone),
        cmocka_unit_test(what_was_not_reached_is_null),
        cmocka_unit_test(other_lines_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
