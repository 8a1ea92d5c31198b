/* Stick tables: what is counted, and what is looked up. */
#include "hacc/check/lint.h"

#include "hacc/check/table_data.h"
#include "hacc/lang/value.h"

#include <stdlib.h>

/* Sticky counters that have a track rule of their own. */
enum { COUNTERS = 10 };

/* What the rules of the whole configuration count, and where. */
struct lint_tracks {
    struct {
        const struct symbol *table; /* that it counts in; NULL: several, or one that is not known */
        bool used, unknown;
    } counters[COUNTERS];
    const struct symbol **fed; /* the tables that something is counted in, by address */
    uint32_t count, cap;
    bool unknown; /* there may be more of all these */
    bool updates; /* a fetch counts connections by itself */
};

static const struct symbol *find_table(const struct lint *lint, const struct section *section, const char *name,
                                       uint32_t len)
{
    const struct symbol *table = name && len
                                     ? config_find(lint->config, SYMBOL_TABLE, name, len, NULL)
                                     : config_find(lint->config, SYMBOL_TABLE, section->name, section->name_len, NULL);

    return table && table->directive && !table->same ? table : NULL;
}

static void feed(struct lint *lint, struct lint_tracks *tracks, const struct symbol *table)
{
    if (!table)
        return;
    if (tracks->count == tracks->cap)
        tracks->fed =
            arena_extend(lint->config->arena, tracks->fed, tracks->count, &tracks->cap, 8, sizeof(*tracks->fed));
    tracks->fed[tracks->count++] = table;
}

/* A track rule: `row` is its action. */
static void note_track(struct lint *lint, struct lint_tracks *tracks, const struct section *section,
                       const struct directive *d, uint16_t row)
{
    uint32_t name = table_param(d, row, TYPE_OWN);
    const struct arg *arg = name < d->arg_count ? &d->args[name] : NULL;
    const struct symbol *table = NULL;
    uint8_t counter = keywords[row].counter;

    if (counter >= COUNTERS)
        return;
    if (section->context != CONTEXT_DEFAULTS || arg)
        table = find_table(lint, section, arg ? arg->text : NULL, arg ? arg->len : 0);
    feed(lint, tracks, table);
    tracks->unknown = tracks->unknown || !table;
    if (!table || (tracks->counters[counter].used && tracks->counters[counter].table != table))
        tracks->counters[counter].unknown = true;
    tracks->counters[counter].used = true;
    tracks->counters[counter].table = table;
}

static void note_line(struct lint *lint, struct lint_tracks *tracks, const struct section *section,
                      const struct directive *d)
{
    static const char updating[] = "updt_conn_cnt";

    for (uint32_t i = 0; i < d->arg_count; i++) {
        const struct arg *arg = &d->args[i];

        if (arg->flags & ARG_HEAD && keywords[arg->row].counter != NO_COUNTER)
            note_track(lint, tracks, section, d, arg->row);
        else if (memmem(arg->text, arg->len, updating, strlen(updating)))
            tracks->updates = true;
        if (!arg->sig && arg->flags & ARG_ENV)
            tracks->unknown = true;
    }
    if (directive_option(d, KW_FILTER_BWLIM_IN) || directive_option(d, KW_FILTER_BWLIM_OUT))
        tracks->unknown = true; /* they count what passes, in whatever table they name */
}

static int by_address(const void *a, const void *b)
{
    const struct symbol *const *one = a, *const *other = b;

    return *one < *other ? -1 : *one > *other;
}

static struct lint_tracks *tracks_of(struct lint *lint)
{
    struct lint_tracks *tracks = lint->tracks;

    if (tracks)
        return tracks;
    tracks = lint->tracks = arena_zalloc(lint->config->arena, sizeof(*tracks));
    tracks->unknown = lint->config->damaged;
    for (const struct section *s = lint->config->first; s; s = s->next) {
        if (!section_sides(s) && s->context != CONTEXT_DEFAULTS)
            continue;
        tracks->unknown = tracks->unknown || s->poison;
        for (const struct directive *d = s->first; d; d = d->next)
            if (!directive_is_server(d))
                note_line(lint, tracks, s, d);
    }
    if (tracks->count)
        qsort(tracks->fed, tracks->count, sizeof(*tracks->fed), by_address);
    return tracks;
}

/* Whether something counts in the table: rules, other machines, another table. */
static bool is_fed(const struct lint_tracks *tracks, const struct symbol *table)
{
    return tracks->unknown || table->section->context == CONTEXT_PEERS ||
           directive_option(table->directive, KW_STICK_TABLE_PEERS) || table_is_run_time(table->directive) ||
           (tracks->count && bsearch(&table, tracks->fed, tracks->count, sizeof(*tracks->fed), by_address));
}

/* Whether HAProxy itself writes such a counter of what is tracked. The others are for rules to write. */
static bool is_counted(const struct keyword *kw)
{
    static const enum keyword_id own[] = {KW_TABLE_DATA_GPC,      KW_TABLE_DATA_GPC0,      KW_TABLE_DATA_GPC1,
                                          KW_TABLE_DATA_GPC_RATE, KW_TABLE_DATA_GPC0_RATE, KW_TABLE_DATA_GPC1_RATE,
                                          KW_TABLE_DATA_GPT,      KW_TABLE_DATA_GPT0};
    const struct keyword *data = keyword_find(CONTEXT_TABLE_DATA, kw->reads, strcspn(kw->reads, "|"), HAP_NEWEST, NULL);

    return data && !keyword_is_one_of(data, own, LINT_COUNT(own));
}

