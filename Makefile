# leaklab: `make run` shows every leak beside its fix; `make test` proves it; `make help` lists the rest.

# --- Settings: what you may set, as in `make CC=clang` -------------------------------------------
CC       = gcc
CXX      = g++
OPTIMIZE = -O2 -g
# gcc or clang's sanitizers (address, undefined, leak) and no jemalloc: `make test SANITIZE=1`.
SANITIZE =
# The context switch: inline (x86-64, arm64) or boost (every processor).
SWITCH   = inline
# Words after the command: `make run ARGS='channel_receive --requests 100000'`.
ARGS     =
TEST_ARGS =
# Options of google-benchmark: `make bench BENCH_ARGS=--benchmark_filter=micro/select`.
BENCH_ARGS =
# --------------------------------------------------------------------------------------------------

VERSION := 0.1.0
DATE    := 2026-11-24

B := build/$(notdir $(CC))$(if $(SANITIZE),-sanitize)$(if $(filter boost,$(SWITCH)),-boost)

WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wconversion -Wno-sign-conversion \
            -Wmissing-prototypes -Wvla
# Frames stay walkable and keep their function: profiles name the function that parks.
FRAMES   := -fno-omit-frame-pointer -mno-omit-leaf-frame-pointer -fno-optimize-sibling-calls \
            -fstack-clash-protection
# Records and dumps name files from the project's root, wherever it was built.
PATHS    := -ffile-prefix-map=$(CURDIR)/=
DEFINES  := -D_GNU_SOURCE -DLEAKLAB_VERSION='"$(VERSION)"' $(if $(filter boost,$(SWITCH)),-DSWITCH_BOOST)
CFLAGS   := -std=gnu17 $(OPTIMIZE) $(WARNINGS) $(FRAMES) $(PATHS) $(DEFINES) -Iharness \
            $(if $(SANITIZE),-fsanitize=address -fsanitize=undefined -fno-sanitize-recover=undefined)
# -z now: lazy binding would run the loader on a task's stack and touch a second page of it.
LDFLAGS  := -Wl,-z,now -rdynamic $(if $(SANITIZE),-fsanitize=address -fsanitize=undefined)
LIBS     := -luv $(if $(SANITIZE),,-ljemalloc) $(if $(filter boost,$(SWITCH)),-lboost_context) \
            -ldw -lelf -ljansson -lgsl -lgslcblas -lm

TASK    := $(wildcard harness/task/*.c)
# The hard errors are programs of their own; every other sample is a pair in the catalog.
ERRORS  := $(wildcard leaks/hard_errors/*.c fixes/hard_errors/*.c)
SAMPLES := $(filter-out $(ERRORS),$(sort $(wildcard leaks/*/*.c fixes/*/*.c)))
HARNESS := $(filter-out harness/main.c harness/task/% harness/test/%,$(wildcard harness/*.c harness/*/*.c))
TESTS   := $(patsubst harness/test/%.c,$B/test/%,$(wildcard harness/test/test_*.c))

TASK_O    := $(TASK:%.c=$B/%.o)
HARNESS_O := $(HARNESS:%.c=$B/%.o) $(SAMPLES:%.c=$B/%.o)
MAIN_O    := $B/harness/main.o

all: $B/leaklab $(ERRORS:%.c=$B/%)

run: $B/leaklab
	@$B/leaklab run $(ARGS)

check: $B/leaklab
	@$B/leaklab check $(ARGS)

help:
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 16

clean:
	rm -rf build

$B/leaklab: $(MAIN_O) $(HARNESS_O) $(TASK_O)
	$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)

$(ERRORS:%.c=$B/%): %: %.o $(TASK_O)
	$(CC) $(LDFLAGS) -o $@ $^ $(LIBS)

# A sample names what it is given, also where its text needs it only on the other side of the pair.
$B/leaks/%.o $B/fixes/%.o: CFLAGS += -Wno-unused-parameter -Wno-unused-but-set-variable \
                                     -Wno-missing-prototypes

$B/test/%: $B/harness/test/%.o $B/harness/test/support.o $(HARNESS_O) $(TASK_O)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(LIBS) -lcmocka

$B/%.o: %.c | build/.setup
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -MMD -MP -c -o $@ $<

# --- Benchmarks: google-benchmark behind bench/shim.cc ---------------------------------------------
BENCH   := $(wildcard bench/*.c)
BENCH_O := $(BENCH:%.c=$B/%.o) $B/bench/shim.o
CXXFLAGS = -std=gnu++17 $(OPTIMIZE) -Wall -Wextra -Wshadow -Wconversion $(FRAMES) $(PATHS) -I.

bench: $B/benchmarks ## time of every primitive and pair; BENCH_ARGS=--benchmark_filter=select
	$B/benchmarks --benchmark_min_time=0.2 --benchmark_out=$B/bench.json $(BENCH_ARGS)

$B/benchmarks: $(BENCH_O) $(TASK_O)
	$(CC) $(LDFLAGS) -o $@ $^ $(LIBS) -lbenchmark -lstdc++

$B/%.o: %.cc | build/.setup
	@mkdir -p $(@D)
	$(CXX) $(CXXFLAGS) -MMD -MP -c -o $@ $<

.PHONY: bench
# --------------------------------------------------------------------------------------------------

build/.setup: harness/setup.sh
	@sh harness/setup.sh
	@mkdir -p build && touch $@

-include $(shell find build -name '*.d' 2>/dev/null)

.PHONY: all run check help clean
.SECONDARY:
