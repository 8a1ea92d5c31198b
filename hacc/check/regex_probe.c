#include "hacc/check/regex_probe.h"

#include "hacc/check/regex_memory.h"
#include "hacc/check/regex_tree.h"

/* Repetitions of a pump: those that do where the steps double with each, and those where they grow by its third power;
 * and how many unbounded repeats make these worth trying. */
enum { FEW = 32, MANY = 120, CUBIC_REPEATS = 3 };

/* Longest text tried, and most repeats of one pattern that are. */
enum { TEXT_MAX = 4096, REPEATS_MAX = 12 };

struct probe {
    struct arena *arena;
    struct regex_tree tree;
    struct regex_code code;
    uint32_t *budget;
    struct regex_witness *witness;
};

/* Whether matching the text takes more than REGEX_STEPS_SLOW steps. PCRE2 does not count them; it gives up at a limit,
 * so that the limit is what is paid for. */
static bool is_slow(const struct probe *probe, const struct buf *text)
{
    for (uint32_t limit = 200;; limit *= 10) {
        if (*probe->budget < limit)
            return false;
        *probe->budget -= limit;
        pcre2_set_match_limit(probe->code.context, limit);
        if (pcre2_match(probe->code.code, (PCRE2_SPTR)text->data, text->len, 0, 0, probe->code.data,
                        probe->code.context) != PCRE2_ERROR_MATCHLIMIT)
            return false;
        if (limit >= REGEX_STEPS_SLOW)
            return true;
    }
}

/* Runs the pattern on PREFIX PUMP… END, where END is what it hopefully cannot match: by itself, or behind what should
 * follow, for without some character of that PCRE2 does not even begin. */
static bool try_pump(const struct probe *probe, const struct regex_node *repeat, unsigned choice, uint32_t times)
{
    static const char *const ends[] = {"!", "~", " ~", "", "!", "~"};
    enum { BARE = 4 };
    struct buf pump, text;
    size_t len;

    buf_init_in(&pump, probe->arena);
    regex_sample(repeat->child, choice, &pump);
    buf_init_in(&text, probe->arena);
    regex_prefix(repeat, &text);
    if (!pump.len || text.len + pump.len * times > TEXT_MAX)
        return false;
    while (times-- > 0)
        buf_add(&text, pump.data, pump.len);
    len = text.len;
    for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
        text.len = len;
        if (i >= BARE)
            regex_suffix(repeat, &text);
        buf_puts(&text, ends[i]);
        if (!is_slow(probe, &text))
            continue;
        *probe->witness = (struct regex_witness){text.data, (uint32_t)text.len};
        return true;
    }
    return false;
}

static bool try_repeats(const struct probe *probe, uint32_t times)
{
    uint32_t tried = 0;

    for (const struct regex_node *node = probe->tree.repeats; node && tried < REPEATS_MAX; node = node->next_repeat) {
        for (unsigned choice = 0; choice < REGEX_CHOICES; choice++)
            if (try_pump(probe, node, choice, times))
                return true;
        tried++;
    }
    return false;
}

bool regex_probe(struct arena *arena, const char *pattern, uint32_t len, bool caseless, uint32_t *budget,
                 struct regex_witness *witness)
{
    struct probe probe = {.arena = arena, .budget = budget, .witness = witness};

    if (!*budget || !regex_read(arena, pattern, len, &probe.tree) ||
        (!probe.tree.nested && probe.tree.unbounded < CUBIC_REPEATS))
        return false;
    probe.code = regex_compile(arena, pattern, len, caseless, REGEX_STEPS_SLOW);
    if (!probe.code.code)
        return false;
    return (probe.tree.nested && try_repeats(&probe, FEW)) ||
           (probe.tree.unbounded >= CUBIC_REPEATS && try_repeats(&probe, MANY));
}
