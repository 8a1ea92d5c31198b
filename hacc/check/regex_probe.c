#include "hacc/check/regex_probe.h"

#include "hacc/check/regex_tree.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

/* Repetitions of a pump, and how many unbounded repeats make them worth trying. */
enum { FEW = 32, MANY = 400, CUBIC_REPEATS = 3 };

/* Longest text tried, and most repeats of one pattern that are. */
enum { TEXT_MAX = 4096, REPEATS_MAX = 12 };

struct probe {
    struct arena *arena;
    struct regex_tree tree;
    pcre2_code *code;
    pcre2_match_data *data;
    pcre2_match_context *context;
    struct regex_witness *witness;
};

/* Whether matching the text takes more than so many steps. */
static bool is_slow(const struct probe *probe, const struct buf *text, uint32_t steps)
{
    pcre2_set_match_limit(probe->context, steps);
    return pcre2_match(probe->code, (PCRE2_SPTR)text->data, text->len, 0, 0, probe->data, probe->context) ==
           PCRE2_ERROR_MATCHLIMIT;
}

/* Runs the pattern on PREFIX PUMP… END, where END is what it hopefully cannot match: by itself, or behind what should
 * follow, for without some character of that PCRE2 does not even begin. */
static bool try_pump(const struct probe *probe, const struct regex_node *repeat, unsigned choice, uint32_t times,
                     uint32_t steps)
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
        if (!is_slow(probe, &text, steps))
            continue;
        *probe->witness = (struct regex_witness){text.data, (uint32_t)text.len, steps};
        return true;
    }
    return false;
}

static bool try_repeats(const struct probe *probe, uint32_t times, uint32_t steps)
{
    uint32_t tried = 0;

    for (const struct regex_node *node = probe->tree.repeats; node && tried < REPEATS_MAX; node = node->next_repeat) {
        for (unsigned choice = 0; choice < REGEX_CHOICES; choice++)
            if (try_pump(probe, node, choice, times, steps))
                return true;
        tried++;
    }
    return false;
}

static bool compile(struct probe *probe, const char *pattern, uint32_t len, bool caseless)
{
    PCRE2_SIZE at;
    int error;

    probe->code = pcre2_compile((PCRE2_SPTR)pattern, len, caseless ? PCRE2_CASELESS : 0, &error, &at, NULL);
    probe->data = probe->code ? pcre2_match_data_create(1, NULL) : NULL;
    probe->context = probe->data ? pcre2_match_context_create(NULL) : NULL;
    return probe->context != NULL;
}

bool regex_probe(struct arena *arena, const char *pattern, uint32_t len, bool caseless, struct regex_witness *witness)
{
    struct probe probe = {.arena = arena, .witness = witness};
    bool slow = false;

    if (!regex_read(arena, pattern, len, &probe.tree) || (!probe.tree.nested && probe.tree.unbounded < CUBIC_REPEATS))
        return false;
    if (compile(&probe, pattern, len, caseless))
        slow = (probe.tree.nested && try_repeats(&probe, FEW, REGEX_STEPS_EXPONENTIAL)) ||
               (probe.tree.unbounded >= CUBIC_REPEATS && try_repeats(&probe, MANY, REGEX_STEPS_CUBIC));
    pcre2_match_context_free(probe.context);
    pcre2_match_data_free(probe.data);
    pcre2_code_free(probe.code);
    return slow;
}
