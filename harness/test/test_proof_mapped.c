/* Proof and memory that is neither the heap's nor static: what the program maps for itself, other stacks of other
 * threads, addresses with bits of the program's own. The task has its channel from whoever keeps it: no count of
 * references tells that somebody else has it. */
#include "test/proof_cases.h"

#include <dlfcn.h>
#include <link.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

static void receive_borrowed(void *c)
{
    chan_recv(c, NULL);
}

static struct chan *leave_borrower(void)
{
    struct chan *c = chan_make(int, 0);
    go(receive_borrowed, c);
    return c;
}

STEP keep_at(struct chan *volatile *where)
{
    *where = leave_borrower();
}

/* --- Mapped ------------------------------------------------------------------------------------- */

enum { SIZE = 1 << 20 };

static void *map(int flags)
{
    void *memory =
        mmap(NULL, SIZE, PROT_READ | PROT_WRITE, flags | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    assert_true(memory != MAP_FAILED);
    return memory;
}

/* Whoever has the address of it keeps it to itself. */
static void expect_seen(char *memory)
{
    keep_at((struct chan *volatile *)(memory + SIZE / 2));
    assert_true(expect_live(1) == CAUSE_MAPPED);
    munmap(memory, SIZE);
    expect_leaked(1);
}

LEAKING_TASK_TEST(in_memory_that_is_mapped)
{
    expect_seen(map(MAP_PRIVATE));
}

/* What a program calls that is built for large files. */
LEAKING_TASK_TEST(in_memory_that_is_mapped_by_the_other_name)
{
    void *memory = mmap64(NULL, SIZE, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    assert_true(memory != MAP_FAILED);
    expect_seen(memory);
}

LEAKING_TASK_TEST(in_memory_that_is_shared)
{
    expect_seen(map(MAP_SHARED));
}

LEAKING_TASK_TEST(in_memory_that_has_moved)
{
    char *memory = map(MAP_PRIVATE);
    keep_at((struct chan *volatile *)memory);
    char *hole = mmap(NULL, 2 * SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memory = mremap(memory, SIZE, 2 * SIZE, MREMAP_MAYMOVE | MREMAP_FIXED, hole);
    assert_ptr_equal(memory, hole);
    assert_true(expect_live(1) == CAUSE_MAPPED);
}

LEAKING_TASK_TEST(in_memory_that_may_only_be_read)
{
    char *memory = map(MAP_PRIVATE);
    keep_at((struct chan *volatile *)memory);
    mprotect(memory, SIZE, PROT_READ);
    assert_true(expect_live(1) == CAUSE_MAPPED);
}

/* A page that can not be read is none that a task can read either, but it may become one. */
LEAKING_TASK_TEST(memory_that_nobody_may_read_does_no_harm)
{
    char *memory = map(MAP_PRIVATE);
    keep_at((struct chan *volatile *)memory);
    mprotect(memory, SIZE, PROT_NONE);
    expect_leaked(1);
}

/* What it has unmapped in the middle, and another has mapped there. */
LEAKING_TASK_TEST(beside_a_hole)
{
    char *memory = map(MAP_PRIVATE);
    munmap(memory + SIZE / 4, SIZE / 4);
    expect_seen(memory);
}

LEAKING_TASK_TEST(in_a_private_copy_of_a_file)
{
    FILE *file = tmpfile();
    assert_int_equal(ftruncate(fileno(file), SIZE), 0);
    char *memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fileno(file), 0);
    assert_true(memory != MAP_FAILED);
    expect_seen(memory);
    fclose(file);
}

LEAKING_TASK_TEST(behind_the_programs_break)
{
    char *memory = sbrk(1 << 16);
    assert_true(memory != (void *)-1);
    keep_at((struct chan *volatile *)memory);
    assert_true(expect_live(1) == CAUSE_MAPPED);
    sbrk(-(1 << 16));
    expect_leaked(1);
}

/* --- A library that is loaded later -------------------------------------------------------------- */

/* The last word of its writable data. */
static int find_data(struct dl_phdr_info *info, size_t size, void *found)
{
    (void)size;
    if (!strstr(info->dlpi_name, "libthread_db"))
        return 0;
    for (size_t i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *p = &info->dlpi_phdr[i];
        uintptr_t end = (info->dlpi_addr + p->p_vaddr + p->p_memsz) & ~(uintptr_t)7;
        if (p->p_type == PT_LOAD && p->p_flags & PF_W)
            *(struct chan *volatile **)found = (struct chan *volatile *)end - 1;
    }
    return 1;
}

STEP keep_in_library(struct chan *volatile **where)
{
    dl_iterate_phdr(find_data, where);
    assert_non_null(*where);
    keep_at(*where);
}

LEAKING_TASK_TEST(in_static_data_of_a_library_that_is_loaded_later)
{
    struct chan *volatile *where = NULL;
    assert_null(dlopen("libthread_db.so.1", RTLD_LAZY | RTLD_NOLOAD));
    void *library = dlopen("libthread_db.so.1", RTLD_LAZY); /* it wants functions of a debugger */
    assert_non_null(library);
    keep_in_library(&where);
    assert_true(expect_live(1) == (uintptr_t)where);
    dlclose(library);
    expect_leaked(1);
}

/* --- Other places ------------------------------------------------------------------------------- */

STEP keep_in_environment(void)
{
    char **anew = calloc(2, sizeof *anew);
    anew[0] = (char *)leave_borrower();
    environ = anew;
}

LEAKING_TASK_TEST(in_the_environment)
{
    keep_in_environment();
    expect_live(1);
}

static volatile uintptr_t tagged;

STEP keep_tagged(uintptr_t tag, int at)
{
    tagged = (uintptr_t)leave_borrower() | tag << at;
}

#if defined(__x86_64__)
LEAKING_TASK_TEST(with_a_tag_above_the_address)
{
    keep_tagged(0xbeef, 48);
    expect_live(1);
}
#endif

LEAKING_TASK_TEST(with_a_tag_in_its_low_bits)
{
    keep_tagged(7, 0);
    expect_live(1);
}

/* --- A thread that has left its stack ----------------------------------------------------------- */

static sem_t thread_has_it, thread_may_go;
static ucontext_t fiber, native;

static void wait_on_fiber(void)
{
    sem_post(&thread_has_it);
    sem_wait(&thread_may_go);
}

static void *hold_below_fiber(void *c)
{
    struct chan *volatile held = c;
    char *stack = malloc(1 << 16);
    getcontext(&fiber);
    fiber.uc_stack = (stack_t){.ss_sp = stack, .ss_size = 1 << 16};
    fiber.uc_link = &native;
    makecontext(&fiber, wait_on_fiber, 0);
    swapcontext(&native, &fiber);
    free(stack);
    return held;
}

static pthread_t thread;

STEP start_thread(void)
{
    sem_init(&thread_has_it, 0, 0);
    sem_init(&thread_may_go, 0, 0);
    assert_int_equal(pthread_create(&thread, NULL, hold_below_fiber, leave_borrower()), 0);
    sem_wait(&thread_has_it);
}

LEAKING_TASK_TEST(on_the_stack_that_a_thread_has_left_for_another)
{
    start_thread();
    memset(&native, 0, sizeof native.uc_mcontext); /* its registers may have it too */
    assert_true(expect_live(1) == CAUSE_THREAD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_memory_that_is_mapped),
        cmocka_unit_test(in_memory_that_is_mapped_by_the_other_name),
        cmocka_unit_test(in_memory_that_is_shared),
        cmocka_unit_test(in_memory_that_has_moved),
        cmocka_unit_test(in_memory_that_may_only_be_read),
        cmocka_unit_test(memory_that_nobody_may_read_does_no_harm),
        cmocka_unit_test(beside_a_hole),
        cmocka_unit_test(in_a_private_copy_of_a_file),
        cmocka_unit_test(behind_the_programs_break),
        cmocka_unit_test(in_static_data_of_a_library_that_is_loaded_later),
        cmocka_unit_test(in_the_environment),
#if defined(__x86_64__)
        cmocka_unit_test(with_a_tag_above_the_address),
#endif
        cmocka_unit_test(with_a_tag_in_its_low_bits),
        cmocka_unit_test(on_the_stack_that_a_thread_has_left_for_another),
    };
    return cmocka_run_group_tests_name("proof and mapped memory", tests, NULL, NULL);
}
