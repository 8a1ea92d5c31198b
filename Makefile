# make              build/hacc
# make demo         install what is missing, build, run a load balancer over two web servers
# make test         install what is missing, build, everything that must pass before a commit
# make test-matrix  the same outputs and runs with HAProxy 2.2, 2.6, 3.0 and 3.2
# make schemas      schemas/, from the grammar
# make rule-pages   docs/rules/, from rules/
# make soak         hacc apply again and again under load, for hours
# make coverage     the table beside HAProxy's manuals and -dKall
# make oracle       hacc's verdict beside that of haproxy -c, on generated lines
# make bench        time and memory beside libyaml and haproxy -c

CC       = gcc
CFLAGS   = -O2 -g
WARNINGS = -std=c11 -D_GNU_SOURCE -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
           -Wswitch-enum -Wvla -Wformat=2
HARDENED = -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fPIE
LINKED   = -pie -Wl,-z,relro,-z,now
LIBS     = build/libmxml-heap.a -lpcre2-8 -ljansson -l:libmd.a -l:libresolv.a -l:libcyaml.a $(YAML)
PREFIX   = /usr/local

# make SANITIZE=address,undefined builds another tree beside the usual one
ifdef SANITIZE
B        = build/$(subst $(comma),-,$(SANITIZE))
CFLAGS   = -O1 -g -fno-omit-frame-pointer -fsanitize=$(SANITIZE) -fno-sanitize-recover=all
HARDENED = -fPIE
YAML     = -lyaml
else
B        = build
# libyaml with a heap of its own: hacc/read/yaml_alloc.h
YAML     = build/libyaml-heap.a -Wl,--exclude-libs,libyaml-heap.a
endif
comma    = ,

GRAMMAR  = $(sort $(wildcard grammar/*.yaml))
RULES    = $(sort $(wildcard rules/*.yaml))
SOURCES  = $(sort $(wildcard hacc/*/*.c))
OBJECTS  = $(SOURCES:%.c=$(B)/obj/%.o) $(B)/obj/grammar.o $(B)/obj/rules.o
LIBRARY  = $(filter-out $(B)/obj/hacc/cli/main.o,$(OBJECTS))
UNITS    = $(patsubst tests/unit/%.c,$(B)/%,$(wildcard tests/unit/test_*.c))
COMPILE  = $(CC) $(WARNINGS) $(CFLAGS) $(HARDENED) -I. -Ibuild -MMD -MP

all: $(B)/hacc

$(B)/hacc: $(OBJECTS) build/libyaml-heap.a build/libmxml-heap.a
	$(CC) $(CFLAGS) $(LINKED) $(LDFLAGS) -o $@ $(OBJECTS) $(LIBS)

# Mini-XML in an arena: hacc/write/xml_arena.h
build/libmxml-heap.a:
	@mkdir -p $(@D)
	objcopy --redefine-sym malloc=xml_heap_malloc --redefine-sym calloc=xml_heap_calloc \
	        --redefine-sym realloc=xml_heap_realloc --redefine-sym free=xml_heap_free \
	        --redefine-sym strdup=xml_heap_strdup $$($(CC) -print-file-name=libmxml.a) $@

build/libyaml-heap.a:
	@mkdir -p $(@D)
	objcopy --redefine-sym malloc=yaml_heap_malloc --redefine-sym realloc=yaml_heap_realloc \
	        --redefine-sym free=yaml_heap_free --redefine-sym strdup=yaml_heap_strdup \
	        $$($(CC) -print-file-name=libyaml.a) $@

$(B)/obj/%.o: %.c build/grammar_ids.h build/rule_ids.h
	@mkdir -p $(@D)
	$(COMPILE) -c -o $@ $<

$(B)/obj/grammar.o $(B)/obj/rules.o: $(B)/obj/%.o: build/%.c build/grammar_ids.h build/rule_ids.h
	@mkdir -p $(@D)
	$(COMPILE) -c -o $@ $<

