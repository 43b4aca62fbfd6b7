/* Which line opened a descriptor. The system says which are open; a record goes with the program's close() or uv_close(), so that
 * what libuv opens later under the same number is not taken for it. What libuv opens for a handle (a socket that is connected, a
 * client that is accepted) was made where the handle was. */
#include "census/descriptors.h"
#include "census/layout.h"
#include "census/recording.h"
#include "census/table.h"
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DESCRIPTORS = 1 << 20 }; /* those above are without a maker */

struct descriptor {
    uint32_t made, mark;
    int64_t since;
};

static struct descriptor *all; /* mapped, and touched where there are any */
static int highest = -1;

/* With the lock. made: the number of its maker's stack. */
static void keep(int number, uint32_t made)
{
    if (!all) {
        void *memory = mmap(NULL, DESCRIPTORS * sizeof *all, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        __atomic_store_n(&all, memory == MAP_FAILED ? NULL : memory, __ATOMIC_RELEASE);
    }
    if (all)
        all[number] = (struct descriptor){made, recording.next++, (int64_t)(uv_hrtime() / 1000000)};
    highest = number > highest ? number : highest;
}

static bool is_kept(int number)
{
    return recording.on && number >= 0 && number < DESCRIPTORS;
}

/* Without the lock: close() may be called in a handler of a signal. */
void descriptors_closed(int number)
{
    struct descriptor *table = __atomic_load_n(&all, __ATOMIC_ACQUIRE);
    if (table && is_kept(number))
        __atomic_store_n(&table[number].made, 0, __ATOMIC_RELAXED);
}

void descriptors_opened(int number, uint32_t made)
{
    if (!is_kept(number))
        return;
    census_lock();
    keep(number, made);
    census_unlock();
}

void descriptors_opened_from(int number, const void *frame)
{
    if (!is_kept(number))
        return;
    census_lock();
    keep(number, stacks_number(frame, CENSUS_FRAMES));
    census_unlock();
}

/* int NAME(.., int numbers[2], ..) */
#define WRAP_TWO(name, parameters, arguments, numbers)                                             \
    int __real_##name parameters;                                                                  \
    int __wrap_##name parameters;                                                                  \
    int __wrap_##name parameters                                                                   \
    {                                                                                              \
        int failed = __real_##name arguments;                                                      \
        for (int i = 0; !failed && i < 2; i++)                                                     \
            descriptors_opened_from((numbers)[i], __builtin_frame_address(0));                     \
        return failed;                                                                             \
    }

/* int NAME(..), which returns the number */
#define WRAP_ONE(name, parameters, arguments)                                                      \
    int __real_##name parameters;                                                                  \
    int __wrap_##name parameters;                                                                  \
    int __wrap_##name parameters                                                                   \
    {                                                                                              \
        int number = __real_##name arguments;                                                      \
        descriptors_opened_from(number, __builtin_frame_address(0));                               \
        return number;                                                                             \
    }

WRAP_TWO(uv_pipe, (uv_file numbers[2], int reading, int writing), (numbers, reading, writing),
         numbers)
WRAP_TWO(uv_socketpair, (int type, int protocol, uv_os_sock_t numbers[2], int first, int second),
         (type, protocol, numbers, first, second), numbers)
WRAP_TWO(pipe, (int numbers[2]), (numbers), numbers)
WRAP_TWO(pipe2, (int numbers[2], int flags), (numbers, flags), numbers)
WRAP_TWO(socketpair, (int domain, int type, int protocol, int numbers[2]),
         (domain, type, protocol, numbers), numbers)
WRAP_ONE(socket, (int domain, int type, int protocol), (domain, type, protocol))
WRAP_ONE(accept, (int from, struct sockaddr *address, socklen_t *size), (from, address, size))
WRAP_ONE(dup, (int number_of), (number_of))

/* NULL: it is not open. */
static const char *kind_of(int number)
{
    struct stat about;
    if (fstat(number, &about) != 0)
        return NULL;
    switch (about.st_mode & S_IFMT) {
    case S_IFSOCK:
        return "socket";
    case S_IFIFO:
        return "pipe";
    case S_IFREG:
        return "file";
    case S_IFDIR:
        return "folder";
    case S_IFCHR:
    case S_IFBLK:
        return "device";
    default:
        return "event"; /* of epoll, eventfd, inotify .. */
    }
}

int __real_close(int number);
int __wrap_close(int number);
int __wrap_close(int number)
{
    descriptors_closed(number);
    return __real_close(number);
}

/* Those that libuv has opened for a handle. */
static bool of_handles(census_visit *each, void *arg)
{
    for (size_t place = 0; place < handle_records.used; place++) {
        const struct record *record = &handle_records.all[place];
        uv_os_fd_t number;
        if (!record->object || record->type == UV_POLL || uv_fileno(record->object, &number) != 0 ||
            number >= DESCRIPTORS || (all && all[number].made))
            continue;
        struct census_entry entry = {.kind = CENSUS_DESCRIPTOR,
                                     .number = number,
                                     .descriptor = kind_of(number),
                                     .mark = record->mark,
                                     .stack = record->made,
                                     .since = record->since};
        entry.depth = stacks_frames(entry.stack, &entry.frames);
        if (entry.descriptor && !each(&entry, arg))
            return false;
    }
    return true;
}

bool descriptors_each(census_visit *each, void *arg)
{
    for (int number = 0; number <= highest; number++) {
        struct census_entry entry = {.kind = CENSUS_DESCRIPTOR, .number = number};
        if (!all || !all[number].made || !(entry.descriptor = kind_of(number)))
            continue;
        entry.mark = all[number].mark;
        entry.stack = all[number].made;
        entry.since = all[number].since;
        entry.depth = stacks_frames(entry.stack, &entry.frames);
        if (!each(&entry, arg))
            return false;
    }
    return of_handles(each, arg);
}

/* --- For readers from outside -------------------------------------------------------------------- */

#define AT(member)                                                                                 \
    {                                                                                              \
        offsetof(struct descriptor, member), sizeof(((struct descriptor *)0)->member)              \
    }

const struct census_part census_descriptors = {
    .first = &all,
    .length = &highest,
    .length_size = sizeof highest,
    .size = sizeof(struct descriptor),
    .field = {[CENSUS_FIELD_MADE] = AT(made),
              [CENSUS_FIELD_MARK] = AT(mark),
              [CENSUS_FIELD_SINCE] = AT(since)},
};
