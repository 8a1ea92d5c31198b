/* The keys of stick tables, and how long and how many of them are kept. */
#include "hacc/check/lint.h"

#include "hacc/check/table_data.h"
#include "hacc/lang/value.h"

/* A table of fewer entries than these is a list of known things, which need not age. */
enum { FEW_ENTRIES = 100 };

/* What an entry takes at least. Source: configuration.txt, stick-table. */
enum { ENTRY_BYTES = 50 };

static bool type_is(const struct directive *table, const char *name)
{
    const struct arg *type = directive_option_value(table, KW_STICK_TABLE_TYPE);

    return type && text_is(type->text, type->len, name);
}

/* Whether the keys are IPv4 addresses and nothing else. */
static bool is_ipv4(const struct directive *table)
{
    return type_is(table, "ip") || type_is(table, "ipv4");
}

static void check_table(struct lint *lint, const struct directive *table)
{
    const struct arg *size = directive_option_value(table, KW_STICK_TABLE_SIZE);
    int64_t entries;

    if (!size || size->flags & ARG_ENV || !size->len || !size_parse(size->text, size->len, &entries))
        return;
    if (!directive_option(table, KW_STICK_TABLE_EXPIRE) && !type_is(table, "integer") && entries >= FEW_ENTRIES &&
        !table_is_run_time(table))
        diag_add(lint->config->diags, RULE_TABLE_NO_EXPIRE, table->at, "add 'expire 30m'",
                 directive_option(table, KW_STICK_TABLE_NOPURGE)
                     ? "entries stay for ever: without 'expire', and with 'nopurge', a full table takes no new ones"
                     : "entries stay until the table is full: without 'expire' they do not age");
    if ((size->text[size->len - 1] | 0x20) == 'm' || (size->text[size->len - 1] | 0x20) == 'g')
        diag_add(lint->config->diags, RULE_TABLE_SIZE_IS_ENTRIES, arg_span(size),
                 "write the number of keys that are to be kept, such as 100k",
                 "'size %.*s' is %lld entries, not bytes: %lld MB or more when the table is full", WORD_ARGS(size),
                 (long long)entries, (long long)(entries * ENTRY_BYTES / 1000000));
}

/* Gives the first listener of IPv6 among the section's bind lines, or NULL. */
static const struct directive *ipv6_bind(const struct lint *lint, const struct section *section)
{
    for (const struct directive *d = section->first; d; d = d->next) {
        const struct arg *address = d->kw->id == KW_FRONTEND_BIND ? directive_param(d, "address") : NULL;
        struct lint_listener listener;
        uint32_t at = 0;

        while (address && lint_next_listener(lint, address, &at, &listener))
            if (listener.ipv6 && listener.reach != REACH_LOCAL)
                return d;
    }
    return NULL;
}

/* The same for a backend: of all frontends, if all of them have one. */
static const struct directive *ipv6_everywhere(struct lint *lint)
{
    const struct directive *bind = NULL;
    bool all = true;

    if (lint->seen.ipv6_known)
        return lint->seen.ipv6;
    for (const struct section *s = lint->config->first; s && all; s = s->next) {
        if (s->context != CONTEXT_FRONTEND && s->context != CONTEXT_LISTEN)
            continue;
        bind = ipv6_bind(lint, s);
        all = bind != NULL;
    }
    lint->seen.ipv6_known = true;
    lint->seen.ipv6 = all ? bind : NULL;
    return lint->seen.ipv6;
}

static void check_family(struct lint *lint, const struct arg *key, const struct symbol *table)
{
    const struct directive *bind;

    if (!text_is(key->text, key->len, "src") || !is_ipv4(table->directive))
        return;
    bind = lint->frontend ? ipv6_bind(lint, lint->section) : lint->backend ? ipv6_everywhere(lint) : NULL;
    if (!bind)
        return;
    diag_add(lint->config->diags, RULE_TABLE_IP_DROPS_IPV6, arg_span(key), "use 'type ipv6', which holds both",
             "clients of IPv6 have no entry in table '%.*s': its keys are IPv4 addresses", (int)table->len,
             table->name);
    diag_place(lint->config->diags, table->directive->at, "the table is here");
    diag_place(lint->config->diags, bind->at, "such clients come in here");
}

/* Whether what the fetch gives is text that is never an address or a number. */
static bool is_text(const struct keyword *fetch)
{
    static const enum keyword_id texts[] = {KW_FETCH_PATH,  KW_FETCH_URL,        KW_FETCH_BASE,
                                            KW_FETCH_PATHQ, KW_FETCH_SSL_FC_SNI, KW_FETCH_REQ_SSL_SNI};

    return keyword_is_one_of(fetch, texts, LINT_COUNT(texts));
}

static void check_type(struct lint *lint, const struct arg *key, const struct symbol *table)
{
    const struct keyword *fetch = memchr(key->text, ',', key->len) ? NULL : lint_fetch(lint, key->text, key->len);
    const struct arg *type = directive_option_value(table->directive, KW_STICK_TABLE_TYPE);

    if (!fetch || !type || type->flags & ARG_ENV || !is_text(fetch) || type_is(table->directive, "string") ||
        type_is(table->directive, "binary"))
        return;
    diag_add(lint->config->diags, RULE_TABLE_TYPE_MISMATCH, arg_span(key), "use 'type string len 64'",
             "'%s' is never a key of table '%.*s': it is text, and the keys are of type %.*s", fetch->name,
             (int)table->len, table->name, WORD_ARGS(type));
    diag_place(lint->config->diags, arg_span(type), "the table is here");
}

/* stick, track-sc0: a key, and a table or none. More words behind the key are converters. */
static void check_key(struct lint *lint, const struct directive *d, uint16_t row)
{
    uint32_t at = table_param(d, row, TYPE_SAMPLE), name = table_param(d, row, TYPE_OWN);
    const struct symbol *table;

    if (at == d->arg_count || d->args[at].flags & (ARG_ENV | ARG_POISON) ||
        (at + 1 < d->arg_count && d->args[at + 1].sig == d->args[at].sig))
        return;
    table = name < d->arg_count
                ? config_find(lint->config, SYMBOL_TABLE, d->args[name].text, d->args[name].len, NULL)
                : config_find(lint->config, SYMBOL_TABLE, lint->section->name, lint->section->name_len, NULL);
    if (!table || !table->directive || table->same)
        return;
    check_type(lint, &d->args[at], table);
    check_family(lint, &d->args[at], table);
}

void lint_keys(struct lint *lint)
{
    const uint64_t tables = keyword_bit(KW_FRONTEND_STICK_TABLE) | keyword_bit(KW_PEERS_TABLE);
    const struct section *section = lint->section;

    for (const struct directive *d = section->flags & KW_OWN ? section->first : section_lines(section, tables); d;
         d = d->next) {
        if (d->kw->id == KW_FRONTEND_STICK_TABLE || d->kw->id == KW_PEERS_TABLE)
            check_table(lint, d);
        if (directive_is_server(d))
            continue;
        if (d->kw->flags & KW_OWN)
            check_key(lint, d, 0);
        for (uint32_t i = 0; i < d->arg_count && d->flags & KW_OWN; i++)
            if (d->args[i].flags & ARG_HEAD && keywords[d->args[i].row].flags & KW_OWN)
                check_key(lint, d, d->args[i].row);
    }
}
