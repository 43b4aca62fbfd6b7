# leaklab: `make run` shows every leak beside its fix; `make test` proves it; `make help` lists the rest.
# Help is made of this file: of the sections' names, the settings, and what stands after ## at a target.

# --- Settings, as in `make CC=clang` --------------------------------------------------------------
# The compilers. Each C compiler has a folder of its own: build/clang.
CC       = gcc
CXX      = g++
# How they optimize; -O0 for a debugger. Lines and names are always there: profiles and panics tell them.
OPTIMIZE = -O2
# gcc or clang's sanitizers (address, undefined, leak) and no jemalloc: `make test SANITIZE=1`. SANITIZE=thread is
# ThreadSanitizer's, for programs without tasks: it does not know of their stacks.
SANITIZE =
# Use after drop and double drop of channels, contexts, timers are told: `make test DEBUG=1 TEST=lifetime`.
DEBUG    =
# The context switch: inline (x86-64, arm64) or boost (every processor).
SWITCH   = inline
# Words after the command: `make run ARGS='channel_receive --requests 100000'`.
ARGS     =
# One test program, and of its cases those of a pattern: `make test TEST=select TEST_ARGS='a_*'`.
TEST     =
TEST_ARGS =
# Warnings stop the build: `make WERROR=1`.
WERROR   =
# Options of google-benchmark: `make bench BENCH_ARGS=--benchmark_filter=micro/select`. A shell reads them once more, so
# what it would take for its own stands in quotes within quotes: BENCH_ARGS="'--benchmark_filter=a|b'".
BENCH_ARGS =
# Words for the comparison with Go: `make bench-go VERSUS_ARGS='--only yield --rounds 9'`.
VERSUS_ARGS =
# The Go to compare with: another one tells how its timers were before Go 1.23.
GO       = go
# The Go whose goroutine leak profile `make detect` tries; the go command gets it.
GO_DETECT = go1.27.0
# Where another libuv is installed (include/, lib/), for `make check-libuv LIBUV=$HOME/libuv`.
LIBUV    =
# Where `make install` puts things, and a folder that stands before it, for packagers.
PREFIX   = /usr/local
DESTDIR  =
# Where this tree stands for everybody to read, for `leaklab cite`: `make URL=https://example.org/leaklab`. Else
# what CITATION.cff says, or git's remote.
URL      =
# The digital object identifier of all versions, which `make origin URL=... DOI=10.5281/zenodo.1` keeps with the address.
DOI      =
# Whole commands instead of short lines: `make V=1`.
V        =
# --------------------------------------------------------------------------------------------------

# A setting that no line here knows is a slip of the pen. The last few are what debhelper tells everyone.
KNOWN   := $(shell sed -n 's/^\([A-Za-z_]*\) *[:?+]*=.*/\1/p' Makefile) CPPFLAGS INSTALL AM_UPDATE_INFO_DIR PKG_CONFIG
UNKNOWN := $(foreach name,$(foreach word,$(MAKEOVERRIDES),$(firstword $(subst =, ,$(subst :=,=,$(word))))),\
           $(if $(filter command,$(firstword $(origin $(name)))),$(filter-out $(KNOWN),$(name))))
$(if $(strip $(UNKNOWN)),$(error no such setting: $(strip $(UNKNOWN)) (`make help` lists them)))

override OPTIMIZE := $(OPTIMIZE)$(if $(filter -g%,$(OPTIMIZE)),, -g)

VERSION := 0.1.0
DATE    := 2026-11-24

# Your own CFLAGS, CXXFLAGS and LDFLAGS, from the command line or the environment, come after ours.
YOUR_CFLAGS := $(CFLAGS)
YOUR_CXXFLAGS := $(CXXFLAGS)
YOUR_LDFLAGS := $(LDFLAGS)
override undefine CFLAGS
override undefine CXXFLAGS
override undefine LDFLAGS

B := build/$(notdir $(lastword $(filter-out -%,$(CC))))$(if $(SANITIZE),-$(if $(filter thread,$(SANITIZE)),thread,sanitize))$(if $(DEBUG),-debug)$(if $(filter boost,$(SWITCH)),-boost)

WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wconversion -Wno-sign-conversion \
            -Wmissing-prototypes -Wvla $(if $(WERROR),-Werror)
# Frames stay walkable and keep their function: profiles name the function that parks.
# And a panic leaves a stack by its deferred calls, which it finds by the unwind tables.
FRAMES   := -fno-omit-frame-pointer -mno-omit-leaf-frame-pointer -fno-optimize-sibling-calls \
            -fstack-clash-protection -fexceptions
# But the runtime's own frames are nobody's concern: a call that has to park goes on in the function that
# parks (chan.c), which is faster, and no more: without it profiles and panics say the same. And two
# counters side by side stay two additions: as one of 16 bytes, it would wait until what was stored to one
# of them is out of the processor.
TASK_FLAGS = -foptimize-sibling-calls -fno-tree-slp-vectorize $(ALIGNED) \
             $(if $(filter x86_64-%,$(target)),-mno-red-zone)
# Of the runtime and of the benchmarks each function begins a cache line: in which order a program was linked then
# matters less.
ALIGNED  := -falign-functions=64
SANITIZERS := $(if $(filter thread,$(SANITIZE)),-fsanitize=thread,$(if $(SANITIZE),-fsanitize=address -fsanitize=undefined \
              -fno-sanitize-recover=undefined))
# Records and dumps name files from the project's root, wherever it was built.
PATHS    := -ffile-prefix-map=$(CURDIR)/=
DEFINES  := -D_GNU_SOURCE -DLEAKLAB_VERSION='"$(VERSION)"' $(if $(filter boost,$(SWITCH)),-DSWITCH_BOOST) \
            $(if $(DEBUG),-DTASK_DEBUG)
CFLAGS    = -std=gnu17 $(OPTIMIZE) $(HARDEN) $(WARNINGS) $(FRAMES) $(PATHS) $(DEFINES) -Iharness -I$B/harness -I. \
            $(SANITIZERS) $(CPPFLAGS) $(YOUR_CFLAGS)
