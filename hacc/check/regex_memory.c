#include "hacc/check/regex_memory.h"

static void *memory_get(size_t size, void *arena)
{
    return arena_alloc(arena, size);
}

static void memory_give(void *memory, void *arena)
{
    (void)memory;
    (void)arena;
}

struct regex_code regex_compile(struct arena *arena, const char *pattern, uint32_t len, bool caseless, uint32_t steps)
{
    pcre2_general_context *memory = pcre2_general_context_create(memory_get, memory_give, arena);
    pcre2_compile_context *compile = pcre2_compile_context_create(memory);
    struct regex_code code = {.tried = true};
    PCRE2_SIZE at;
    int error;

    code.code = pcre2_compile((PCRE2_SPTR)pattern, len, caseless ? PCRE2_CASELESS : 0, &error, &at, compile);
    code.data = pcre2_match_data_create(1, memory);
    code.context = pcre2_match_context_create(memory);
    pcre2_set_match_limit(code.context, steps);
    return code;
}
