/* What the tests of a configuration in memory share: an empty one, with its sources and findings. */
#ifndef TESTS_UNIT_TEST_CONFIG_FIXTURE_H
#define TESTS_UNIT_TEST_CONFIG_FIXTURE_H

#include "hacc/model/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
    struct arena arena;
    struct diags diags;
    struct sources sources;
    struct config config;
};

static inline int fixture_setup(void **state)
{
    static struct fixture f;

    arena_init(&f.arena, NULL);
    diags_init(&f.diags, &f.arena);
    sources_init(&f.sources, &f.arena);
    config_init(&f.config, &f.arena, &f.diags, &f.sources, HAP_2_6);
    *state = &f;
    return 0;
}

static inline int fixture_teardown(void **state)
{
    struct fixture *f = *state;

    sources_release(&f->sources);
    arena_release(&f->arena);
    return 0;
}

static inline struct section *add_section(struct fixture *f, enum context_id context, const char *name)
{
    static const struct span nowhere;

    return config_add_section(&f->config, context, name, (uint32_t)strlen(name), nowhere);
}

#endif