/* Of a fetch, or of an action. */
static const char *in_vain(const struct lint_sample *sample)
{
    return sample->arg->flags & ARG_HEAD ? "has no effect" : "never has a value";
}

static void report_missing(struct lint *lint, const struct lint_sample *sample, const struct symbol *table)
{
    int len = (int)strcspn(sample->kw->reads, "|");
    const char *period = len > 5 && memcmp(sample->kw->reads + len - 5, "_rate", 5) == 0 ? "(10s)" : "";

    diag_add(lint->config->diags, RULE_TABLE_MISSING_STORE, arg_span(sample->arg),
             arena_printf(lint->config->arena, "add 'store %.*s%s' to the table", len, sample->kw->reads, period),
             "'%s' %s: table '%.*s' does not store '%.*s'", sample->kw->name, in_vain(sample), (int)table->len,
             table->name, len, sample->kw->reads);
    diag_place(lint->config->diags, table->directive->at, "the table is here");
}

/* The number of the sticky counter that a fetch or action is about; -1: of none, or of one that is not known. */
static int64_t counter_of(const struct lint_sample *sample)
{
    const char *text;
    uint32_t len;
    int64_t number;

    if (sample->kw->counter != NO_COUNTER)
        return sample->kw->counter;
    if (!lint_sample_arg(sample, "ctr", SYMBOL_NONE, &text, &len) &&
        !lint_sample_arg(sample, "sc-id", SYMBOL_NONE, &text, &len))
        return -1;
    if (!len)
        return 0;
    return int_parse(text, len, &number) && number >= 0 && number < COUNTERS ? number : COUNTERS;
}

/* sc_http_req_rate(0): of what a rule tracks. */
static void see_tracked(struct lint *lint, const struct lint_sample *sample, int64_t counter)
{
    const struct lint_tracks *tracks = tracks_of(lint);
    const struct symbol *table = tracks->counters[counter].table;
    const char *name;
    uint32_t len;

    if (!tracks->counters[counter].used) {
        if (!tracks->unknown)
            diag_add(lint->config->diags, RULE_RATE_NEVER_TRACKED, arg_span(sample->arg),
                     arena_printf(lint->config->arena, "add 'http-request track-sc%d src table TABLE'", (int)counter),
                     "'%s' %s: no rule tracks anything with sticky counter %d", sample->kw->name, in_vain(sample),
                     (int)counter);
        return;
    }
    if (tracks->counters[counter].unknown)
        table = NULL;
    if (lint_sample_arg(sample, NULL, SYMBOL_TABLE, &name, &len) && len)
        table = find_table(lint, lint->section, name, len);
    if (table && !table_stores(table->directive, sample->kw->reads))
        report_missing(lint, sample, table);
}

/* src_http_req_rate(TABLE), table_http_req_rate(TABLE): of what stands in a table. */
static void see_looked_up(struct lint *lint, const struct lint_sample *sample)
{
    const struct symbol *table;
    const char *name;
    uint32_t len;

    if (!lint_sample_arg(sample, NULL, SYMBOL_TABLE, &name, &len))
        return;
    table = find_table(lint, lint->section, name, len);
    if (!table)
        return;
    if (!table_stores(table->directive, sample->kw->reads)) {
        report_missing(lint, sample, table);
    } else if (is_counted(sample->kw) && !tracks_of(lint)->updates && !is_fed(tracks_of(lint), table)) {
        diag_add(lint->config->diags, RULE_RATE_NEVER_TRACKED, arg_span(sample->arg),
                 arena_printf(lint->config->arena, "add 'http-request track-sc0 src table %.*s'", (int)table->len,
                              table->name),
                 "'%s' is always 0: nothing is counted in table '%.*s'", sample->kw->name, (int)table->len,
                 table->name);
        diag_place(lint->config->diags, table->directive->at, "the table is here");
    }
}

static void see_sample(struct lint *lint, const struct directive *d, const struct lint_sample *sample)
{
    int64_t counter;

    (void)d;
    if (!sample->kw->reads || sample->arg->flags & ARG_ENV)
        return;
    counter = counter_of(sample);
    if (counter < 0)
        see_looked_up(lint, sample);
    else if (counter < COUNTERS)
        see_tracked(lint, sample, counter);
}

/* An action that is about a sticky counter: sc-inc-gpc0(0). */
static void see_action(struct lint *lint, const struct directive *d, const struct arg *action)
{
    const char *open = memchr(action->text, '(', action->len);
    struct lint_sample sample = {.kw = &keywords[action->row], .arg = action};

    if (open && open + 1 < action->text + action->len) {
        sample.args = open + 1;
        sample.args_len = (uint32_t)(action->text + action->len - 1 - sample.args);
    }
    see_sample(lint, d, &sample);
}

/* In a section of defaults the table is that of whoever takes the rule from there. */
void lint_counters(struct lint *lint)
{
    for (const struct directive *d = lint->section->first; d; d = d->next) {
        if (directive_is_server(d))
            continue;
        lint_each_sample(lint, d, see_sample);
        for (uint32_t i = 0; i < d->arg_count; i++)
            if (d->args[i].flags & ARG_HEAD && keywords[d->args[i].row].reads)
                see_action(lint, d, &d->args[i]);
    }
}
