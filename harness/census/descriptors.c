/* Which line opened a descriptor. Nobody has to tell when it is closed: the system says which are open, and who opens one
 * anew takes the place of the last. */
#include "census/descriptors.h"
#include "census/layout.h"
#include "census/recording.h"
#include "census/table.h"
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

enum { DESCRIPTORS = 1 << 20 }; /* those above are without a maker */

struct descriptor {
    uint32_t made, mark;
    int64_t since;
};

static struct descriptor *all; /* mapped, and touched where there are any */
static int highest = -1;

static __attribute__((noinline)) void opened(int number, const void *frame)
{
    if (!recording.on || number < 0 || number >= DESCRIPTORS)
        return;
    census_lock();
    if (!all) {
        void *memory = mmap(NULL, DESCRIPTORS * sizeof *all, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        all = memory == MAP_FAILED ? NULL : memory;
    }
    if (all)
        all[number] = (struct descriptor){stacks_number(frame, CENSUS_FRAMES), recording.next++,
                                          (int64_t)(uv_hrtime() / 1000000)};
    highest = number > highest ? number : highest;
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
            opened((numbers)[i], __builtin_frame_address(0));                                      \
        return failed;                                                                             \
    }

/* int NAME(..), which returns the number */
#define WRAP_ONE(name, parameters, arguments)                                                      \
    int __real_##name parameters;                                                                  \
    int __wrap_##name parameters;                                                                  \
    int __wrap_##name parameters                                                                   \
    {                                                                                              \
        int number = __real_##name arguments;                                                      \
        opened(number, __builtin_frame_address(0));                                                \
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

int __real_uv_fs_open(uv_loop_t *loop, uv_fs_t *request, const char *path, int flags, int mode,
                      uv_fs_cb call);
int __wrap_uv_fs_open(uv_loop_t *loop, uv_fs_t *request, const char *path, int flags, int mode,
                      uv_fs_cb call);
int __wrap_uv_fs_open(uv_loop_t *loop, uv_fs_t *request, const char *path, int flags, int mode,
                      uv_fs_cb call)
{
    int number = __real_uv_fs_open(loop, request, path, flags, mode, call);
    if (!call)
        opened(number, __builtin_frame_address(0));
    return number;
}

bool descriptors_each(census_visit *each, void *arg)
{
    for (int number = 0; number <= highest; number++) {
        struct census_entry entry = {.kind = CENSUS_DESCRIPTOR, .number = number};
        if (!all || !all[number].made || fcntl(number, F_GETFD) < 0)
            continue;
        entry.mark = all[number].mark;
        entry.stack = all[number].made;
        entry.since = all[number].since;
        entry.depth = stacks_frames(entry.stack, &entry.frames);
        if (!each(&entry, arg))
            return false;
    }
    return true;
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
