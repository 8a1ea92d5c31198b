/* What is looked up in a stick table, and whether the table's keys and counters are of that kind. HAProxy compares them
 * when it has read everything. Source: asked of the binaries. */
#include "hacc/check/check.h"
#include "hacc/check/table_data.h"

#include "hacc/lang/sample.h"
#include "hacc/lang/types.h"
#include "hacc/lang/value.h"

struct table {
    const struct symbol *symbol;
    const struct arg *type; /* ip, string, … */
    enum sample_type keys;
};

static enum sample_type key_type(const struct arg *type)
{
    static const struct {
        const char *name;
        enum sample_type type;
    } types_of_keys[] = {{"ip", SAMPLE_IPV4},      {"ipv4", SAMPLE_IPV4},  {"ipv6", SAMPLE_IPV6},
                         {"integer", SAMPLE_SINT}, {"string", SAMPLE_STR}, {"binary", SAMPLE_BIN}};

    for (size_t i = 0; i < sizeof(types_of_keys) / sizeof(*types_of_keys); i++)
        if (text_is(type->text, type->len, types_of_keys[i].name))
            return types_of_keys[i].type;
    return SAMPLE_ANY;
}

/* .symbol is NULL where the table is not known. */
static struct table table_of(const struct symbol *symbol)
{
    struct table table = {NULL, NULL, SAMPLE_ANY};

    if (!symbol || !symbol->directive || symbol->same)
        return table;
    table.type = directive_option_value(symbol->directive, KW_STICK_TABLE_TYPE);
    if (!table.type || table.type->flags & (ARG_ENV | ARG_POISON))
        return table;
    table.symbol = symbol;
    table.keys = key_type(table.type);
    return table;
}

/* Gives the table of a name, or the section's own where `name` is NULL. */
static struct table find_table(const struct config *config, const struct section *section, const struct arg *name)
{
    if (name && name->flags & ARG_ENV)
        return table_of(NULL);
    return table_of(name ? config_find(config, SYMBOL_TABLE, name->text, name->len, NULL)
                         : config_find(config, SYMBOL_TABLE, section->name, section->name_len, NULL));
}

/* Gives the table that a line defines: of a peers section it is known as PEERS/TABLE. */
static struct table defined_table(const struct config *config, const struct section *section, const struct directive *d)
{
    const struct arg *name = directive_param(d, "tablename");
    const char *full;

    if (!name)
        return find_table(config, section, NULL);
    full = arena_printf(config->arena, "%.*s/%.*s", (int)section->name_len, section->name, (int)name->len, name->text);
    return table_of(config_find(config, SYMBOL_TABLE, full, (uint32_t)strlen(full), NULL));
}

/* Gives the type of the sample whose words begin at args[i]; SAMPLE_ANY: it is not known. */
static enum sample_type sample_of(struct config *config, const struct directive *d, uint32_t i)
{
    struct lang probe = config->lang;
    struct word words[8];
    struct sample sample;
    uint32_t count = 0;

    for (; i + count < d->arg_count && count < 8 && d->args[i + count].sig == d->args[i].sig; count++)
        words[count] = (struct word){.text = d->args[i + count].text,
                                     .len = d->args[i + count].len,
                                     .flags = (uint8_t)(d->args[i + count].flags & (ARG_ENV | ARG_POISON))};
    probe.diags = NULL;
    probe.place = PLACE_NONE;
    sample = sample_parse(&probe, words, count);
    return sample.good ? sample.type : SAMPLE_ANY;
}

static void check_key(struct config *config, const struct directive *d, uint32_t key, const struct table *table)
{
    enum sample_type type = sample_of(config, d, key);

    if (!table->symbol || table->keys == SAMPLE_ANY || sample_casts(config->lang.version, type, table->keys))
        return;
    diag_add(config->diags, RULE_BAD_VALUE, arg_span(&d->args[key]), NULL,
             "'%.*s' gives %s, which cannot be a key of table '%.*s'", (int)d->args[key].len, d->args[key].text,
             sample_type_name(type), (int)table->symbol->len, table->symbol->name);
    diag_place(config->diags, arg_span(table->type), "its keys are of this type");
}

/* stick, track-sc0: a sample, and a table or none. */
static void check_lookup(struct config *config, const struct section *section, const struct directive *d, uint16_t row)
{
    uint32_t key = table_param(d, row, TYPE_SAMPLE), name = table_param(d, row, TYPE_OWN);
    struct table table;

    if (key == d->arg_count)
        return;
    table = find_table(config, section, name < d->arg_count ? &d->args[name] : NULL);
    check_key(config, d, key, &table);
}

/* Counters that exclude each other: gpc and gpc0. A table stores a handful. */
static void check_counters(struct config *config, const struct directive *table)
{
    struct table_data data = {.table = table};
    const struct keyword *kw;

    while ((kw = table_data_next(&data))) {
        for (const char *const *name = kw->exclude; name && *name; name++) {
            struct table_data others = {.table = table};
            const struct keyword *other;

            while ((other = table_data_next(&others)) && strcmp(other->name, *name) != 0)
                ;
            if (!other)
                continue;
            diag_add(config->diags, RULE_DUPLICATE_KEYWORD, arg_span(others.list), NULL,
                     "'%s' and '%s' exclude each other", kw->name, other->name);
            break;
        }
    }
}