# -z now: lazy binding would run the loader on a task's stack and touch a second page of it.
LDFLAGS  := -Wl,-z,now -Wl,-z,relro -rdynamic $(SANITIZERS) $(YOUR_LDFLAGS)
LIBS     := -luv $(if $(SANITIZE),,-ljemalloc) $(if $(filter boost,$(SWITCH)),-lboost_context) \
            -ldw -lelf -ljansson -lprotobuf-c -lz -lmicrohttpd -lcurl -lgsl -lgslcblas -lm

TASK    := $(wildcard harness/task/*.c)
# The hard errors are programs of their own; every other sample is a pair in the catalog.
ERRORS  := $(wildcard leaks/hard_errors/*.c fixes/hard_errors/*.c)
SAMPLES := $(filter-out $(ERRORS),$(sort $(wildcard leaks/*/*.c fixes/*/*.c)))
# A program of its own: the runtime and its profiles without the lab.
EXAMPLE := harness/profile/example/own_main.c harness/serve/example/exports.c
# What the census has of the profile: names, and the forms that profiles have.
ALONE_PROFILE = $(patsubst %,$B/harness/profile/%.o,symbol symbol_file module shown flame_tree pprof diff) $B/harness/profile/pprof.pb-c.o
# For the library of the census, and an example that is linked with it.
CENSUS_ALONE := harness/census/library/no_tasks.c harness/census/example/own_loop.c
# What leak detectors look at from outside.
SERVED  := $(wildcard harness/detect/program/*.c)
AT_START := harness/profile/example/at_start.c
PROTO   := harness/profile/pprof.proto
HARNESS := $(filter-out harness/main.c harness/task/% harness/proof/% harness/test/%,$(wildcard harness/*.c harness/*/*.c))
TESTS   := $(patsubst harness/test/%.c,$B/test/%,$(wildcard harness/test/test_*.c))
HELPERS := $(filter-out harness/test/support.c harness/test/test_%,$(wildcard harness/test/*.c))

# Hardened where it costs nothing. The runtime's hot paths go without: it would be one to ten instructions an
# operation. The sanitizers look for the same and better, and fortify wants a compiler that optimizes.
FORTIFY  := $(if $(filter-out -O0,$(filter -O%,$(OPTIMIZE))),-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
HARDEN   := $(if $(SANITIZE),,-fstack-protector-strong $(FORTIFY))
HOT      := $(filter-out $(addprefix harness/task/,announce.c label.c panic.c),$(TASK))

TASK_O    := $(TASK:%.c=$B/%.o)
HARNESS_O := $(HARNESS:%.c=$B/%.o) $(PROTO:%.proto=$B/%.pb-c.o) $(SAMPLES:%.c=$B/%.o)
MAIN_O    := $B/harness/main.o
# In programs that ask for a proof: its malloc() is everyone's then.
PROOF_O   := $(patsubst %.c,$B/%.o,$(wildcard harness/proof/*.c))

comma := ,
# One short line a step.
say = $(if $V,,@printf '  %-8s %s\n' $1 $(patsubst $B/%,%,$@);)

# Asked of the compilers once, and in recipes alone: on a bare machine set-up installs them first.
target       = $(eval target := $$(shell $(CC) -dumpmachine))$(target)
compiler     = $(eval compiler := $$(shell $(CC) --version | head -n 1))$(compiler)
cxx_compiler = $(eval cxx_compiler := $$(shell $(CXX) --version | head -n 1))$(cxx_compiler)

# $(call made,WORD,COMMAND,BY): the recipe of whatever depends on flags. Beside each target stands, in a
# file .by, the command that made it, and the version of the compiler. Where these would be others today,
# or a prerequisite is newer, the target is made again. Such a target has `always` among its prerequisites.
differ = $(if $(findstring <$(strip $1)>,<$(strip $2)>),,yes)
define made
$(if $(or $(filter-out always,$?),$(call differ,$(file <$@.by),$2 # $3)),@mkdir -p $(@D)
$(call say,$1) $2
@printf '%s\n' '$(subst ','\'',$2 # $3)' >$@.by)
endef
# The census is told of these calls of the program's, where it is linked in.
WRAPPED  := $(sort $(shell grep -ohE '__real_[a-z0-9_]+|^WRAP[A-Z_]*.[a-z0-9_]+' harness/census/*.c | sed 's/^__real_//; s/^WRAP[A-Z_]*.//'))
wraps     = $(if $(filter $B/harness/census/%,$^),$(WRAPPED:%=-Wl,--wrap=%))
link = $(call made,link,$(CC) $(LDFLAGS) $(wraps) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(LIBS)$1,$(compiler))

# What every record says of the program: the commit it was built from, and how.
COMMIT := $(shell [ -e .git ] && git describe --always --dirty --abbrev=12 --exclude '*' 2>/dev/null || echo unknown)
FLAGS   = $(strip -std=gnu17 $(OPTIMIZE) $(HARDEN) $(FRAMES) $(filter -DSWITCH% -DTASK%,$(DEFINES)) $(SANITIZERS) \
          $(CPPFLAGS) $(YOUR_CFLAGS) $(YOUR_LDFLAGS)); the runtime: $(strip $(TASK_FLAGS))$(if \
          $(HARDEN),$(comma) its hot paths without $(strip $(HARDEN))); the benchmarks: $(ALIGNED)

# Where the tree stands: as CITATION.cff says, and for who asks here.
ORIGIN := $(shell sh harness/origin.sh told '$(subst ','\'',$(URL))' 2>&1 || echo refused)
$(if $(filter refused,$(ORIGIN)),$(error $(filter-out refused,$(ORIGIN))))

# Every sample stands in the catalog, with its other half, or nothing is built.
CATALOGED := $(shell sed -n 's/^[A-Z_][A-Z_]*.\([a-z_]*\), \([a-z0-9_]*\),.*/\1\/\2.c/p' harness/catalog.def)
STRAY := $(filter-out $(CATALOGED:%=leaks/%) $(CATALOGED:%=fixes/%),$(SAMPLES))
$(if $(STRAY),$(error not in harness/catalog.def: $(STRAY)))

# --- The program ----------------------------------------------------------------------------------
# build/leaklab is the program that was built last: a path for README, and for PATH. Not with the
# sanitizers: who measures means another one.
LEAKLAB := $(if $(SANITIZE),$B/leaklab,build/leaklab)

all: $(LEAKLAB) $(ERRORS:%.c=$B/%) $(EXAMPLE:%.c=$B/%) ## build it, and the programs beside it; what `make` alone does

run: $(LEAKLAB) $(if $(findstring --twin,$(ARGS)),twin-go) ## every pair under load, and the verdicts; ARGS='channel_receive --requests 100000'
	@$(LEAKLAB) run $(ARGS)

check: $(LEAKLAB) ## prove that each leak leaks what the catalog says, and each fix nothing
	@$(LEAKLAB) check $(ARGS)

detect: $(LEAKLAB) $B/served $B/served_plain twin-go-detect ## which leak detector finds which leak, and what is wrong of it; ARGS='--only valgrind locks'
	@$(if $(SANITIZE),,$(MAKE) --no-print-directory SANITIZE=1 $B-sanitize/served $B-sanitize/served_plain)
	@$(if $(SANITIZE),,$(MAKE) --no-print-directory SANITIZE=thread $B-thread/served_plain || echo 'skipped tsan: no ThreadSanitizer here')
	@$(LEAKLAB) detect $(ARGS)

detect-table: ## write the table of leak detectors into harness/detect/README.md, as results/detectors.md has it
	@awk -f harness/detect/readme.awk results/detectors.md harness/detect/README.md >build/readme && cat build/readme >harness/detect/README.md

verify: $(LEAKLAB) ## hold the saved results, and the pages made of them, to what they say
	@$(LEAKLAB) verify

help: ## this list
	@awk -f harness/help.awk Makefile

clean: ## remove all that was built
	rm -rf build

build/leaklab: $B/leaklab always
	@[ "$$(readlink $@)" = $(<:build/%=%) ] || ln -sfn $(<:build/%=%) $@

$B/leaklab: $(MAIN_O) $(HARNESS_O) $(PROOF_O) $(TASK_O) always
	$(link)

# They know the runtime alone, and yet tell functions and lines.
$(ERRORS:%.c=$B/%): %: %.o $(AT_START:%.c=$B/%.o) $(filter $B/harness/profile/%,$(HARNESS_O)) $(TASK_O) always
	$(link)

# A sample names what it is given, also where its text needs it only on the other side of the pair.
$(foreach kind,o tidy,$B/leaks/%.$(kind) $B/fixes/%.$(kind) $B/harness/controls/%.$(kind)): CFLAGS += \
    -Wno-unused-parameter -Wno-unused-but-set-variable -Wno-missing-prototypes

# The runtime, the samples, and next to nothing else.
$B/served: LIBS = -luv -lm
$B/served: $B/harness/detect/program/served.o $B/harness/detect/serve.o $B/harness/profile/quiescence.o $B/harness/catalog.o \
           $(patsubst %.c,$B/%.o,$(wildcard harness/controls/*.c)) $(SAMPLES:%.c=$B/%.o) $(TASK_O) always
	$(link)

# Pairs of plain C, and libuv.
$B/served_plain: LIBS = -luv
$B/served_plain: $(patsubst %.c,$B/%.o,harness/detect/program/served_plain.c harness/detect/serve_plain.c $(wildcard harness/plain/*.c) \
                 $(filter leaks/libuv/% leaks/threads/% fixes/libuv/% fixes/threads/%,$(SAMPLES))) always
	$(link)

# What tests share: each takes of it what it asks for, and all of them what chooses cases.
$B/test/helpers.a: $(HELPERS:%.c=$B/%.o) always
	$(call made,ar,rm -f $@ && ar rcs $@ $(filter %.o,$^),$(compiler))

$B/test/%: $B/harness/test/%.o $B/harness/test/support.o $B/test/helpers.a $(HARNESS_O) $(PROOF_O) $(TASK_O) always
	$(call link, -lcmocka)

$B/harness/task/%.o: CFLAGS += $(TASK_FLAGS)
$B/harness/proof/%.o: CFLAGS += -fno-tree-slp-vectorize
$B/bench/%.o: CFLAGS += $(ALIGNED)
$(HOT:%.c=$B/%.o): HARDEN =

compile = $(call made,$(firstword $(CC)),$(CC) $(CFLAGS) -MD -MP -c -o $@ $<,$(compiler))

$B/%.o: %.c build/.packages always
	$(compile)

# `show` and the pages have the samples' text in them.
$B/harness/source/source.o: $(SAMPLES)
# And which of them have a twin in Go.
GO_TWINS := $(filter $(patsubst bench/go/fixes/%.go,%,$(wildcard bench/go/fixes/*/*.go)), \
                     $(patsubst bench/go/leaks/%.go,%,$(wildcard bench/go/leaks/*/*.go)))
$B/harness/source/source.o $B/harness/source/source.tidy: CFLAGS += -DLEAKLAB_TWINS='" $(GO_TWINS) "'
$B/harness/page/assets.o: harness/page/plot.gp harness/page/page.css

$B/harness/probe/machine.o: CFLAGS += -DLEAKLAB_COMMIT='"$(COMMIT)"' \
                                      -DLEAKLAB_FLAGS='"$(subst ','\'',$(subst ",\",$(FLAGS)))"'

$B/harness/result/origin.o: CFLAGS += -DLEAKLAB_ORIGIN_KEPT='"$(filter-out -,$(word 1,$(ORIGIN)))"' \
                                      -DLEAKLAB_ORIGIN='"$(filter-out -,$(word 2,$(ORIGIN)))"'

$B/harness/command/manual.o: CFLAGS += -DLEAKLAB_DATE='"$(DATE)"'

$(EXAMPLE:%.c=$B/%): %: %.o $(filter $B/harness/profile/%,$(HARNESS_O)) $(TASK_O) always
	$(link)

$B/%.pb-c.c $B/%.pb-c.h: %.proto | build/.setup
	@mkdir -p $(@D)
	$(call say,protoc-c) protoc-c --proto_path=harness --c_out=$B/harness $<

$B/%.pb-c.o: $B/%.pb-c.c build/.packages always
	$(compile)

$B/harness/profile/pprof.o $B/harness/dumps/proto.o: $B/harness/profile/pprof.pb-c.h

# Each of these may fail there.
ALLOCATORS := malloc calloc realloc strdup strndup tsearch asprintf __asprintf_chk vasprintf __vasprintf_chk open_memstream
$(addprefix $B/test/test_,no_memory commands_no_memory dumps_no_memory profile_no_memory outside_no_memory census_no_memory): LDFLAGS += $(ALLOCATORS:%=-Wl,--wrap=%)
$B/test/test_no_memory: LDFLAGS += -Wl,--wrap=aligned_make
$B/test/test_plain_seen: LDFLAGS += -Wl,--wrap=stat
$B/test/test_machine: LDFLAGS += -Wl,--wrap=open
$B/test/test_memory_group: LDFLAGS += -Wl,--wrap=cgroup_own -Wl,--wrap=mkdir -Wl,--wrap=rmdir
$B/test/test_proof_no_memory: LDFLAGS += -Wl,--wrap=pages_get -Wl,--wrap=pages_put
FAILING := malloc calloc realloc reallocarray strdup open_memstream mkdir mkdtemp opendir fdopen fopen fsync rename \
           renameat2 memfd_create write pwrite lseek posix_spawnp posix_spawn_file_actions_init fclose fflush waitpid open aligned_make
$B/test/test_failing: LDFLAGS += $(FAILING:%=-Wl,--wrap=%)
$B/test/test_hibernate_no_memory: LDFLAGS += $(patsubst %,-Wl$(comma)--wrap=%,malloc calloc realloc madvise mprotect syscall)

# The headers from C++.
$B/test/test_cpp: $B/harness/test/in_cpp.o
$B/test/test_cpp: LIBS += -lstdc++
$B/harness/test/in_cpp.o: CXXFLAGS += -Iharness

# They are started there.
$B/test/test_detect_plain: $B/served_plain
$B/test/test_detect_tools: $B/served

# The live page and its charting library are read into the program.
$B/harness/live/live_page.o $B/harness/live/live_page.tidy: CFLAGS += -DCHART_LIBRARY='"/usr/share/javascript/chart.js/chart.min.js"'
$B/harness/live/live_page.o: $(wildcard harness/live/page/*)
$B/harness/live/live_source.o: $(wildcard harness/controls/*.c)

# --- Benchmarks: google-benchmark behind bench/shim.cc ---------------------------------------------
# Programs that run rows of a suite, each in a process of its own; all the rest is the suite.
VERSUS   := $(wildcard bench/versus*.c)
ROWS     := bench/rows.c bench/process.c
BENCH    := $(filter-out $(VERSUS) $(ROWS),$(wildcard bench/*.c))
BENCH_O  := $(BENCH:%.c=$B/%.o) $B/bench/shim.o
# Of the lab the benchmarks need the pairs, dumps, and what looks at memory.
BENCHED_O = $(filter $B/harness/catalog.o $B/harness/probe/% $B/harness/profile/% $B/leaks/% $B/fixes/%,$(HARNESS_O))
CXXFLAGS  = -std=gnu++17 $(OPTIMIZE) $(HARDEN) -Wall -Wextra -Wshadow -Wconversion $(if $(WERROR),-Werror) \
            $(FRAMES) $(PATHS) -I. $(CPPFLAGS) $(YOUR_CXXFLAGS)

bench: $B/benchmarks $B/rows ## time every primitive and pair, into bench.json too; BENCH_ARGS=--benchmark_filter=micro/select
	@$B/rows --json $B/bench.json $B/benchmarks --benchmark_filter='-^bystander/' $(BENCH_ARGS)

# Not among the others: it takes two minutes and 5 GiB, and its figures are latencies. 10,000 requests a figure:
# the report of memory would be a second run of each.
bench-bystander: $B/benchmarks ## time a request beside up to a million leaked tasks, into bystander.json too
	@$B/benchmarks --no-memory-report --benchmark_filter=^bystander/ --benchmark_min_time=0.001 --benchmark_out=$B/bystander.json $(BENCH_ARGS)

# The suite as a linker would have it in another order: builds that differ by layout alone.
LAYOUTS  = 20
CAMPAIGN_ARGS = --budget 10min
LAYOUT_O  = $(sort $(BENCH_O) $(BENCHED_O) $(TASK_O))

$B/layout-%/benchmarks: LIBS += -lbenchmark -lstdc++
$B/layout-%/benchmarks: $(LAYOUT_O) always
	$(call made,link,$(CC) $(LDFLAGS) -o $@ $(call shuffled,$*) $(LIBS),$(compiler))

# In an order that follows from the number; no number of layouts, none of the order in which make knows them.
shuffled  = $(shell printf '%s\n' $(LAYOUT_O) | awk -v seed=$1 'BEGIN { srand(seed) } { print rand(), $$1 }' | sort | cut -d ' ' -f 2)

campaign: $(LEAKLAB) $(foreach i,$(shell seq $(LAYOUTS)),$B/layout-$i/benchmarks) ## benchmarks over builds and processes, into campaign.ndjson; CAMPAIGN_ARGS='--budget 1h --only micro/'
	@$(LEAKLAB) campaign $(CAMPAIGN_ARGS) $(foreach i,$(shell seq $(LAYOUTS)),$B/layout-$i/benchmarks) -- --no-memory-report

# Whose instructions are counted: "gcc 12, x86-64, -O2 -g".
COMPILER = $(notdir $(CC)) $(firstword $(subst ., ,$(shell $(CC) -dumpversion))), \
           $(subst _,-,$(firstword $(subst -, ,$(shell $(CC) -dumpmachine)))), $(OPTIMIZE)$(if $(SANITIZE), sanitized)

bench-instructions: $B/benchmarks build/.setup-ci ## count the instructions of one operation, by valgrind; more than 3 % off the table fails
	@sh bench/instructions.sh $B/benchmarks '$(strip $(COMPILER))'

bench-instructions-table: $B/benchmarks build/.setup-ci ## the same, and write bench/instructions.tsv and bench/README.md's table
	@sh bench/instructions.sh --table $B/benchmarks '$(strip $(COMPILER))'

twin-go-detect: GO_DO = { GOTOOLCHAIN=$(GO_DETECT) $(GO) build -trimpath -buildvcs=false -o $(abspath $B)/twin-detect ./twin \
                        || echo "skipped $@: $(GO) can not get $(GO_DETECT)"; }
twin-go-detect: ## the same with the Go whose goroutine leak profile `leaklab detect` tries
	$(IN_GO)

# In bench/go: GO_DO is what to do there.
IN_GO = @if command -v $(GO) >/dev/null; then cd bench/go && export GOTOOLCHAIN=local && $(GO_DO); \
        else echo "skipped $@: there is no $(GO) command here"; fi

bench-agree: $(LEAKLAB) $B/benchmarks $B/rows $B/versus ## run both, five times each, and hold them to one another: one name has one value; VERSUS_ARGS=--quick, then --slow
	@$B/rows --json $B/bench.json $B/benchmarks "--benchmark_filter=$$($B/versus $(VERSUS_ARGS) --list)" --benchmark_repetitions=5
	@$(MAKE) --no-print-directory bench-go
	@$(LEAKLAB) compare $B/bench.json $B/versus.json

bench-go: GO_DO = $(GO) test -c -o $(abspath $B)/go.test . && cd $(CURDIR) && \
                  $B/versus --json $B/versus.json $(VERSUS_ARGS) $B/benchmarks $B/go.test $B/fiber
bench-go: build/.setup-bench $B/benchmarks $B/fiber $B/versus ## the same work in Go and on Boost.Fiber, in turn, and the ratios; into versus.json too
	$(IN_GO)

# Ten million verdicts, some minutes; PROOF_VERDICTS=N for more, PROOF_FIRST=N for other programs.
prove-fuzz: $B/test/test_proof_truth ## random programs ask for the proof, and no task of which it is proven ever runs again
	PROOF_VERDICTS=$${PROOF_VERDICTS:-10000000} $B/test/test_proof_truth

bench-proof: $B/proof_bench ## what the proof finds and costs beside Go 1.27's profile, as tables; GO_VERSION=go1.27.0
	@GO=$(GO) sh bench/proof.sh $B/proof_bench $(PROOF_BENCH)

bench-census: $B/census_bench ## what the census costs a handle, in nanoseconds and bytes, and listing 100,000; BENCH_ARGS=--benchmark_filter=handle
	@taskset -c 0 $B/census_bench $(BENCH_ARGS)

bench-dumps: $(LEAKLAB) ## what `explain` takes over dumps of a million lines; more than 2 s or 256 MiB fails
	@sh bench/dumps.sh $(LEAKLAB)

test-go: GO_DO = $(GO) vet ./... && $(GO) test ./... && \
                 GOMAXPROCS=1 $(GO) test -run '^$$' -bench '^BenchmarkMicro$$/^([^dp]|ping)' -benchtime 1000x .
test-go: ## the Go twins do what they say
	$(IN_GO)

twin-go: GO_DO = $(GO) build -trimpath -buildvcs=false -o $(abspath $B)/twin-go ./twin
twin-go: ## the pairs in Go, for `leaklab run --twin go`
	$(IN_GO)

$B/benchmarks: $(BENCH_O) $(BENCHED_O) $(TASK_O) always
	$(call link, -lbenchmark -lstdc++)

$B/proof_bench: $(patsubst %.c,$B/%.o,$(wildcard bench/proof/*.c)) $(filter $B/harness/profile/%,$(HARNESS_O)) $(PROOF_O) $(TASK_O) always
	$(call link)

# What it is linked with is wrapped: so it is no part of the suite.
$B/census_bench: $(patsubst %.c,$B/%.o,$(wildcard bench/census/*.c)) $B/bench/shim.o $(filter $B/harness/census/% $B/harness/profile/%,$(HARNESS_O)) $(TASK_O) always
	$(call link, -lbenchmark -lstdc++)

$B/fiber: $B/bench/fiber.o $B/bench/shim.o always
	$(call link, -lboost_fiber -lboost_context -lbenchmark -lstdc++)

$B/versus $B/rows: $B/harness/probe/suite.o $B/harness/probe/yardstick.o
$B/versus $B/rows: LIBS = -ljansson -lgsl -lgslcblas -lm
$B/versus: $(VERSUS:%.c=$B/%.o) $B/bench/process.o $B/harness/probe/typed.o always
	$(link)

$B/rows: $(ROWS:%.c=$B/%.o) $B/harness/probe/typed.o always
	$(link)

$B/test/test_rows: $B/rows $B/versus
$B/harness/test/test_rows.o $B/harness/test/test_rows.tidy: CFLAGS += -DROWS='"$(abspath $B/rows)"' \
                                                                     -DVERSUS='"$(abspath $B/versus)"'

$B/test/test_bench: $B/bench/shim.o $B/bench/allocation.o
$B/test/test_bench: LIBS += -lbenchmark -lstdc++

$B/%.o: %.cc build/.packages always
	$(call made,$(firstword $(CXX)),$(CXX) $(CXXFLAGS) -MD -MP -c -o $@ $<,$(cxx_compiler))

.PHONY: bench campaign bench-bystander bench-census bench-dumps bench-proof prove-fuzz bench-instructions bench-instructions-table bench-go test-go twin-go twin-go-detect bench-agree
# --------------------------------------------------------------------------------------------------

# --- Installing: the program, and the runtime with its profiles for anyone's program ----------------
LIBRARIES := task profile census
LIBRARY_A := $(LIBRARIES:%=$B/lib/libleaklab-%.a)
# What others may include. Of task/ all but what is its own affair; of profile/ dumps and assertions, and of proof/
# how these tell what is proven, where a program has a proof linked in.
PUBLIC_task    := $(shell grep -L 'Private to task/' harness/task/*.h)
PUBLIC_profile := $(patsubst %,harness/profile/%.h,collect diff dump dump_json frames install object peers proven \
                  quiescence timers verify_tasks verify_tasks_cmocka)
PUBLIC_proof   := $(patsubst %,harness/proof/%.h,end kept look proof)
PUBLIC_census  := $(patsubst %,harness/census/%.h,census entry listing listing_wish verify_handles)
PUBLIC         := $(PUBLIC_task) $(PUBLIC_profile) $(PUBLIC_proof) $(PUBLIC_census)

# What a program's own code has to be compiled with: its frames stay walkable, and can be unwound.
CALLER_FLAGS := $(FRAMES) $(SANITIZERS)
CALLER_LIBS  := -Wl,-z,now $(SANITIZERS) $(if $(filter boost,$(SWITCH)),-lboost_context)
# Each library is one object with one symbol asked for, so that it is found before its user's source on a
# command line, and after.
ASKED_task    := task_spawn
ASKED_profile := verify_begin
ASKED_census  := handles_verify_begin
NEEDS_task    := libuv
NEEDS_census  := libuv libdw libelf jansson libprotobuf-c zlib
NEEDS_profile := leaklab-task libdw libelf jansson gsl libprotobuf-c zlib
ABOUT_task    := The task runtime of leaklab: tasks, channels, select, contexts and timers over libuv
ABOUT_profile := Who is parked where, and tests that no task is left, for programs with leaklab-task

ABOUT_census  := Which libuv handles, threads and descriptors are open, and who made them, for programs without tasks
# Whose names are seen: the census has a stand-in for the runtime, which is nobody's business.
NAMED_task    := $(PUBLIC)
NAMED_profile := $(PUBLIC)
NAMED_census  := $(PUBLIC_census) harness/profile/diff.h
# What the profile has too goes first in a program that has both.
WEAK_census   := $(shell grep -ohE '\bdiff_[a-z_]+' harness/profile/diff.h | sort -u)
# The linker hands it the program's calls.
WRAPS_census  := $(WRAPPED:%=-Wl$(comma)--wrap=%)

tool = $(shell $(CC) -print-prog-name=$1)

$B/lib/libleaklab-task.o: $(TASK_O) always
$B/lib/libleaklab-census.o: $(filter $B/harness/census/%,$(HARNESS_O)) $B/harness/census/library/no_tasks.o $(ALONE_PROFILE) always
$B/lib/libleaklab-profile.o: $(filter $B/harness/profile/%,$(HARNESS_O)) always

# Of what a library defines, its users see what its headers name; and what the compiler shares between
# objects that can be unwound.
$B/lib/libleaklab-%.o: $(PUBLIC)
	$(call made,join,$(CC) -r -nostdlib -o $@ $(filter %.o,$^) && nm -g --defined-only $@ | awk 'NF == 3 { print $$3 }' \
		| grep -xF "$$(grep -ohE '[a-z_][a-z0-9_]+' $(NAMED_$*))" >$@.symbols \
		&& printf '%s\n' DW.ref.__gcc_personality_v0 $(WRAPPED:%=__wrap_%) >>$@.symbols \
		&& $(call tool,objcopy) --keep-global-symbols=$@.symbols $(WEAK_$*:%=--weaken-symbol=%) $@,$(compiler))

$B/lib/libleaklab-%.a: $B/lib/libleaklab-%.o
	$(call say,ar) rm -f $@ && $(call tool,ar) rcs $@ $<

$B/lib/pkgconfig/leaklab-%.pc: Makefile always
	$(call made,pc,printf '%s\n' 'prefix=$${pcfiledir}/../..' '' 'Name: leaklab-$*' \
		'Description: $(ABOUT_$*)' 'Version: $(VERSION)' 'Requires: $(NEEDS_$*)' \
		'Cflags: -I$${prefix}/include/leaklab $(strip $(CALLER_FLAGS))' \
		'Libs: -L$${prefix}/lib -Wl$(comma)-u$(comma)$(ASKED_$*) -lleaklab-$* $(strip $(CALLER_LIBS) $(WRAPS_$*))' >$@)

# Manual pages and completion are made of the program's own tables.
$B/share/.made: $B/leaklab
	$(call say,manual) rm -rf $(@D) && mkdir -p $(@D) && cd $(@D) && program=$(abspath $<) \
		&& $$program manual >leaklab.1 && for command in $$($$program help | sed -n 's/^  \([a-z]*\) .*/\1/p'); do \
			$$program manual $$command >leaklab-$$command.1 || exit; done \
		&& for shell in bash zsh fish; do $$program completion $$shell >$$shell || exit; done
	@touch $@

# Why it can not be done, before anything is built for it.
WHY_NOT := $(if $(filter install uninstall,$(MAKECMDGOALS)),$(shell sh harness/install.sh check '$(PREFIX)' '$(DESTDIR)'))
$(if $(WHY_NOT),$(error $(WHY_NOT)))

install: $B/leaklab $(LIBRARY_A) $(LIBRARIES:%=$B/lib/pkgconfig/leaklab-%.pc) $B/share/.made ## the program, manual, completion, libraries; PREFIX=$HOME/.local
	@{ list() { mode=$$1 to=$$2; shift 2; for from; do echo "$$mode $$from $$to/$${from##*/}"; done; }; \
	list 755 bin $B/leaklab; \
	list 644 share/man/man1 $B/share/*.1; \
	echo 644 $B/share/bash share/bash-completion/completions/leaklab; \
	echo 644 $B/share/zsh share/zsh/site-functions/_leaklab; \
	echo 644 $B/share/fish share/fish/vendor_completions.d/leaklab.fish; \
	list 644 lib $(LIBRARY_A); \
	list 644 lib/pkgconfig $(LIBRARIES:%=$B/lib/pkgconfig/leaklab-%.pc); \
	list 644 include/leaklab/task $(PUBLIC_task); \
	list 644 include/leaklab/profile $(PUBLIC_profile); \
	list 644 include/leaklab/proof $(PUBLIC_proof); \
	list 644 include/leaklab/census $(PUBLIC_census); \
	list 644 share/leaklab README.md LICENSE CITATION.cff; \
	for file in harness/profile/README.md harness/census/README.md $(EXAMPLE) $(lastword $(CENSUS_ALONE)) $$(find leaks fixes results -type f ! -name '.*'); do echo 644 $$file share/leaklab/$$file; done; } \
	| sh harness/install.sh install '$(PREFIX)' '$(DESTDIR)'

uninstall: ## take away what `make install` put there
	@sh harness/install.sh uninstall '$(PREFIX)' '$(DESTDIR)'

.PHONY: install uninstall
# --------------------------------------------------------------------------------------------------

# --- Tests and checks -----------------------------------------------------------------------------
CHOSEN_TESTS := $(if $(TEST),$(TEST:%=$B/test/test_%),$(TESTS))
NO_TEST      := $(firstword $(filter-out $(TESTS),$(CHOSEN_TESTS)))
$(if $(NO_TEST),$(error no test '$(NO_TEST:$B/test/test_%=%)': $(shell printf '%s\n' $(TESTS:$B/test/test_%=%) | \
    awk -v typed='$(NO_TEST:$B/test/test_%=%)' -f harness/test/nearest.awk)))
SOURCES      := $(wildcard harness/*.[ch] harness/*/*.[ch] harness/*/*/*.[ch] leaks/*/*.c fixes/*/*.c bench/*.[ch] bench/*/*.[ch] \
                bench/*.cc harness/test/*.cc)
C_SOURCES    := $(filter %.c,$(SOURCES))

test: $(LEAKLAB) $(ERRORS:%.c=$B/%) $(EXAMPLE:%.c=$B/%) $(CHOSEN_TESTS) ## every test; one program: TEST=select, some cases: TEST_ARGS='a_*'
	@LEAKLAB=$B/leaklab TEST_CASES='$(TEST_ARGS)' sh harness/test/run.sh $(CHOSEN_TESTS)

axe: ## fetch axe-core, by npm, for the live page's test
	@mkdir -p build/axe && npm install --silent --no-audit --no-fund --prefix build/axe axe-core@4.10.3

grafana: ## fetch Grafana's schema, by npm, for the dashboard's test
	@mkdir -p build/grafana && npm install --silent --no-audit --no-fund --ignore-scripts --legacy-peer-deps --omit=peer \
		--prefix build/grafana @grafana/schema@11.6.0 typescript@5.8

metadata: ## fetch, by pip and npm, what checks citations, data packages and the pages' data
	@python3 -m venv build/metadata && build/metadata/bin/pip install --quiet --disable-pip-version-check cffconvert==2.0.0 \
		frictionless==5.16.1
	@npm install --silent --no-audit --no-fund --prefix build/metadata/npm schema-dts@2.1 typescript@5.8

GOLDEN_TESTS := $(patsubst harness/test/%.c,$B/test/%,$(shell grep -l '"test/golden.h"' harness/test/test_*.c))
goldens: $B/leaklab $B/test/test_profile_golden $(GOLDEN_TESTS) ## write every pair's dumps and page, and what commands say, for the tests to hold it to: read the difference
	@rm -f harness/test/golden/*.dump
	@for test in $(GOLDEN_TESTS); do GOLDEN_UPDATE=1 LEAKLAB=$B/leaklab CMOCKA_MESSAGE_OUTPUT=TAP $$test || exit 1; done
	@GOLDEN_UPDATE=1 LEAKLAB=$B/leaklab TEST_CASES='the_dump_of_*' CMOCKA_MESSAGE_OUTPUT=TAP $B/test/test_profile_golden
	@$B/leaklab report >build/report.log || { cat build/report.log; exit 1; }
	@git status --short harness/test/golden results

NEW_PAIRS = 1
new-pair: ## what a new pair needs is two files and a line: tried in a copy; NEW_PAIRS=60 tries so many
	+@sh harness/test/new_pair.sh $(NEW_PAIRS)

test-memcheck: $B/test/test_plain build/.setup-ci ## the fixes of plain C under memcheck: nothing lost, no descriptor open
	@sh harness/test/plain_memcheck.sh $<

# Built apart from all else, and linked so that it finds that library.
LIBUV_TESTS := census census_requests census_newer plain plain_reset ps_handles
LIBUV_LIB    = $(abspath $(dir $(firstword $(wildcard $(LIBUV)/lib*/libuv.so $(LIBUV)/lib*/*/libuv.so))))

check-libuv: ## the census, and the pairs of plain C, on another libuv; LIBUV=folder, as its `make install` filled it
	$(if $(and $(LIBUV),$(wildcard $(LIBUV)/include/uv.h),$(wildcard $(LIBUV_LIB)/libuv.so)),,$(error there is no \
		include/uv.h with a lib/libuv.so in LIBUV=$(LIBUV): it is the folder into which a libuv was installed))
	@$(MAKE) --no-print-directory B=build/libuv LEAKLAB=build/libuv/leaklab CPPFLAGS='-I$(abspath $(LIBUV))/include' \
		LDFLAGS='-L$(LIBUV_LIB) -Wl,-rpath,$(LIBUV_LIB)' TEST='$(LIBUV_TESTS)' test
	@build/libuv/leaklab check libuv threads

# Tuned as one of those for which gcc keeps in the wide registers what it does not need at once.
test-widest: ## the runtime's tests with every register that this processor has
	@sh harness/test/runtime.sh B=build/widest CC=$(CC) \
		OPTIMIZE='-O2 -march=native $(if $(filter x86_64,$(shell uname -m)),-mtune=intel)'

test-arm64: ## the runtime's tests on arm64, under qemu
	@sh harness/test/arm64.sh

objects: ## compile everything, and link nothing
objects: $(MAIN_O) $(HARNESS_O) $(TASK_O) $(CENSUS_ALONE:%.c=$B/%.o) $(PROOF_O) $(patsubst %.c,$B/%.o,$(wildcard bench/proof/*.c bench/census/*.c)) $(ERRORS:%.c=$B/%.o) $(EXAMPLE:%.c=$B/%.o) $(AT_START:%.c=$B/%.o) $(SERVED:%.c=$B/%.o) $(BENCH_O) \
         $(patsubst %.c,$B/%.o,$(wildcard harness/test/*.c))

lint: lint-format lint-gcc lint-clang lint-tidy lint-cppcheck ## layout, warnings of both compilers, static analysis

lint-format: build/.setup-lint
	@clang-format --dry-run -Werror $(SOURCES)

lint-gcc lint-clang: lint-%: build/.setup-lint
	@$(MAKE) --no-print-directory B=build/lint-$* CC=$* WERROR=1 objects

lint-tidy: $(C_SOURCES:%.c=$B/%.tidy)

# How many states of a function are looked at, at most; 225000 is clang's own bound. A fifth takes a third of the time.
TIDY_NODES = 225000

# Seconds a file: what has passed is not looked at again until it, or any header, changes.
$B/%.tidy: %.c .clang-tidy $(filter %.h,$(SOURCES)) always | $B/harness/profile/pprof.pb-c.h build/.setup-lint
	$(call made,tidy,clang-tidy --quiet $< -- -I. $(CFLAGS) $(TIDY_NODES:%=-Xclang -analyzer-config -Xclang max-nodes=%) >$@.log 2>&1 && mv $@.log $@ \
		|| { cat $@.log; exit 1; })

# Left out is what it gets wrong here: it knows neither defer() nor what a select fills in, nor that a
# node may wait in a queue from its task's stack, nor _Noreturn, nor uintptr_t as %tx.
lint-cppcheck: build/.setup-lint
	@cppcheck -j 2 --quiet --std=c11 --enable=warning,portability,performance --error-exitcode=1 \
		$(patsubst %,--suppress=%,memleak uninitvar autoVariables nullPointerRedundantCheck \
		invalidPrintfArgType_uint) -D__cppcheck__ -D_GNU_SOURCE -I. -Iharness $(C_SOURCES)

.PHONY: test test-memcheck check-libuv axe grafana metadata test-widest test-arm64 goldens new-pair objects lint lint-format lint-gcc lint-clang lint-tidy lint-cppcheck
# --------------------------------------------------------------------------------------------------

# --- Fuzzers: what is read from strangers, by clang's libFuzzer --------------------------------------
# Each begins with its corpus in harness/test/fuzz, and adds to build/fuzz/corpus what reaches more.
FUZZERS      := $(patsubst harness/test/fuzz/%.c,%,$(wildcard harness/test/fuzz/fuzz_*.c))
FUZZ_SECONDS = 10

fuzz: build/.setup-lint build/.setup-ci ## look for inputs that break the readers and the service; FUZZ_SECONDS=1200 each
	@$(MAKE) --no-print-directory B=build/fuzz CC=clang SANITIZE=1 CFLAGS=-fsanitize=fuzzer-no-link $(FUZZERS:%=build/fuzz/%)
	@sh harness/test/fuzz/run.sh $(FUZZ_SECONDS) $(FUZZERS:%=build/fuzz/%)

$B/fuzz_%: $B/harness/test/fuzz/fuzz_%.o $B/harness/test/fuzz/given.o $(HARNESS_O) $(PROOF_O) $(TASK_O) always
	$(call link, -fsanitize=fuzzer)

.PHONY: fuzz
# --------------------------------------------------------------------------------------------------

# --- For whoever works on it ----------------------------------------------------------------------
# What make would run to compile each file, as it would run it.
build/compile_commands.json: always ## how each file is compiled, for clangd and `clang-tidy -p build`
	@mkdir -p $(@D)
	@$(MAKE) --no-print-directory -Bn V=1 objects $(patsubst %.c,$B/%.o,$(wildcard harness/test/fuzz/*.c)) $(VERSUS:%.c=$B/%.o) $(ROWS:%.c=$B/%.o) $B/bench/fiber.o \
		| sed -n 's/\\/&&/g; s/"/\\"/g; s|^.* -c -o [^ ]* \([^ ]*\)$$|{"directory": "$(CURDIR)", "file": "\1", "command": "&"}|p' \
		| sed '1s/^/[/; $$!s/$$/,/; $$s/$$/]/' >$@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

origin: ## write the address of this tree into CITATION.cff and .zenodo.json; URL=https://example.org/leaklab DOI=10.5281/zenodo.1
	@sh harness/origin.sh keep '$(subst ','\'',$(URL))' '$(subst ','\'',$(DOI))'

release: ## set the version everywhere, and tag it; VERSION=0.2.0
	@sh harness/release.sh '$(VERSION)'

.PHONY: release origin
# --------------------------------------------------------------------------------------------------

# --- Mutants: changes that a test should see ------------------------------------------------------
# Of each room so many, by chance; no more are begun after so many minutes. What was found out is kept in
# build/mutants: an interrupted run goes on where it was. Debian's Python, for which its clang bindings are.
MUTANTS = 40
MINUTES = 240
SEED    = 1
ROOMS   =
PYTHON  = /usr/bin/python3

mutants: build/.setup-mutants ## change one thing at a time, and list what no test sees; ROOMS='record page' MUTANTS=40 SEED=1 MINUTES=240
	@$(PYTHON) harness/test/mutants/mutants.py --folder build/mutants --rooms '$(ROOMS)' --mutants $(MUTANTS) \
		--seed $(SEED) --minutes $(MINUTES)

.PHONY: mutants
# --------------------------------------------------------------------------------------------------

# Looked at again whenever packages have come or gone.
build/.setup-%: harness/setup.sh $(wildcard /var/lib/dpkg/status)
	@sh harness/setup.sh $*
	@mkdir -p build && touch $@

build/.setup: harness/setup.sh $(wildcard /var/lib/dpkg/status)
	@sh harness/setup.sh
	@mkdir -p build && touch $@

# The versions of what the program is built with; touched only where one of them is another. A package's
# headers are as old as the package: their own time does not tell that they are new here.
build/.packages: build/.setup
	@sh harness/setup.sh versions >$@.new && if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi

-include $(shell find $B -name '*.d' 2>/dev/null)

always:

.PHONY: all run check detect detect-table verify help clean always
.SECONDARY:
