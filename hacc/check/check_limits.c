/* Numbers that limit each other. Source: asked of the binaries. */
#include "hacc/check/check.h"

#include "hacc/lang/number.h"
#include "hacc/lang/types.h"

bool check_number(const struct directive *d, int64_t *number)
{
    struct word value;

    if (!d || !d->arg_count || d->args[0].flags & (ARG_ENV | ARG_POISON))
        return false;
    value = leading_number(&(struct word){.text = d->args[0].text, .len = d->args[0].len});
    *number = 0;
    return !value.len || int_parse(value.text, value.len, number);
}

/* An object takes half of a cache at most. */
static void check_cache(struct config *config, const struct section *section)
{
    const enum keyword_id total_id = KW_CACHE_TOTAL_MAX_SIZE, object_id = KW_CACHE_MAX_OBJECT_SIZE;
    const struct directive *total = check_effective(section, &total_id, 1);
    const struct directive *object = check_effective(section, &object_id, 1);
    int64_t megabytes, bytes;

    if (!check_number(total, &megabytes) || !check_number(object, &bytes) || megabytes > INT32_MAX ||
        bytes <= megabytes << 19)
        return;
    diag_add(config->diags, RULE_OUT_OF_RANGE, arg_span(&object->args[0]),
             arena_printf(config->arena, "at most %lld", (long long)megabytes << 19),
             "an object of %lld bytes is more than half of the cache", (long long)bytes);
    diag_place(config->diags, total->at, "its size is told here, in megabytes");
}

/* The delays between updates of OCSP responses, and who said so; NULL: HAProxy. */
struct delays {
    int64_t least, most;
    const struct directive *least_by, *most_by;
};

/* Each is compared with the other one as it is by then. */
static void check_delay(struct config *config, struct delays *delays, const struct directive *d, bool is_least)
{
    const struct directive *other = is_least ? delays->most_by : delays->least_by;
    int64_t number = is_least ? 0 : INT64_MAX;

    check_number(d, &number); /* what only a variable's value tells is no limit */
    if (is_least) {
        delays->least = number;
        delays->least_by = d;
    } else {
        delays->most = number;
        delays->most_by = d;
    }
    if (delays->least <= delays->most)
        return;
    diag_add(config->diags, RULE_OUT_OF_RANGE, arg_span(&d->args[0]),
             is_least && !other ? "put the longer maxdelay above it" : NULL,
             is_least ? "the shortest delay cannot be longer than the longest, %lld"
                      : "the longest delay cannot be shorter than the shortest, %lld",
             (long long)(is_least ? delays->most : delays->least));
    if (other)
        diag_place(config->diags, other->at, "which is told here");
}

static void check_delays(struct config *config, struct delays *delays, const struct section *section)
{
    for (const struct directive *d = section->first; d; d = d->next) {
        switch (d->kw->id) {
        case KW_GLOBAL_OCSP_UPDATE_MINDELAY:
        case KW_GLOBAL_TUNE_SSL_OCSP_UPDATE_MINDELAY:
            check_delay(config, delays, d, true);
            break;
        case KW_GLOBAL_OCSP_UPDATE_MAXDELAY:
        case KW_GLOBAL_TUNE_SSL_OCSP_UPDATE_MAXDELAY:
            check_delay(config, delays, d, false);
            break;
        default:
            break;
        }
    }
}

/* What the global sections say of threads. */
struct threads {
    const struct directive *count;
    int64_t number, groups;
    bool assigned; /* to groups, or limited otherwise: HAProxy counts them in another way */
};

static void read_threads(struct threads *threads, const struct section *section)
{
    for (const struct directive *d = section->first; d; d = d->next) {
        switch (d->kw->id) {
        case KW_GLOBAL_NBTHREAD:
            threads->count = check_number(d, &threads->number) ? d : NULL;
            break;
        case KW_GLOBAL_THREAD_GROUPS:
            if (check_number(d, &threads->groups))
                break;
            threads->assigned = true;
            break;
        case KW_GLOBAL_THREAD_GROUP:
        case KW_GLOBAL_THREAD_HARD_LIMIT:
            threads->assigned = true;
            break;
        default:
            break;
        }
    }
}

/* Up to 3.0 there is one group of threads unless another number is given; 3.2 makes as many as it needs. */
static void check_threads(struct config *config, const struct threads *threads)
{
    enum { GROUP = 64 };

    if (config->lang.version >= HAP_3_2 || !threads->count || threads->assigned || config->damaged ||
        threads->number <= GROUP * threads->groups)
        return;
    diag_add(
        config->diags, RULE_OUT_OF_RANGE, arg_span(&threads->count->args[0]),
        arena_printf(config->arena, "write 'thread-groups %lld' too", (long long)(threads->number + GROUP - 1) / GROUP),
        "%lld threads do not fit into %lld group%s of %d", (long long)threads->number, (long long)threads->groups,
        threads->groups == 1 ? "" : "s", GROUP);
}

void check_limits(struct config *config)
{
    struct delays delays = {.least = 300, .most = 3600};
    struct threads threads = {.groups = 1};

    for (const struct section *section = config->first; section; section = section->next) {
        if (section->context == CONTEXT_CACHE)
            check_cache(config, section);
        if (section->context == CONTEXT_GLOBAL) {
            check_delays(config, &delays, section);
            read_threads(&threads, section);
        }
    }
    check_threads(config, &threads);
}
