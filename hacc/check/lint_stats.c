/* The statistics page. */
#include "hacc/check/lint.h"

#include <stdlib.h>

/* Without a text of its own the page shows that of the global section. */
static void check_description(struct lint *lint, const struct directive *d)
{
    if (d->kw->id != KW_DEFAULTS_STATS_SHOW_DESC || d->arg_count ||
        (lint->global && section_find_directive(lint->global, KW_GLOBAL_DESCRIPTION)))
        return;
    diag_add(lint->config->diags, RULE_STATS_NO_DESCRIPTION, d->at,
             "write the text behind it, or 'description' into the global section",
             "'%s' shows nothing: there is no description", d->kw->name);
}

/* Gives the length of the name in NAME:PASSWORD. */
static uint32_t user_len(const struct arg *credentials)
{
    const char *colon = memchr(credentials->text, ':', credentials->len);

    return colon ? (uint32_t)(colon - credentials->text) : credentials->len;
}

static int compare_users(const void *a, const void *b)
{
    const struct arg *one = (*(const struct directive *const *)a)->args;
    const struct arg *other = (*(const struct directive *const *)b)->args;
    uint32_t len = user_len(one), other_len = user_len(other);
    int order = len == other_len ? memcmp(one->text, other->text, len) : len < other_len ? -1 : 1;

    return order ? order : one->off < other->off ? -1 : one->off > other->off;
}

static bool is_known_user(const struct directive *d)
{
    return d->kw->id == KW_DEFAULTS_STATS_AUTH && d->arg_count && !(d->args[0].flags & (ARG_ENV | ARG_POISON));
}

/* Of two passwords of a user the first one counts. */
static void check_users(struct lint *lint)
{
    const struct directive **users;
    uint32_t count = 0;

    for (const struct directive *d = lint_first(lint, KW_DEFAULTS_STATS_AUTH); d; d = d->next)
        count += is_known_user(d);
    if (count < 2)
        return;
    users = arena_alloc(lint->config->arena, count * sizeof(*users));
    count = 0;
    for (const struct directive *d = lint_first(lint, KW_DEFAULTS_STATS_AUTH); d; d = d->next)
        if (is_known_user(d))
            users[count++] = d;
    qsort(users, count, sizeof(*users), compare_users);
    for (uint32_t i = 1; i < count; i++) {
        uint32_t len = user_len(&users[i]->args[0]);

        if (len != user_len(&users[i - 1]->args[0]) ||
            memcmp(users[i]->args[0].text, users[i - 1]->args[0].text, len) != 0)
            continue;
        diag_add(lint->config->diags, RULE_DUPLICATE_IGNORED, users[i]->at, "remove one of them",
                 "HAProxy ignores this password of '%.*s': there is one above", (int)len, users[i]->args[0].text);
        diag_place(lint->config->diags, users[i - 1]->at, "it stands here");
        lint_fix_remove(lint, users[i]);
    }
}

void lint_stats(struct lint *lint)
{
    for (const struct directive *d = lint_first(lint, KW_DEFAULTS_STATS_SHOW_DESC); d; d = d->next)
        check_description(lint, d);
    if (lint->sure)
        check_users(lint);
}
