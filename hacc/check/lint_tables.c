/* Stick tables. */
#include "hacc/check/lint.h"

/* "gpc0,http_req_rate(10s)": gives the length of the first name. */
static uint32_t counter_name(const char *list, uint32_t len)
{
    uint32_t end = 0;

    while (end < len && list[end] != ',' && list[end] != '(')
        end++;
    return end;
}

/* Gives the length of the first item, its arguments included. */
static uint32_t counter_item(const char *list, uint32_t len)
{
    const char *comma = memchr(list, ',', len), *open = memchr(list, '(', len), *close;

    if (comma && open && open < comma && (close = memchr(open, ')', len - (uint32_t)(open - list))))
        comma = memchr(close, ',', len - (uint32_t)(close - list));
    return comma ? (uint32_t)(comma - list) : len;
}

/* The counters that a table stores so far: a bit for each enum keyword_id. */
struct stored {
    uint8_t bits[KW_COUNT / 8 + 1];
};

static void check_store(struct lint *lint, const struct directive *d, const struct arg *store, struct stored *stored)
{
    const enum hap_version version = lint->config->lang.version;

    for (uint32_t i = 0; i < store->len; i += counter_item(store->text + i, store->len - i) + 1) {
        uint32_t len = counter_name(store->text + i, store->len - i);
        const struct keyword *kw = keyword_find(CONTEXT_TABLE_DATA, store->text + i, len, version, NULL), *counter;

        if (!kw)
            continue;
        /* two names of one counter are a group, which is called as the newer one */
        counter = kw->group ? keyword_find(CONTEXT_TABLE_DATA, kw->group, strlen(kw->group), version, NULL) : NULL;
        counter = counter ? counter : kw;
        if (stored->bits[counter->id / 8] & 1u << counter->id % 8)
            diag_add(lint->config->diags, RULE_DUPLICATE_IGNORED, arg_span(store),
                     kw->group ? "remove one of its names" : "remove one of them", "'%s' stores '%s' twice",
                     d->kw->name, counter->name);
        stored->bits[counter->id / 8] |= (uint8_t)(1u << counter->id % 8);
    }
}

/* A counter that a stick table is to store twice. */
void lint_tables(struct lint *lint)
{
    const uint64_t tables = keyword_bit(KW_FRONTEND_STICK_TABLE) | keyword_bit(KW_PEERS_TABLE);

    for (const struct directive *d = section_lines(lint->section, tables); d; d = d->next) {
        struct stored stored;

        if (d->kw->id != KW_FRONTEND_STICK_TABLE && d->kw->id != KW_PEERS_TABLE)
            continue;
        memset(&stored, 0, sizeof(stored));
        for (uint32_t i = 0; i + 1 < d->arg_count; i++)
            if (d->args[i].flags & ARG_HEAD && keywords[d->args[i].row].id == KW_STICK_TABLE_STORE &&
                !(d->args[i + 1].flags & ARG_ENV))
                check_store(lint, d, &d->args[i + 1], &stored);
    }
}
