// The same work on Boost.Fiber: as the runtime here, switched by its callers and on one thread, in a language
// without a collector. So what is Go's language and what is its safety among threads can be told apart. Its own
// channels, mutexes and counts are safe among threads all the same, as Debian builds them: with atomics and locks.
//
// Each row does what its namesake in bench/*.c does; what is counted is said there. There is no select.
#include "bench/shim.h"

#include <algorithm>
#include <array>
#include <boost/fiber/all.hpp>
#include <boost/version.hpp>
#include <string>
#include <type_traits>
#include <vector>

namespace fibers = boost::fibers;

static void expect(bench_state *s, const char *what, int64_t counted, int64_t expected)
{
    if (counted != expected)
        bench_skip(s, (std::string(what) + ": " + std::to_string(counted) + " instead of " +
                       std::to_string(expected))
                          .c_str());
}

// --- Fibers --------------------------------------------------------------------------------------

// Started as go() starts a task: to run later. Stacks are kept for the next ones, as here.
template <class Work> static fibers::fiber start(Work &&work)
{
    static thread_local fibers::pooled_fixedsize_stack stacks(64 << 10);
    return fibers::fiber(fibers::launch::post, std::allocator_arg, stacks,
                         std::forward<Work>(work));
}

static void spawn(bench_state *s, void *)
{
    int64_t n = bench_batch(s), ended = 0;
    for (int64_t i = 0; i < n; i++)
        start([&] { ended++; }).join();
    bench_batch_end(s);
    expect(s, "fibers that ran", ended, n);
}

static void wait_for_all(bench_state *s, void *)
{
    int64_t n = bench_value(s), ended = 0;
    std::vector<fibers::fiber> all(static_cast<size_t>(n));
    while (bench_loop_of(s, n)) {
        for (auto &one : all)
            one = start([&] { ended++; });
        for (auto &one : all)
            one.join();
    }
    expect(s, "fibers that ran", ended, bench_done(s));
}

static void spawn_parked(bench_state *s, void *)
{
    int64_t n = bench_value(s), woken = 0;
    std::vector<fibers::fiber> all(static_cast<size_t>(n));
    while (bench_loop_of(s, n)) {
        fibers::unbuffered_channel<char> gate;
        for (auto &one : all)
            one = start([&] {
                char nothing;
                woken += gate.pop(nothing) == fibers::channel_op_status::closed;
            });
        boost::this_fiber::yield(); // all of them park
        gate.close();
        for (auto &one : all)
            one.join();
    }
    expect(s, "fibers woken by the close", woken, bench_done(s));
}

static void yield(bench_state *s, void *)
{
    int64_t n = (bench_batch(s) + 1) / 2, mine = 0, others = 0;
    fibers::fiber other = start([&] {
        while (others < n) {
            others++;
            boost::this_fiber::yield();
        }
    });
    while (mine < n) {
        mine++;
        boost::this_fiber::yield();
    }
    bench_batch_end(s);
    other.join();
    expect(s, "yields", mine + others, 2 * n);
}

// --- Channels ------------------------------------------------------------------------------------

static void ping_pong(bench_state *s, void *)
{
    fibers::unbuffered_channel<int64_t> there, back;
    fibers::fiber echo = start([&] {
        for (int64_t value : there)
            back.push(value);
    });
    int64_t n = bench_batch(s), sum = 0;
    for (int64_t i = 0; i < n; i++) {
        there.push(i);
        sum += back.value_pop();
    }
    bench_batch_end(s);
    there.close();
    echo.join();
    expect(s, "sum of what came back", sum, n * (n - 1) / 2);
}

template <class Channel> static void one_way(bench_state *s, Channel &items)
{
    typename Channel::value_type value{};
    int64_t n = bench_batch(s), received = 0;
    fibers::fiber sender = start([&items, n] {
        for (int64_t i = 0; i < n; i++)
            items.push(typename Channel::value_type{});
        items.close();
    });
    while (items.pop(value) == fibers::channel_op_status::success)
        received++;
    bench_batch_end(s);
    sender.join();
    expect(s, "items that arrived", received, n);
}

template <class Item> static void unbuffered(bench_state *s, void *)
{
    fibers::unbuffered_channel<Item> items;
    one_way(s, items);
}

// Of a capacity that is a power of two it holds one less.
template <class Item> static void buffered(bench_state *s, void *)
{
    fibers::buffered_channel<Item> items(128);
    one_way(s, items);
}

struct nothing {
};

template <class Item> static void register_item(const char *size)
{
    bench_clock(bench_register((std::string("micro/item/") + size).c_str(), unbuffered<Item>, 0),
                BENCH_REAL_TIME);
    bench_clock(
        bench_register((std::string("micro/item_buffered/") + size).c_str(), buffered<Item>, 0),
        BENCH_REAL_TIME);
}

// --- Locks ---------------------------------------------------------------------------------------

static void lock_alone(bench_state *s, void *)
{
    fibers::mutex mutex;
    for (int64_t n = bench_batch(s); n > 0; n--) {
        mutex.lock();
        mutex.unlock();
    }
    bench_batch_end(s);
}

static void lock_wanted(bench_state *s, void *)
{
    int64_t n = bench_value(s), each = (bench_batch(s) + n - 1) / n, locks = 0;
    fibers::mutex mutex;
    std::vector<fibers::fiber> all;
    for (int64_t i = 0; i < n; i++)
        all.push_back(start([&] {
            for (int64_t j = 0; j < each; j++) {
                mutex.lock();
                boost::this_fiber::yield();
                locks++;
                mutex.unlock();
            }
        }));
    for (auto &one : all)
        one.join();
    bench_batch_end(s);
    expect(s, "locks", locks, each * n);
}

// --- The suite -----------------------------------------------------------------------------------

static bench *row(const char *name, void (*fn)(bench_state *, void *))
{
    bench *b = bench_register(name, fn, nullptr);
    bench_clock(b, BENCH_REAL_TIME);
    return b;
}

int main(int argc, char **argv)
{
    row("micro/spawn", spawn);
    bench_arg(row("micro/spawn_parked", spawn_parked), 1000);
    row("micro/yield", yield);
    row("micro/ping_pong", ping_pong);
    row("micro/one_way/0", unbuffered<int64_t>);
    row("micro/one_way/128", buffered<int64_t>);
    register_item<nothing>("0");
    register_item<std::array<char, 4>>("4");
    register_item<std::array<char, 16>>("16");
    register_item<std::array<char, 64>>("64");
    register_item<std::array<char, 1024>>("1024");
    bench_arg(row("micro/wait_group/wait", wait_for_all), 1000);
    row("micro/mutex/free", lock_alone);
    bench *wanted = row("micro/mutex/wanted", lock_wanted);
    bench_arg(wanted, 2);
    bench_arg(wanted, 16);
    std::string version = BOOST_LIB_VERSION;
    std::replace(version.begin(), version.end(), '_', '.');
    bench_context("boost", version.c_str());
    return bench_main(argc, argv);
}
