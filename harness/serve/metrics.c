#include "serve/metrics.h"
#include "census/census.h"
#include "census/listing.h"
#include "probe/heap.h"
#include "probe/memory.h"
#include "proof/proof.h"
#include "serve/process.h"
#include "serve/reply.h"
#include "serve/work.h"
#include "task/stats.h"
#include "task/time.h"
#include "task/wait_reason.h"
#include <inttypes.h>

static const char type_text[] = "text/plain; version=0.0.4; charset=utf-8";

void metric_head(FILE *out, const char *name, const char *type, const char *help)
{
    fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void gauge(FILE *out, const char *name, const char *help, double value)
{
    metric_head(out, name, "gauge", help);
    fprintf(out, "%s %.17g\n", name, value);
}

static void counter(FILE *out, const char *name, const char *help, uint64_t value)
{
    metric_head(out, name, "counter", help);
    fprintf(out, "%s %" PRIu64 "\n", name, value);
}

static void write_tasks(FILE *out)
{
    gauge(out, "leaklab_tasks", "Tasks alive: running, ready and parked.", (double)task_stats.live);
    metric_head(out, "leaklab_tasks_waiting", "gauge", "Parked tasks by what they wait for.");
    for (int reason = WAIT_NONE + 1; reason < WAIT_REASONS; reason++)
        fprintf(out, "leaklab_tasks_waiting{reason=\"%s\"} %" PRIu64 "\n",
                wait_reason_text((enum wait_reason)reason), task_stats.waiting[reason]);
    counter(out, "leaklab_tasks_spawned_total", "Tasks ever made.", task_stats.spawned);
    counter(out, "leaklab_tasks_finished_total", "Tasks that have returned.", task_stats.finished);
    counter(out, "leaklab_tasks_refused_total", "Tasks that no memory was found for.",
            task_stats.refused);
    gauge(out, "leaklab_timers", "Timers and tickers alive.", (double)task_stats.timers);
    gauge(out, "leaklab_deadlines", "Deadlines that the clock waits for.",
          (double)task_stats.armed);
    gauge(out, "leaklab_channels", "Channels alive.", (double)task_stats.channels);
    gauge(out, "leaklab_contexts", "Contexts alive.", (double)task_stats.contexts);
    gauge(out, "leaklab_stacks", "Stacks with touched pages: of live tasks, and kept for the next.",
          (double)task_stats.stacks_used);
    gauge(out, "leaklab_stacks_reserved_bytes", "Address space reserved for stacks.",
          (double)task_stats.stacks_reserved);
}

/* At most one look a second, however many scrape. */
static const struct task_leaks *latest_look(void)
{
    static struct task_leaks leaks;
    static int64_t next;
    if (clock_now() >= next) {
        task_leaks(&leaks);
        next = clock_now() + SECOND;
    }
    return &leaks;
}

static void write_proof(FILE *out)
{
    const struct task_leaks *leaks = latest_look();
    gauge(out, "leaklab_proof_refused", "1 where nothing could be proven: see debug/pprof.",
          leaks->refused != NULL);
    gauge(out, "leaklab_proof_duration_seconds", "How long the last look at all tasks took.",
          (double)leaks->took / (double)SECOND);
    if (leaks->refused)
        return;
    gauge(out, "leaklab_tasks_leaked", "Tasks that nobody can ever wake, proven.",
          (double)leaks->leaked);
    gauge(out, "leaklab_tasks_by_time", "Tasks that time alone wakes: tickers, sleeps, deadlines.",
          (double)leaks->by_time);
    metric_head(out, "leaklab_tasks_ended_total", "counter",
                "Leaked tasks that were made to end: serve --recover.");
    fprintf(out, "leaklab_tasks_ended_total %" PRIu64 "\n", task_stats.ended);
}

/* Of a pair of plain C: what it has made, and the service has not. */
static void write_census(FILE *out, const struct server *server)
{
    struct listing_counts counts;
    if (!server->settings->pair || !pair_is_plain(server->settings->pair) ||
        !listing_count(&(struct listing){.callers = "harness/"}, &counts))
        return;
    metric_head(out, "leaklab_handles", "gauge", "libuv handles that are not closed, by type.");
    for (int type = UV_UNKNOWN_HANDLE + 1; type < CENSUS_TYPES; type++)
        if (type != UV_HANDLE && type != UV_STREAM && type != UV_FILE)
            fprintf(out, "leaklab_handles{type=\"%s\"} %" PRIu64 "\n",
                    census_type((uv_handle_type)type), counts.of_type[type]);
    gauge(out, "leaklab_requests_in_flight", "libuv requests whose callback is not due yet.",
          (double)counts.of_kind[CENSUS_REQUEST]);
    gauge(out, "leaklab_queued_bytes", "Bytes in the queues of streams and sockets.",
          (double)counts.queued);
    gauge(out, "leaklab_descriptors", "Descriptors that the pair has opened, or libuv for it.",
          (double)counts.of_kind[CENSUS_DESCRIPTOR]);
    gauge(out, "leaklab_threads", "Threads that run, or have ended and are not joined.",
          (double)counts.of_kind[CENSUS_THREAD]);
}

static void write_heap(FILE *out)
{
    if (!heap_is_known())
        return;
    struct heap heap = {-1, -1, -1, -1};
    heap_read(&heap);
    gauge(out, "leaklab_heap_allocated_bytes",
          "Heap allocated by the service's thread and not freed.", (double)heap.allocated);
    gauge(out, "leaklab_heap_active_bytes", "Heap in pages that hold allocations.",
          (double)heap.active);
    gauge(out, "leaklab_heap_resident_bytes", "Heap that the allocator keeps in memory.",
          (double)heap.resident);
    gauge(out, "leaklab_heap_retained_bytes", "Address space that the allocator keeps unused.",
          (double)heap.retained);
}

static void write_latency(FILE *out, const struct histogram *h)
{
    static const char name[] = "leaklab_work_duration_seconds";
    uint64_t sum = 0;
    metric_head(out, name, "histogram",
                "Time from a request for work to its handler's return, or until it was given up.");
    for (int i = 0; i < HISTOGRAM_BUCKETS; i++) {
        sum += h->counts[i];
        fprintf(out, "%s_bucket{le=\"%g\"} %" PRIu64 "\n", name, histogram_bounds[i], sum);
    }
    sum += h->counts[HISTOGRAM_BUCKETS];
    fprintf(out, "%s_bucket{le=\"+Inf\"} %" PRIu64 "\n%s_sum %.9f\n%s_count %" PRIu64 "\n", name,
            sum, name, (double)h->nanoseconds / 1e9, name, sum);
}

static void write_http(FILE *out, const struct server *server)
{
    const struct work_place *work = server->work;
    if (work->entry) {
        metric_head(out, "leaklab_work_requests_total", "counter",
                    "Requests for work by how they ended.");
        for (int i = 0; i < OUTCOMES; i++)
            fprintf(out, "leaklab_work_requests_total{outcome=\"%s\"} %" PRIu64 "\n",
                    outcome_label((enum outcome_kind)i), work->outcomes[i]);
        gauge(out, "leaklab_work_in_flight", "Handlers that have not returned.",
              (double)work->at_work);
        counter(out, "leaklab_work_given_up_total",
                "Handlers that did not return though their context was cancelled.", work->given_up);
        write_latency(out, &work->latency);
    }
    gauge(out, "leaklab_http_connections", "Connections open.", (double)server->connections.open);
    counter(out, "leaklab_http_connections_total", "Connections ever accepted.",
            server->connections.ever);
    counter(out, "leaklab_http_slow_clients_total",
            "Connections closed because their client took too long.", server->connections.too_slow);
    counter(out, "leaklab_http_aborted_total", "Requests whose connection ended before the answer.",
            server->aborted);
    metric_head(out, "leaklab_http_responses_total", "counter",
                "Answers by the class of their status.");
    for (int class = 2; class < STATUS_CLASSES; class ++)
        fprintf(out, "leaklab_http_responses_total{class=\"%dxx\"} %" PRIu64 "\n", class,
                server->answers[class]);
}

static void write_process(FILE *out)
{
    struct process_figures figures;
    process_look(&figures);
    gauge(out, "process_resident_memory_bytes", "Resident memory size in bytes.",
          (double)figures.resident);
    gauge(out, "process_virtual_memory_bytes", "Virtual memory size in bytes.",
          (double)figures.virtual_size);
    metric_head(out, "process_cpu_seconds_total", "counter", "User and system processor time.");
    fprintf(out, "process_cpu_seconds_total %.2f\n", figures.cpu_seconds);
    gauge(out, "process_start_time_seconds", "Start of the process since the epoch in seconds.",
          figures.start_time);
    gauge(out, "process_open_fds", "Open file descriptors.", (double)figures.open_descriptors);
    gauge(out, "process_max_fds", "Most file descriptors that may be open.",
          (double)figures.most_descriptors);
}

static void write_build(FILE *out, const struct server *server)
{
    const struct pair *pair = server->settings->pair;
    metric_head(out, "leaklab_build_info", "gauge", "What runs here; always 1.");
    fprintf(out, "leaklab_build_info{version=\"%s\",pair=\"%s\",variant=\"%s\"} 1\n",
            LEAKLAB_VERSION, pair ? pair->id : "",
            pair ? variant_name(server->settings->variant) : "");
}

enum MHD_Result metrics_serve(struct http_request *request)
{
    const struct extension *extension = request->server->settings->extension;
    FILE *out = reply_file();
    if (!out)
        return reply_text(request, MHD_HTTP_INTERNAL_SERVER_ERROR, "no memory for the answer\n");
    write_tasks(out);
    write_proof(out);
    write_census(out, request->server);
    write_heap(out);
    write_process(out);
    write_http(out, request->server);
    extension->write_metrics(request->server->extended, out);
    write_build(out, request->server);
    return reply_with_file(request, out, type_text, NULL, NULL);
}