build/mkgrammar: $(wildcard grammar/*.c grammar/*.h) hacc/lang/grammar_enums.h
	@mkdir -p $(@D)
	$(CC) $(WARNINGS) -O1 -g -I. -o $@ $(wildcard grammar/*.c) -lcyaml -lyaml

# both files come from one run; the ids keep their time stamp, and the objects stay, when they do not change
build/grammar.c: build/mkgrammar $(GRAMMAR)
	build/mkgrammar build/grammar_ids.h.new build/grammar.c.new $(GRAMMAR)
	@mv build/grammar.c.new build/grammar.c

build/grammar_ids.h: build/grammar.c
	@cmp -s $@.new $@ || cp $@.new $@

build/mkrules: rules/mkrules.c grammar/rows.c grammar/rows.h hacc/lang/grammar_enums.h
	@mkdir -p $(@D)
	$(CC) $(WARNINGS) -O1 -g -I. -o $@ rules/mkrules.c grammar/rows.c -lcyaml -lyaml

build/rules.c: build/mkrules $(RULES)
	build/mkrules build/rule_ids.h.new build/rules.c.new $(RULES)
	@mv build/rules.c.new build/rules.c

build/rule_ids.h: build/rules.c
	@cmp -s $@.new $@ || cp $@.new $@

$(B)/test_%: tests/unit/test_%.c $(LIBRARY) build/libyaml-heap.a build/libmxml-heap.a
	$(COMPILE) -MF $(B)/obj/$(@F).d -o $@ $< $(LIBRARY) $(LINKED) $(LDFLAGS) $(LIBS) -lcmocka

units: $(UNITS)

deps:
	@tests/install-deps

# a make of its own after each: what is missing must be there before anything is compiled
demo: deps
	@$(MAKE) --no-print-directory all
	@demo/run

test: deps
	@tests/get-haproxy build/haproxy || echo "make test: what needs other versions of HAProxy than the installed one is skipped"
	@$(MAKE) --no-print-directory all units
	@$(MAKE) --no-print-directory SANITIZE=address,undefined all units
	@tests/run

test-matrix: deps
	@$(MAKE) --no-print-directory all units
	@tests/matrix build/haproxy

oracle: deps
	@$(MAKE) --no-print-directory all
	@tests/get-haproxy build/haproxy
	@tests/oracle/examples
	@tests/oracle/run
	@tests/roundtrip/run --cases 20000 --configurations 50

# hours: the same tests as in make test, with larger counts
soak: deps
	@$(MAKE) --no-print-directory all
	@tests/get-haproxy build/haproxy
	@APPLIES=500 tests/apply/run requests_close requests_keepalive runtime 14_kill_random

coverage:
	@tests/coverage/run

bench: deps
	@$(MAKE) --no-print-directory all build/bench-loop
	@bench/run

build/bench-loop: bench/loop.c
	$(CC) $(WARNINGS) -O2 -o $@ $< -lyaml

# tests/schema/run fails where these are not what hacc prints
schemas: $(B)/hacc
	for version in 2.2 2.4 2.6 2.8 3.0 3.2; do \
	    $(B)/hacc schema --haproxy $$version >schemas/hacc-$$version.json || exit 1; \
	done

# tests/lint/run fails where these are not what hacc prints
rule-pages: $(B)/hacc
	rm -rf docs/rules
	mkdir docs/rules
	$(B)/hacc rules --format markdown >docs/rules/README.md
	for rule in $$($(B)/hacc rules --format names); do \
	    $(B)/hacc explain --format markdown $$rule >docs/rules/$$rule.md || exit 1; \
	done

install: $(B)/hacc
	install -D -m 755 $(B)/hacc $(DESTDIR)$(PREFIX)/bin/hacc
	install -D -m 644 docs/hacc.1 $(DESTDIR)$(PREFIX)/share/man/man1/hacc.1
	install -d $(DESTDIR)$(PREFIX)/share/hacc
	cp -r dist/systemd $(DESTDIR)$(PREFIX)/share/hacc/

format:
	clang-format -i $(shell git ls-files '*.c' '*.h')

clean:
	rm -rf build

.PHONY: all units deps demo test test-matrix oracle soak coverage bench install format clean schemas rule-pages
-include $(OBJECTS:.o=.d) $(UNITS:$(B)/%=$(B)/obj/%.d)