/* A bandwidth limit that streams share: its table, and what the table counts. */
static void check_limit(struct config *config, const struct section *section, const struct directive *d)
{
    bool in = directive_option(d, KW_FILTER_BWLIM_IN) != NULL;
    const char *counter = in ? "bytes_in_rate" : "bytes_out_rate";
    const struct arg *key = directive_option_value(d, KW_BWLIM_KEY);
    const struct arg *name = directive_option_value(d, KW_BWLIM_TABLE);
    struct table table;

    if (!key || (!in && !directive_option(d, KW_FILTER_BWLIM_OUT)))
        return;
    table = find_table(config, section, name);
    if (!table.symbol && !name && !config_find(config, SYMBOL_TABLE, section->name, section->name_len, NULL) &&
        !section->poison)
        diag_add(config->diags, RULE_REFERENCE_MISSING, arg_span(key - 1),
                 "add a stick-table to it, or name another table", "'%.*s' has no stick-table, but '%s' needs one",
                 (int)section->name_len, section->name, keywords[key->row].name);
    if (!table.symbol)
        return;
    check_key(config, d, (uint32_t)(key - d->args), &table);
    if (table_stores(table.symbol->directive, counter))
        return;
    diag_add(config->diags, RULE_REQUIRED_KEYWORD, arg_span(key - 1),
             arena_printf(config->arena, "store %s(1s) in it", counter),
             "table '%.*s' does not count what the limit is for", (int)table.symbol->len, table.symbol->name);
    diag_place(config->diags, table.symbol->at, "the table is here");
}

/* Bytes of a key. A string has one less than a binary key where `len` is left out: HAProxy counts a NUL. */
enum { STRING_KEY = 31, BINARY_KEY = 32 };

static int64_t key_len(const struct table *table)
{
    int64_t len = table->keys == SAMPLE_STR ? STRING_KEY : BINARY_KEY;
    const struct directive *d = table->symbol->directive;

    for (uint32_t i = 0; i < d->arg_count; i++)
        if (d->args[i].row == table->type->row && arg_is_of(&d->args[i], TYPE_INT))
            int_parse(d->args[i].text, d->args[i].len, &len);
    return len;
}

/* What a table learns from peers can be written to another one of the same keys. */
static void check_copy(struct config *config, const struct section *section, const struct directive *d)
{
    const struct arg *to = directive_option_value(d, KW_STICK_TABLE_WRITE_TO);
    struct table own, other;

    if (!to)
        return;
    own = defined_table(config, section, d);
    other = find_table(config, section, to);
    if (!own.symbol || !other.symbol ||
        (own.keys == other.keys &&
         ((own.keys != SAMPLE_STR && own.keys != SAMPLE_BIN) || key_len(&own) == key_len(&other))))
        return;
    diag_add(config->diags, RULE_BAD_VALUE, arg_span(to), "type and length of the keys must be the same",
             "the keys of table '%.*s' are not those of this one", (int)to->len, to->text);
    diag_place(config->diags, arg_span(other.type), "they are told here");
}

/* HAProxy 3.2 sends a peer no key that a buffer does not hold, with 11 bytes around it and, which are not counted here,
 * the data. It measures binary keys alone. */
static void check_wire(struct config *config, const struct section *section, const struct directive *d, int64_t buffer)
{
    enum { AROUND = 11 };
    struct table table = defined_table(config, section, d);

    if (config->lang.version < HAP_3_2 || !table.symbol || table.symbol->directive != d || table.keys != SAMPLE_BIN ||
        key_len(&table) <= buffer - AROUND)
        return;
    diag_add(config->diags, RULE_OUT_OF_RANGE, arg_span(table.type), "make 'len' less, or 'tune.bufsize' more",
             "keys of %lld bytes do not fit into a buffer of %lld", (long long)key_len(&table), (long long)buffer);
}

static bool is_table(const struct directive *d)
{
    return d->kw->defines == SYMBOL_TABLE || d->kw->id == KW_PEERS_TABLE;
}

static void check_directive(struct config *config, const struct section *section, const struct directive *d,
                            int64_t buffer)
{
    if (d->kw->flags & KW_OWN)
        check_lookup(config, section, d, 0);
    for (uint32_t i = 0; i < d->arg_count && d->flags & KW_OWN; i++)
        if (d->args[i].flags & ARG_HEAD && keywords[d->args[i].row].flags & KW_OWN)
            check_lookup(config, section, d, d->args[i].row);
    if (d->kw->id == KW_FRONTEND_FILTER)
        check_limit(config, section, d);
    if (is_table(d)) {
        check_copy(config, section, d);
        check_wire(config, section, d, buffer);
    }
}

/* Gives what a global section makes of the size of buffers. */
static int64_t buffer_of(const struct section *global, int64_t buffer)
{
    const enum keyword_id id = KW_GLOBAL_TUNE_BUFSIZE;
    const struct directive *d = check_effective(global, &id, 1);

    if (d && (d->args[0].flags & (ARG_ENV | ARG_POISON) || !size_parse(d->args[0].text, d->args[0].len, &buffer)))
        return INT64_MAX; /* it is not known */
    return buffer;
}

void check_tables(struct config *config)
{
    const uint64_t others =
        keyword_bit(KW_FRONTEND_FILTER) | keyword_bit(KW_FRONTEND_STICK_TABLE) | keyword_bit(KW_PEERS_TABLE);
    int64_t buffer = 16384;
    bool off; /* HAProxy does not look at what a proxy's lines need */

    for (const struct section *section = config->first; section && !config->damaged; section = section->next) {
        if (section->context == CONTEXT_GLOBAL)
            buffer = buffer_of(section, buffer);
        if (!section_sides(section) && !section->serves && section->context != CONTEXT_PEERS)
            continue;
        off = proxy_is_off(section);
        for (const struct directive *d = section->flags & KW_OWN ? section->first : section_lines(section, others); d;
             d = d->next) {
            if (is_table(d))
                check_counters(config, d);
            if (!off)
                check_directive(config, section, d, buffer);
        }
    }
}
